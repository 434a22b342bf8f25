import { describe, expect, test } from 'vitest';
import { originForm, originTarget, parseTarget, upstreamPath } from '../../src/model/target.ts';
import { appErrorOf } from '../support/app-error.ts';

describe('a target', () => {
  test('is taken apart for connecting, for Host, and for people', () => {
    expect(parseTarget('http://127.0.0.1:3000')).toEqual({
      name: 'default',
      url: 'http://127.0.0.1:3000',
      origin: 'http://127.0.0.1:3000',
      protocol: 'http:',
      hostname: '127.0.0.1',
      port: 3000,
      authority: '127.0.0.1:3000',
      basePath: '',
    });
    expect(parseTarget('https://API.example.com/v1/', 'api')).toMatchObject({
      name: 'api',
      url: 'https://api.example.com/v1',
      port: 443,
      authority: 'api.example.com',
      basePath: '/v1',
    });
    expect(parseTarget('http://[::1]:80/')).toMatchObject({ hostname: '::1', port: 80, authority: '[::1]' });
  });

  test.for([
    ['localhost:3000', 'it has no scheme'],
    ['http://', 'it is not a URL'],
    ['ftp://example.com', 'scheme ftp: is not http or https'],
    ['http://example.com/?a=1', 'a query or fragment cannot be put before a path'],
  ])('%s is refused: %s', ([text, problem]) => {
    const { code, message } = appErrorOf(() => parseTarget(text!));
    expect(code).toBe('TARGET_INVALID');
    expect(message).toBe(`target ${text} is not usable: ${problem}`);
  });

  test('credentials are refused and never shown', () => {
    const { message } = appErrorOf(() => parseTarget('http://anna:geheim@example.com/'));
    expect(message).toContain('it contains credentials');
    expect(message).not.toContain('geheim');
  });
});

describe('the path upstream gets', () => {
  const target = parseTarget('http://example.com/base');

  test('is the base path and the bytes of the client', () => {
    expect(upstreamPath(target, '//a/%7e/../b?x=1?y')).toBe('/base//a/%7e/../b?x=1?y');
    expect(upstreamPath(target, '*')).toBe('*');
  });

  test('has no slash of the base path before its own', () => {
    expect(upstreamPath(parseTarget('http://example.com/v2//'), '/')).toBe('/v2/');
  });

  test('has no authority of an absolute target', () => {
    expect(upstreamPath(target, 'http://us:1/a?b')).toBe('/base/a?b');
    expect(originForm('HTTP://us')).toBe('/');
    expect(originForm('http://us?q')).toBe('/?q');
  });
});

describe('an origin that a client names to a proxy', () => {
  test.for([
    ['http', 'Example.com', 'example.com:80', 'http://example.com'],
    ['https', 'example.com', 'example.com:443', 'https://example.com'],
    ['https', 'example.com:8443', 'example.com:8443', 'https://example.com:8443'],
    ['http', '[::1]:3000', '[::1]:3000', 'http://[::1]:3000'],
    ['http', '127.1', '127.0.0.1:80', 'http://127.0.0.1'],
  ] as const)('%s %s is %s', ([scheme, authority, name, url]) => {
    expect(originTarget(scheme, authority)).toMatchObject({ name, url });
  });

  test.for(['', ':80', 'u:p@h', 'a/b', 'a?b', 'a b', '[::1', 'h:99999', 'h:port', 'a\\b'])(
    '%j is none',
    (authority) => {
      expect(originTarget('http', authority)).toBeUndefined();
    },
  );
});
