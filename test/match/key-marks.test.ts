import { describe, expect, test } from 'vitest';
import type { KeyedRequest } from '../../src/match/canonical-request.ts';
import { requestKey } from '../../src/match/request-key.ts';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { compileMatchRules } from '../../src/model/match-rule-set.ts';

const request = (changes: Partial<KeyedRequest> = {}): KeyedRequest => ({
  targetName: 'default',
  method: 'POST',
  target: '/shops/7/orders?nonce=a&page=1',
  headers: ['Content-Type', 'application/json', 'Accept-Language', 'de', 'Cookie', 'theme=dark; sid=1'],
  body: Buffer.from('{"meta":{"at":1},"items":[{"id":1,"n":2}]}'),
  ...changes,
});

function keyUnder(lines: readonly string[], changed: Partial<KeyedRequest>): string {
  const one = request(changed);
  const { rulesFor } = compileMatchRules(lines.map(parseMatchRuleLine));
  const path = one.target.split('?', 1)[0]!;
  return requestKey(one, [], rulesFor({ method: one.method, path })).key;
}

/** Rules, a request that is then equal, and one that still is not. */
const cases: readonly [string, Partial<KeyedRequest>, Partial<KeyedRequest>][] = [
  [
    'POST /shops/{shop}/orders: ignore query nonce',
    { target: '/shops/7/orders?page=1' },
    { target: '/shops/7/orders?nonce=a&page=2' },
  ],
  ['*: ignore query', { target: '/shops/7/orders' }, { target: '/shops/8/orders' }],
  [
    'POST /shops/{shop}/orders: ignore path shop',
    { target: '/shops/9/orders?nonce=a&page=1' },
    { target: '/shops/7/order?nonce=a&page=1' },
  ],
  ['*: ignore body', { body: undefined }, { target: '/shops/7/orders?nonce=b&page=1' }],
  ['*: ignore authority', { targetName: 'other' }, { target: '/x' }],
  [
    '*: ignore json $.meta',
    { body: Buffer.from('{"items":[{"id":1,"n":2}]}') },
    { body: Buffer.from('{"meta":{"at":1},"items":[]}') },
  ],
  [
    '*: ignore json $.items[*].id',
    { body: Buffer.from('{"meta":{"at":1},"items":[{"n":2,"id":"x"}]}') },
    { body: Buffer.from('{"meta":{"at":1},"items":[{"n":3,"id":1}]}') },
  ],
  ['*: type query nonce as any', { target: '/shops/7/orders?nonce=zz&page=1' }, { target: '/shops/7/orders?page=1' }],
];

describe('match rules', () => {
  test.each(cases)('%s', (line, equal, different) => {
    const key = keyUnder([line], {});
    expect(keyUnder([line], equal)).toBe(key);
    expect(keyUnder([line], different)).not.toBe(key);
    expect(keyUnder([], equal)).not.toBe(keyUnder([], {}));
  });

  test('make headers and cookies count that by default do not', () => {
    const other = { headers: request().headers.with(3, 'en') };
    expect(keyUnder([], other)).toBe(keyUnder([], {}));
    expect(keyUnder(['*: match header Accept-Language'], other)).not.toBe(
      keyUnder(['*: match header accept-language'], {}),
    );
    const theme = { headers: request().headers.with(5, 'sid=2; theme=dark') };
    expect(keyUnder(['*: match cookie theme'], theme)).toBe(keyUnder(['*: match cookie theme'], {}));
    expect(keyUnder(['*: match cookie sid'], theme)).not.toBe(keyUnder(['*: match cookie sid'], {}));
  });

  test('let a value differ within its class and hand it back', () => {
    const { rulesFor } = compileMatchRules([parseMatchRuleLine('*: type query nonce as uuid')]);
    const keyOf = (nonce: string) =>
      requestKey(request({ target: `/a?nonce=${nonce}` }), [], rulesFor({ method: 'POST', path: '/a' }));
    const one = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
    const key = keyOf(one);
    expect(key.typed).toEqual([{ place: 'query:nonce[0]', value: one }]);
    expect(keyOf('8c9e6679-7425-40de-944b-e07fc1f90ae7').key).toBe(key.key);
    expect(keyOf('7').key).not.toBe(key.key);
    expect(keyOf('7').key).not.toBe(keyOf('8').key);
  });

  test('the last of several about one place counts', () => {
    const lines = ['*: ignore query nonce', 'POST /shops/*/orders: type query nonce as uuid'];
    const other = { target: '/shops/7/orders?nonce=b&page=1' };
    expect(keyUnder(lines, other)).not.toBe(keyUnder(lines, {}));
    expect(keyUnder(lines.toReversed(), other)).toBe(keyUnder(lines.toReversed(), {}));
  });

  test('change nothing where none is about the request', () => {
    expect(keyUnder(['GET /other: ignore body'], {})).toBe(keyUnder([], {}));
  });
});
