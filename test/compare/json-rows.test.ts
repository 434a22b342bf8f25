import { expect, test } from 'vitest';
import { compareJson } from '../../src/compare/compare-json.ts';
import type { JsonContent } from '../../src/compare/content.ts';
import { contentOf } from '../../src/compare/content.ts';
import { jsonSegments } from '../../src/compare/json-rows.ts';
import { comparison } from '../support/comparable.ts';
import { rowTexts } from '../support/diff-rows.ts';

function content(value: unknown): JsonContent {
  return contentOf(['content-type', 'application/json'], Buffer.from(JSON.stringify(value))) as JsonContent;
}

function rows(before: unknown, after: unknown, renames: Record<string, string> = {}) {
  const [baseline, fresh] = [content(before), content(after)];
  const by = comparison(renames);
  const differences = compareJson(baseline, fresh, by);
  const byPath = new Map(differences.map((difference) => [difference.path, difference]));
  return jsonSegments(baseline.value, fresh.value, { differences: byPath, explainer: by.explainer }).rows({});
}

test('members that belong together share a row, new ones come last', () => {
  const before = { a: 1, gone: [2], same: { x: 1 } };
  const after = { same: { x: 1 }, new: true, a: 3 };
  expect(rowTexts(rows(before, after))).toEqual([
    'same 1 { | 1 {',
    'changed 2   "a": [1] | 2   "a": [3]',
    'removed 3   "gone": [ | -',
    'removed 4     2 | -',
    'removed 5   ] | -',
    'same 6   "same": { | 3   "same": {',
    'same 7     "x": 1 | 4     "x": 1',
    'same 8   } | 5   }',
    'added - | 6   "new": true',
    'same 9 } | 7 }',
  ]);
});

test('elements are shown beside their partners, with their identity and what became of them', () => {
  const before = [
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
    { id: 'c', n: 3 },
  ];
  const after = [
    { id: 'c', n: 3 },
    { id: 'a', n: 9 },
    { id: 'x', n: 0 },
  ];
  const shown = rows(before, after);
  expect(rowTexts(shown)).toEqual([
    'same 1 [ | 1 [',
    'removed 2   { | -',
    'removed 3     "id": "b" | -',
    'removed 4     "n": 2 | -',
    'removed 5   } | -',
    'same 6   { | 2   {',
    'same 7     "id": "c" | 3     "id": "c"',
    'same 8     "n": 3 | 4     "n": 3',
    'same 9   } | 5   }',
    'moved 10   { | 6   {',
    'same 11     "id": "a" | 7     "id": "a"',
    'changed 12     "n": [1] | 8     "n": [9]',
    'same 13   } | 9   }',
    'added - | 10   {',
    'added - | 11     "id": "x"',
    'added - | 12     "n": 0',
    'added - | 13   }',
    'same 14 ] | 14 ]',
  ]);
  const lines = shown.filter((row) => row.kind === 'line');
  expect(lines.flatMap(({ label }) => label ?? [])).toEqual(['[id=b]', '[id=c]', '[id=a]', '[id=x]']);
  expect(lines.flatMap(({ difference }) => difference ?? [])).toEqual(['body:/1', 'body:/0', 'body:/0/n', 'body:/2']);
});

test('a value of another type stands beside the old one line by line', () => {
  expect(rowTexts(rows({ a: 'x' }, { a: { b: 1 } }))).toEqual([
    'same 1 { | 1 {',
    'changed 2   "a": ["x"] | 2   "a": [{]',
    'changed - | 3     "b": 1',
    'changed - | 4   }',
    'same 3 } | 5 }',
  ]);
});

test('explained differences are shown as equivalent', () => {
  const [, row] = rows({ id: 'ord-0017' }, { id: 'ord-0023' }, { 'ord-0017': 'ord-0023' });
  expect(row).toMatchObject({ state: 'equivalent', difference: 'body:/id' });
});

test('a member whose key was renamed is one member', () => {
  const orders = (id: string, n: number) => ({ orders: { [id]: { n, at: 'home' }, ord_2: { n: 2, at: 'shop' } } });
  const shown = rows(orders('ord_1', 1), orders('ord_9', 3), { ord_1: 'ord_9' });
  expect(rowTexts(shown).slice(2, 6)).toEqual([
    'equivalent 3     "[ord_1]": { | 3     "[ord_9]": {',
    'changed 4       "n": [1] | 4       "n": [3]',
    'same 5       "at": "home" | 5       "at": "home"',
    'same 6     } | 6     }',
  ]);
  expect(shown[2]).toMatchObject({ difference: 'body:/orders/ord_1 (key)' });
});

test('unchanged runs fold, the containers of a change stay open', () => {
  const item = (n: number) => ({ id: n, tags: ['a', 'b'], total: n });
  const before = { items: Array.from({ length: 200 }, (_, n) => item(n)) };
  const after = structuredClone(before);
  after.items[100]!.total = -1;
  expect(rowTexts(rows(before, after))).toEqual([
    'same 1 { | 1 {',
    'same 2   "items": [ | 2   "items": [',
    '… 800 unchanged',
    'same 803     { | 803     {',
    '… 3 unchanged',
    'same 807         "b" | 807         "b"',
    'same 808       ] | 808       ]',
    'changed 809       "total": [100] | 809       "total": [-1]',
    'same 810     } | 810     }',
    'same 811     { | 811     {',
    '… 793 unchanged',
  ]);
});
