import { describe, expect, test } from 'vitest';
import { parseTarget } from '../../src/model/target.ts';
import { environmentProxies, parseUpstreamProxy, withoutCredentials } from '../../src/proxy/upstream-proxy.ts';

describe('a proxy given as text', () => {
  test.for([
    ['http://proxy.test:3128', 'http://proxy.test:3128', 'proxy.test', 3128],
    ['proxy.test:3128', 'http://proxy.test:3128', 'proxy.test', 3128],
    ['https://proxy.test', 'https://proxy.test', 'proxy.test', 443],
    ['http://[::1]', 'http://[::1]', '::1', 80],
  ] as const)('%s', ([text, url, hostname, port]) => {
    expect(parseUpstreamProxy(text)).toMatchObject({ url, hostname, port, authorization: undefined });
  });

  test('its credentials are kept apart from what is shown', () => {
    const proxy = parseUpstreamProxy('http://me%40work:p%3Ass@proxy.test:3128')!;
    expect(proxy.url).toBe('http://proxy.test:3128');
    expect(proxy.authorization).toBe(`Basic ${Buffer.from('me@work:p:ss').toString('base64')}`);
    expect(withoutCredentials('http://me:p@ss@proxy.test')).toBe('http://proxy.test');
    expect(withoutCredentials('me:pass@proxy.test:1')).toBe('proxy.test:1');
  });

  test.for(['socks5://proxy.test', 'ftp://proxy.test', 'http://', ''])('%s is none', (text) => {
    expect(parseUpstreamProxy(text)).toBeUndefined();
  });
});

const through = (env: Record<string, string>, url: string): string | undefined =>
  environmentProxies(env).proxyFor(parseTarget(url))?.url;

describe('the environment names proxies', () => {
  test.for([
    [{ HTTP_PROXY: 'http://a.test' }, 'http://x.test', 'http://a.test'],
    [{ HTTP_PROXY: 'http://a.test' }, 'https://x.test', undefined],
    [{ HTTPS_PROXY: 'http://a.test' }, 'https://x.test', 'http://a.test'],
    [{ HTTPS_PROXY: 'http://a.test', https_proxy: 'http://b.test' }, 'https://x.test', 'http://b.test'],
    [{ ALL_PROXY: 'http://a.test', all_proxy: 'http://b.test' }, 'https://x.test', 'http://b.test'],
    [{ HTTP_PROXY: 'http://a.test', ALL_PROXY: 'http://b.test' }, 'http://x.test', 'http://a.test'],
    [{ HTTP_PROXY: '', ALL_PROXY: 'http://b.test' }, 'http://x.test', undefined],
    [{ HTTP_PROXY: 'http://a.test', REQUEST_METHOD: 'GET' }, 'http://x.test', undefined],
    [{ http_proxy: 'http://a.test', REQUEST_METHOD: 'GET' }, 'http://x.test', 'http://a.test'],
    [{ ALL_PROXY: 'http://a.test' }, 'http://localhost:3000', undefined],
    [{ ALL_PROXY: 'http://a.test' }, 'https://127.0.0.2', undefined],
    [{ ALL_PROXY: 'http://a.test' }, 'https://[::1]:8443', undefined],
  ] as const)('%j leads to %s through %s', ([env, url, proxy]) => {
    expect(through(env, url)).toBe(proxy);
  });

  test('what cannot be used is told without its credentials, and not used', () => {
    const { unusable, proxyFor } = environmentProxies({ ALL_PROXY: 'socks5://me:secret@a.test' });
    expect(unusable).toEqual(['ALL_PROXY=socks5://a.test']);
    expect(proxyFor(parseTarget('https://x.test'))).toBeUndefined();
  });
});

describe('NO_PROXY', () => {
  test.for([
    ['*', 'https://x.test', true],
    ['x.test', 'https://x.test', true],
    ['x.test', 'https://api.x.test', true],
    ['x.test', 'https://notx.test', false],
    ['.x.test', 'https://api.x.test', true],
    ['.x.test', 'https://x.test', true],
    ['*.x.test', 'https://api.x.test', true],
    ['X.Test.', 'https://x.test', true],
    ['a.test, b.test x.test', 'https://x.test', true],
    ['x.test:8443', 'https://x.test:8443', true],
    ['x.test:8443', 'https://x.test', false],
    ['10.0.0.1', 'https://10.0.0.1', true],
    ['0.0.1', 'https://10.0.0.1', false],
    ['10.0.0.0/8', 'https://10.9.8.7', true],
    ['10.0.0.0/8', 'https://11.9.8.7', false],
    ['10.0.0.0/99', 'https://10.9.8.7', false],
    ['2001:db8::/32', 'https://[2001:db8::7]', true],
    ['2001:db8::7', 'https://[2001:db8::7]', true],
    ['[2001:db8::7]:8443', 'https://[2001:db8::7]:8443', true],
    ['', 'https://x.test', false],
  ] as const)('%s excepts %s: %s', ([list, url, excepted]) => {
    const env = { ALL_PROXY: 'http://proxy.test', NO_PROXY: list };
    expect(through(env, url)).toBe(excepted ? undefined : 'http://proxy.test');
    expect(through({ ...env, NO_PROXY: 'other.test', no_proxy: list }, url)).toBe(
      excepted ? undefined : 'http://proxy.test',
    );
  });
});
