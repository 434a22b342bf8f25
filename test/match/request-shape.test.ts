import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyedRequest } from '../../src/match/canonical-request.ts';
import { requestKey } from '../../src/match/request-key.ts';
import { nameOf, requestShape } from '../../src/match/request-shape.ts';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { compileMatchRules } from '../../src/model/match-rule-set.ts';

const json = ['Content-Type', 'application/json'];
const one = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const two = '8c9e6679-7425-40de-944b-e07fc1f90ae7';

const get = (target: string): KeyedRequest => ({
  targetName: 'default',
  method: 'GET',
  target,
  headers: [],
  body: undefined,
});
const post = (body: string, headers = json): KeyedRequest => ({
  ...get('/orders'),
  method: 'POST',
  headers,
  body: Buffer.from(body),
});

const shapeOf = (request: KeyedRequest) => requestShape(request, [], []);

describe('the shape of a request', () => {
  test('is the same for requests that differ in values made anew', () => {
    for (const [a, b] of [
      [get(`/orders/${one}/items`), get(`/orders/${two}/items`)],
      [get(`/search?trace=${one}&q=x`), get(`/search?q=x&trace=${two}`)],
      [get('/log?since=2026-11-22T10:00:00Z'), get('/log?since=2026-11-23T11%3A30%3A01Z')],
      [post(`{"id":"${one}","n":1}`), post(`{"n":1,"id":"${two}"}`)],
      [post(`note ${one}.`, ['Content-Type', 'text/plain']), post(`note ${two}.`, ['Content-Type', 'text/plain'])],
    ] as const) {
      expect(requestKey(a, []).key).not.toBe(requestKey(b, []).key);
      expect(shapeOf(a)?.key).toBe(shapeOf(b)?.key);
      expect(shapeOf(a)).toBeDefined();
    }
  });

  test('keeps everything else apart', () => {
    const shapes = [
      get(`/orders/${one}`),
      get(`/users/${one}`),
      get(`/orders/${one}?page=2`),
      get(`/orders/${one}?page=3`),
      get(`/orders/x${one}`),
      { ...get(`/orders/${one}`), method: 'DELETE' },
      { ...get(`/orders/${one}`), targetName: 'other' },
      post(`{"id":"${one}"}`),
      post(`{"other":"${one}"}`),
      post(`{"id":"${one}","n":1}`),
    ].map((request) => shapeOf(request)?.key);
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  test('tells where the values stand and what they are', () => {
    expect(shapeOf(post(`{"a":{"id":"order_${one}"},"n":1}`))?.tokens).toMatchObject([
      { place: 'json:/a/id', value: one, class: 'uuid' },
    ]);
    expect(shapeOf(get('/plain/path?page=2&price=19.99&year=2026'))).toBeUndefined();
  });

  test('never mixes up text around a value with the value', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', ' ', '\0', 'u'), maxLength: 5 });
    fc.assert(
      fc.property(text, text, text, text, (a, b, c, d) => {
        const first = shapeOf(post(JSON.stringify({ v: `${a} ${one} ${b}` })));
        const second = shapeOf(post(JSON.stringify({ v: `${c} ${two} ${d}` })));
        expect(first?.key === second?.key).toBe(a === c && b === d);
      }),
    );
  });

  test('obeys match rules', () => {
    const { rulesFor } = compileMatchRules([parseMatchRuleLine('POST /orders: ignore json $.at')]);
    const rules = rulesFor({ method: 'POST', path: '/orders' });
    const a = requestShape(post(`{"id":"${one}","at":1}`), [], rules);
    const b = requestShape(post(`{"id":"${two}","at":{"x":2}}`), [], rules);
    expect(a?.key).toBe(b?.key);
  });

  test('names fields for values whose class depends on their name', () => {
    expect(['query:sig[0]', 'json:/a/b', 'path:1', 'header:x-sig[0]', 'text:'].map(nameOf)).toEqual([
      'sig',
      'b',
      undefined,
      'x-sig',
      undefined,
    ]);
  });
});
