import fc from 'fast-check';
import { expect, test } from 'vitest';
import { http2HeaderObject, http2Headers, http2RequestHead, withJoinedCookies } from '../../src/proxy/http2-headers.ts';

test('names are in lower case, order and duplicates stay, the connection’s own goes', () => {
  const raw = ['B', '1', 'Connection', 'close, X-Named', 'X-Named', '1', 'a', '2', 'Keep-Alive', '5', 'B', '3'];
  expect(
    http2Headers([
      ...raw,
      'Transfer-Encoding',
      'chunked',
      'Upgrade',
      'h2c',
      'HTTP2-Settings',
      'AAMAAABk',
      'TE',
      'gzip, trailers',
    ]),
  ).toEqual(['b', '1', 'a', '2', 'b', '3', 'te', 'trailers']);
  expect(http2Headers(['TE', 'gzip'])).toEqual([]);
});

test('a Connection header cannot take away what says what the message is', () => {
  expect(http2Headers(['Connection', 'content-type', 'Content-Type', 'a/b'])).toEqual(['content-type', 'a/b']);
});

test('trailers hold all values of a name', () => {
  expect(http2HeaderObject(['A', '1', 'b', '2', 'a', '3', 'a', '4'])).toEqual({ a: ['1', '3', '4'], b: '2' });
});

test('the first Host is the authority, pseudo headers come first', () => {
  expect(
    http2RequestHead({ method: 'GET', scheme: 'http', path: '/', headers: ['A', '1', 'Host', 'h', 'B', '2'] }),
  ).toEqual([':method', 'GET', ':scheme', 'http', ':path', '/', ':authority', 'h', 'a', '1', 'b', '2']);
});

test('cookies are joined where the first one stood, whatever stands between them', () => {
  const pair = fc.tuple(fc.constantFrom('cookie', 'Cookie', 'x', 'y'), fc.stringMatching(/^[a-z]=[a-z]$/));
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      const joined = withJoinedCookies(pairs.flat());
      const isCookie = (name: string): boolean => name.toLowerCase() === 'cookie';
      const cookies = pairs.filter(([name]) => isCookie(name));
      const others = pairs.filter(([name]) => !isCookie(name)).flat();
      const at = joined.findIndex((text, i) => i % 2 === 0 && isCookie(text));
      expect(joined.filter((_text, i) => !isCookie(joined[i - (i % 2)]!))).toEqual(others);
      expect(at === -1 ? '' : joined[at + 1]).toBe(cookies.map(([, value]) => value).join('; '));
      expect(at === -1 ? -1 : at / 2).toBe(pairs.findIndex(([name]) => isCookie(name)));
    }),
  );
});
