import { expect, test } from 'vitest';
import { parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import { widerRules } from '../../src/ui/wider-rules.ts';

const waysOf = (line: string): string[] =>
  widerRules(parseCompareRuleLine(line)).map((way) => `${way.from} → ${way.to}: ${way.line}`);

test('every part of a rule can be any', () => {
  expect(waysOf('GET //api.test/orders/{id}/items: expect json $.items[*].a[0] as uuid')).toEqual([
    'GET → *: * //api.test/orders/{id}/items: expect json $.items[*].a[0] as uuid',
    '/orders → /*: GET //api.test/*/{id}/items: expect json $.items[*].a[0] as uuid',
    '/items → /*: GET //api.test/orders/{id}/*: expect json $.items[*].a[0] as uuid',
    '/orders/{id}/items → /**: GET //api.test/**: expect json $.items[*].a[0] as uuid',
    '.items → [*]: GET //api.test/orders/{id}/items: expect json $[*][*].a[0] as uuid',
    '.a → [*]: GET //api.test/orders/{id}/items: expect json $.items[*][*][0] as uuid',
    '[0] → [*]: GET //api.test/orders/{id}/items: expect json $.items[*].a[*] as uuid',
  ]);
});

test('what is any already stays', () => {
  expect(waysOf('* /**: expect header etag ignored')).toEqual([]);
  expect(waysOf('*: expect json $..a ignored')).toEqual([]);
});
