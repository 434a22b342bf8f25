import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  authorityFor,
  headersForClient,
  headersForUpgrade,
  headersForUpstream,
  isUpgradable,
  refusalOf,
} from '../../src/proxy/passed-headers.ts';

const refused = (rawHeaders: readonly string[], httpVersion = '1.1') => refusalOf({ rawHeaders, httpVersion })?.detail;

describe('a request that can be read in two ways is refused', () => {
  test.for([
    [['Host', 'a', 'host', 'b'], 'it has more than one Host header'],
    [['Host', 'a', 'Content-Length', '1', 'content-length', '1'], 'it has more than one Content-Length'],
    [['Host', 'a', 'Transfer-Encoding', 'identity, chunked'], 'Transfer-Encoding identity, chunked is not "chunked"'],
    [
      ['Host', 'a', 'Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'],
      'it has more than one Transfer-Encoding header',
    ],
    [
      ['Host', 'a', 'Transfer-Encoding', 'chunked', 'Content-Length', '1'],
      'it has both Content-Length and Transfer-Encoding',
    ],
  ] as const)('%s', ([headers, why]) => {
    expect(refused(headers)).toBe(`the request is ambiguous: ${why}`);
  });

  test('no Host, but for HTTP/1.0', () => {
    expect(refused(['X', 'a'])).toBe('the request has no Host header');
    expect(refused(['X', 'a'], '1.0')).toBeUndefined();
  });

  test('chunks in HTTP/1.0, and versions that are not spoken', () => {
    expect(refused(['Transfer-Encoding', 'chunked'], '1.0')).toContain('does not exist in HTTP/1.0');
    expect(refused(['Host', 'a'], '2.0')).toContain('HTTP/2.0 is not spoken here');
  });

  test('more header lines than the limit, with the limit in words', () => {
    const many = Array.from({ length: 2001 }, (_, i) => [`X-${i}`, 'v']).flat();
    expect(refusalOf({ rawHeaders: many, httpVersion: '1.1' })).toEqual({
      status: 431,
      code: 'too-many-headers',
      detail: 'the request has 2001 header lines; the limit is 2000',
    });
  });

  test('an ordinary one is not', () => {
    expect(refused(['Host', 'a', 'Transfer-Encoding', 'Chunked'])).toBeUndefined();
    expect(refused([], '1.0')).toBeUndefined();
  });
});

describe('headers for upstream', () => {
  test('Connection cannot take away what the message needs', () => {
    const raw = ['Host', 'a', 'Connection', 'host, content-length, x-mine', 'Content-Length', '1', 'X-Mine', '1'];
    expect(headersForUpstream(raw, undefined)).toEqual(['Host', 'a', 'Content-Length', '1']);
  });

  test('a request without Host gets one when the target is to be named', () => {
    expect(headersForUpstream(['A', '1'], 'target:1')).toEqual(['Host', 'target:1', 'A', '1']);
    expect(headersForUpstream(['A', '1'], undefined)).toEqual(['A', '1']);
  });

  test('of TE only the wish for trailers crosses', () => {
    expect(headersForUpstream(['TE', 'gzip, trailers'], undefined)).toEqual(['TE', 'trailers', 'Connection', 'TE']);
    expect(headersForUpstream(['TE', 'gzip'], undefined)).toEqual([]);
  });

  test('a switch of protocols keeps what it asks for', () => {
    const raw = ['Host', 'a', 'Connection', 'keep-alive, Upgrade', 'Upgrade', 'websocket', 'Sec-X', '1'];
    expect(headersForUpgrade(raw, 'b')).toEqual([
      'Host',
      'b',
      'Sec-X',
      '1',
      'Upgrade',
      'websocket',
      'Connection',
      'Upgrade',
    ]);
  });

  test('whatever has no special name passes in order, duplicates kept', () => {
    const name = fc.stringMatching(/^x-[a-z]{1,8}$/);
    const value = fc.stringMatching(/^[a-z]{0,8}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
        expect(headersForUpstream(pairs.flat(), undefined)).toEqual(pairs.flat());
        expect(headersForClient(pairs.flat(), 200, { httpVersion: '1.1' })).toEqual(pairs.flat());
      }),
    );
  });
});

describe('headers for the client', () => {
  const raw = ['Transfer-Encoding', 'chunked', 'Trailer', 'X-T', 'Connection', 'X-Hop', 'X-Hop', '1', 'A', '1'];

  test('chunks and trailers only where they may stand', () => {
    expect(headersForClient(raw, 200, { httpVersion: '1.1' })).toEqual([
      'Transfer-Encoding',
      'chunked',
      'Trailer',
      'X-T',
      'A',
      '1',
    ]);
    expect(headersForClient(raw, 200, { httpVersion: '1.0' })).toEqual(['A', '1']);
    expect(headersForClient(raw, 304, { httpVersion: '1.1' })).toEqual(['A', '1']);
  });

  test('several codings stay as they are: the body is coded so', () => {
    const several = ['Transfer-Encoding', 'gzip', 'Transfer-Encoding', 'chunked'];
    expect(headersForClient(several, 200, { httpVersion: '1.1' })).toEqual(several);
  });

  test('what proves who a client is belongs to who asked for it, not to us', () => {
    const challenge = ['Proxy-Authenticate', 'Basic', 'Proxy-Authentication-Info', 'a'];
    expect(headersForClient(challenge, 407, { httpVersion: '1.1' })).toEqual(challenge);
    expect(headersForUpstream(['Proxy-Authorization', 'Basic eA=='], undefined)).toEqual([
      'Proxy-Authorization',
      'Basic eA==',
    ]);
  });
});

test('only a GET without body may switch protocols, and never to HTTP/2', () => {
  expect(isUpgradable({ method: 'GET', rawHeaders: ['Upgrade', 'websocket'] })).toBe(true);
  expect(isUpgradable({ method: 'POST', rawHeaders: ['Upgrade', 'websocket'] })).toBe(false);
  expect(isUpgradable({ method: 'GET', rawHeaders: ['Upgrade', 'x', 'Content-Length', '1'] })).toBe(false);
  expect(isUpgradable({ method: 'GET', rawHeaders: ['Upgrade', 'websocket, h2c'] })).toBe(false);
});

describe('Host', () => {
  const target = { authority: 'target.test' };
  const asked = (url: string, host: string | undefined, whose: 'target' | 'client' = 'client'): string | undefined =>
    authorityFor({ url, rawHeaders: host === undefined ? [] : ['Host', host] }, whose, target);

  test('names the target, or stays as the client sent it', () => {
    expect(asked('/x', 'client.test', 'target')).toBe('target.test');
    expect(asked('/x', 'client.test')).toBeUndefined();
    expect(asked('/x', undefined)).toBe('target.test');
  });

  test('gives way to a request target that names another server', () => {
    expect(asked('http://a.test/x', 'b.test')).toBe('a.test');
    expect(asked('http://me:pw@a.test:81?q', 'a.test')).toBe('a.test:81');
    expect(asked('http://a.test:80/x', 'A.test')).toBeUndefined();
    expect(asked('https://a.test:443/x', 'a.test')).toBeUndefined();
  });
});
