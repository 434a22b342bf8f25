import { expect, test } from 'vitest';
import { formatCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import type { JsonValue } from '../../src/model/json-value.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { noisyPlaces, type RepeatedAnswer } from '../../src/suite/noise.ts';

type Found = Pick<Difference, 'path'> & Partial<Difference>;

function answer(differences: readonly Found[], value: JsonValue, target = '/orders/17'): RepeatedAnswer {
  const full = differences.map((found): Difference => ({
    part: 'body',
    pattern: found.path.replaceAll(/\/\d+/g, '/*'),
    kind: 'changed',
    severity: 'changed',
    ...found,
  }));
  return {
    check: { method: 'GET', target, template: '/orders/{id}', differences: full },
    server: 'default',
    first: { headers: ['X-Served-By', 'a', 'Set-Cookie', 'sid=1; Path=/'], trailers: [], value: () => value },
  };
}

/** What is learned, a line each. */
function learned(...answers: readonly RepeatedAnswer[]): string[] {
  return noisyPlaces(answers, 'one').map(
    ({ rule, differed, compared, pattern, kind }) =>
      `${rule ? formatCompareRuleLine(rule) : `${pattern} ${kind}: none`} ${differed}/${compared}`,
  );
}

test('a place that differs gets the narrowest matcher that all its values fit', () => {
  const doc = { load: 0.5, rev: '9f86d081884c7d659a2feaa0c55ad015', items: [{ seen: 1 }] };
  expect(
    learned(
      answer([{ path: '/load', before: '0.5', after: '0.7' }], doc),
      answer([{ path: '/load', before: '0.5', after: '0.1' }], doc),
      answer(
        [
          {
            path: '/rev',
            before: '"9f86d081884c7d659a2feaa0c55ad015"',
            after: '"60303ae22b998861bce3b28f33eec1be"',
          },
          { path: '/items/0/seen', before: '1', after: '2' },
        ],
        doc,
      ),
    ),
  ).toEqual([
    'GET /orders/{id}: expect json $.load of same type 2/3',
    'GET /orders/{id}: expect json $.rev as digest 1/3',
    'GET /orders/{id}: expect json $.items[*].seen of same type 1/3',
  ]);
});

test('only answers that have the place count as compared', () => {
  const seen = answer([{ path: '/load', before: '1', after: '2' }], { load: 1 });
  expect(learned(seen, answer([], {}), answer([], { load: 3 }))).toEqual([
    'GET /orders/{id}: expect json $.load of same type 1/2',
  ]);
});

test('an order that changes is learned for its array', () => {
  const moved = answer([{ path: '/items/0', kind: 'moved', severity: 'added' }], { items: [1, 2] });
  expect(learned(moved)).toEqual(['GET /orders/{id}: expect json $.items unordered 1/1']);
});

test('headers and cookies may have any value', () => {
  const differing = answer(
    [
      { part: 'header', path: 'x-served-by', before: 'a', after: 'b' },
      { part: 'header', path: 'set-cookie:sid', before: '1', after: '2' },
      { part: 'header', path: 'set-cookie:sid;path', before: '/', after: '/a' },
    ],
    null,
  );
  expect(learned(differing)).toEqual([
    'GET /orders/{id}: expect header x-served-by as any 1/1',
    'GET /orders/{id}: expect cookie sid as any 1/1',
    'set-cookie:sid;path changed: none 1/1',
  ]);
});

test('nothing is learned of a status, of what comes and goes, of another type, or of places outside of values', () => {
  const differing = answer(
    [
      { part: 'status', path: '', before: '200', after: '503', severity: 'broken' },
      { path: '/note', kind: 'removed', before: '1', severity: 'broken' },
      { path: '/note', kind: 'type', before: '1', after: '"1"', severity: 'broken' },
      { path: 'line 3', before: 'a', after: 'b' },
      { path: '/order/items', before: 'a', after: 'b' },
    ],
    { note: 1 },
  );
  expect(learned(differing).every((line) => line.includes(': none'))).toBe(true);
});

test('what is explained is no noise', () => {
  const explained = answer([{ path: '/id', severity: 'equivalent', rule: 'renaming' }], { id: 1 });
  expect(learned(explained)).toEqual([]);
});

test('of several servers a rule names its own', () => {
  const differing = answer([{ path: '/load', before: '1', after: '2' }], { load: 1 });
  const [place] = noisyPlaces([{ ...differing, server: 'users' }], 'several');
  expect(formatCompareRuleLine(place!.rule!)).toBe('GET //users/orders/{id}: expect json $.load of same type');
});
