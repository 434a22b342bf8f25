import { expect, test } from 'vitest';
import { ElementPairs } from '../../src/compare/element-pairs.ts';
import { closeGap, pairSimilar } from '../../src/compare/similar-elements.ts';
import { SubtreeMemory } from '../../src/compare/subtree-memory.ts';
import type { JsonValue } from '../../src/model/json-value.ts';

const memory = new SubtreeMemory(() => []);

function similar(before: readonly JsonValue[], after: readonly JsonValue[]) {
  const pairs = new ElementPairs(before, after);
  pairSimilar(pairs, memory);
  return [...pairs.partner];
}

test('a changed element is found by what few others have, wherever it stands', () => {
  const one = { text: 'first', by: 'ann', tags: ['x', 'y'], n: 1 };
  const other = { text: 'second', by: 'bob', tags: ['z'], n: 1 };
  expect(
    similar(
      [one, other],
      [
        { ...other, n: 2 },
        { ...one, text: 'changed' },
      ],
    ),
  ).toEqual([1, 0]);
  expect(similar([one], [{ text: 'third', by: 'eve', tags: [], n: 1 }])).toEqual([-1]);
  expect(similar([{ data: one, v: 1 }], [{ data: { ...one, n: 3 }, v: 2 }])).toEqual([0]);
});

test('a gap of unequal sides is closed so that what is most alike comes together', () => {
  const before = [
    { a: 1, b: 1 },
    { a: 2, b: 1 },
  ];
  const pairs = new ElementPairs(before, [{ a: 2, b: 2 }]);
  closeGap(pairs, { baseline: [0, 1], fresh: [0] }, memory);
  expect([...pairs.partner]).toEqual([-1, 0]);
  const scalars = new ElementPairs(['a', { n: 1 }, 'b'], ['c']);
  closeGap(scalars, { baseline: [0, 1, 2], fresh: [0] }, memory);
  expect([...scalars.partner]).toEqual([0, -1, -1]);
});
