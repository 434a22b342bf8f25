import { expect, test } from 'vitest';
import type { KeyedRequest } from '../../src/match/canonical-request.ts';
import { KeyCache } from '../../src/proxy/key-cache.ts';

const get: KeyedRequest = { method: 'GET', targetName: 'default', target: '/a?b=1', headers: [], body: undefined };
const post: KeyedRequest = {
  method: 'POST',
  targetName: 'default',
  target: '/a',
  headers: ['Content-Type', 'application/json'],
  body: Buffer.from('{"a":1}'),
};

/** Numbers what is computed: equal numbers were one look-up. All keys begin alike, so that each seems asked for again. */
function counting(options: { headers?: readonly string[]; generationSize?: number } = {}) {
  let computed = -1;
  const cache = new KeyCache({ compute: () => ({ key: 'ffffffff', number: (computed += 1) }), ...options });
  cache.of({ ...get, target: '/first' });
  return { of: (request: KeyedRequest): number => cache.of(request).number };
}

test('without a body it is kept from the second time on', () => {
  let computed = 0;
  const cache = new KeyCache({
    compute: ({ target }: KeyedRequest) => ({ key: target.slice(1), number: (computed += 1) }),
  });
  const numbers = ['/0000000a', '/0000000b', '/0000000a', '/0000000a', '/0000000b'];
  expect(numbers.map((target) => cache.of({ ...get, target }).number)).toEqual([1, 2, 3, 3, 4]);
});

test('equal bytes are computed once, with a body too', () => {
  const cache = counting();
  expect(cache.of(get)).toBe(1);
  expect(cache.of({ ...get, headers: ['Accept', '*/*'] })).toBe(1);
  expect(cache.of(post)).toBe(2);
  expect(cache.of({ ...post, body: Buffer.from('{"a":1}'), headers: ['content-type', 'application/json'] })).toBe(2);
});

test('whatever a key may depend on tells requests apart', () => {
  const cache = counting();
  const all: KeyedRequest[] = [
    get,
    { ...get, method: 'HEAD' },
    { ...get, targetName: 'other' },
    { ...get, target: '/a?b=2' },
    { ...get, body: Buffer.alloc(0) },
    post,
    { ...post, body: Buffer.from('{"a":2}') },
    { ...post, headers: ['Content-Type', 'text/plain'] },
    { ...post, headers: ['Content-Encoding', 'application/json'] },
    { ...post, headers: [...post.headers, 'Content-Type', 'text/plain'] },
    { ...post, body: { sha256: 'ab', sizeBytes: 1 } },
    { ...post, body: { sha256: 'ab', sizeBytes: 2 } },
  ];
  expect(all.map((request) => cache.of(request))).toEqual(all.map((_, i) => i + 1));
});

test('named headers tell requests apart, others do not', () => {
  const cache = counting({ headers: ['accept-language'] });
  expect(cache.of({ ...get, headers: ['Accept-Language', 'de', 'X-Id', '1'] })).toBe(1);
  expect(cache.of({ ...get, headers: ['accept-language', 'de', 'X-Id', '2'] })).toBe(1);
  expect(cache.of({ ...get, headers: ['Accept-Language', 'fr'] })).toBe(2);
  expect(cache.of(get)).toBe(3);
});

test('what is asked again stays, what is not goes', () => {
  const cache = counting({ generationSize: 2 });
  const at = (i: number): KeyedRequest => ({ ...get, target: `/${i}` });
  cache.of(at(1));
  for (let i = 2; i < 10; i += 1) {
    cache.of(at(i));
    expect(cache.of(at(1))).toBe(1);
  }
  expect(cache.of(at(2))).toBe(10);
});
