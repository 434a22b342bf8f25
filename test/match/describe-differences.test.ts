import { describe, expect, test } from 'vitest';
import type { KeyedRequest } from '../../src/match/canonical-request.ts';
import { describeDifferences } from '../../src/match/describe-differences.ts';
import type { Mask } from '../../src/match/mask-set.ts';

const json = ['Content-Type', 'application/json'];

function request(parts: Partial<KeyedRequest>): KeyedRequest {
  return { targetName: 'default', method: 'GET', target: '/items', headers: [], body: undefined, ...parts };
}

function words(
  recorded: Partial<KeyedRequest>,
  incoming: Partial<KeyedRequest>,
  masks: readonly Mask[] = [],
): string[] {
  return describeDifferences(request(recorded), request(incoming), { masks }).differences.map((found) => found.words);
}

const document = (value: unknown): Partial<KeyedRequest> => ({
  headers: json,
  body: Buffer.from(JSON.stringify(value)),
});

describe('differences between a recording and a request', () => {
  test('are none for requests of one key', () => {
    expect(
      describeDifferences(request({ target: '/a?x=1&y=2' }), request({ target: '/a?y=2&x=1' }), { masks: [] }),
    ).toEqual({
      differences: [],
      values: [],
      distance: 0,
    });
    expect(words(document({ a: 1, b: 2.0 }), document({ b: 2, a: 1 }))).toEqual([]);
  });

  test('say which part differs, with both values', () => {
    expect(words({ method: 'GET' }, { method: 'POST' })).toEqual(['method: recorded GET, incoming POST']);
    expect(words({ targetName: 'api' }, { targetName: 'web' })).toEqual(['target: recorded api, incoming web']);
    expect(words({ target: '/items/1' }, { target: '/items/2' })).toEqual([
      'path: recorded /items/1, incoming /items/2',
    ]);
  });

  test('name query parameters, decoded', () => {
    expect(words({ target: '/items?page=2&q=a%20b' }, { target: '/items?q=a+c&page=2&new' })).toEqual([
      'query q: recorded "a b", incoming "a c"',
      'query new: not recorded, incoming no value',
    ]);
    expect(words({ target: '/items?tag=a&tag=b' }, { target: '/items?tag=b&tag=a' })).toEqual([
      'query tag: recorded "a", "b", incoming "b", "a"',
    ]);
    expect(words({ target: '/items?x=1' }, {})).toEqual(['query x: recorded "1", not in this request']);
  });

  test('name form fields and JSON values', () => {
    const form = (text: string): Partial<KeyedRequest> => ({
      headers: ['Content-Type', 'application/x-www-form-urlencoded'],
      body: Buffer.from(text),
    });
    expect(words(form('a=1&b=2'), form('a=1&b=3'))).toEqual(['form b: recorded "2", incoming "3"']);
    expect(words(document({ items: [{ qty: 1 }], note: 'x' }), document({ items: [{ qty: 2 }] }))).toEqual([
      'body /items/0/qty: recorded 1, incoming 2',
      'body /note: recorded "x", not in this request',
    ]);
  });

  test('of other bodies tell their sizes', () => {
    expect(words({ body: Buffer.from('abc') }, { body: Buffer.from('abcd') })).toEqual([
      'body: recorded 3 bytes, incoming 4 bytes',
    ]);
    expect(words({ body: Buffer.from('abc') }, { body: Buffer.from('abd') })).toEqual([
      'body: both have 3 bytes, but not the same',
    ]);
    expect(words({}, { body: Buffer.from('abc') })).toEqual(['body: not recorded, incoming 3 bytes']);
    expect(words(document({}), { body: Buffer.from('abc') })).toEqual([
      'body: recorded JSON of 2 characters, incoming 3 bytes',
    ]);
  });

  test('are clipped and counted when there are many', () => {
    const wide = (value: number): Partial<KeyedRequest> => document(Array.from({ length: 20 }, () => value));
    expect(words(wide(1), wide(2))).toHaveLength(6);
    expect(words(wide(1), wide(2)).at(-1)).toBe('body: 15 more values differ');
    expect(words({ target: `/items?q=${'x'.repeat(500)}` }, { target: '/items?q=1' })[0]!.length).toBeLessThan(120);
  });

  test('never show the secrets of the incoming request', () => {
    const masks = [
      { place: 'query:token[0]', name: 'TOKEN', value: 'raw-secret' },
      { place: 'json:/password', name: 'PASSWORD', value: 'raw-secret' },
      { place: 'json:/pin', name: 'PIN', value: '1234' },
    ];
    const incoming = {
      target: '/items?token=raw-secret',
      ...document({ password: 'raw-secret', pin: 1234, user: 'b' }),
    };
    expect(words(document({ user: 'a' }), incoming, masks)).toEqual([
      'query token: not recorded, incoming ⟦TOKEN⟧',
      'body /user: recorded "a", incoming "b"',
      'body /password: not recorded, incoming ⟦PASSWORD⟧',
      'body /pin: not recorded, incoming ⟦PIN⟧',
    ]);
    expect(words({ target: '/items?token=pseudonym' }, { target: '/items?token=raw-secret' }, masks)).toEqual([]);
  });

  test('of JSON too large to compare at once are only named', () => {
    const large = (end: string): Partial<KeyedRequest> => document('x'.repeat(300_000) + end);
    expect(words(large('a'), large('b'))).toEqual([
      'body: recorded JSON of 300003 characters, incoming JSON of 300003 characters',
    ]);
    expect(words(large('a'), large('a'))).toEqual([]);
  });
});
