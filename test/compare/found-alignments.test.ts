import { expect, test } from 'vitest';
import { compareJson } from '../../src/compare/compare-json.ts';
import { FoundAlignments } from '../../src/compare/found-alignments.ts';
import type { ArrayRuling } from '../../src/compare/rulings.ts';
import type { JsonValue } from '../../src/model/json-value.ts';
import { comparison } from '../support/comparable.ts';

function alignments(before: JsonValue, after: JsonValue, ruling?: ArrayRuling) {
  const by = comparison({ ord_1: 'ord_9' }, [
    () => ({ decide: () => undefined, arrayAt: () => ruling, conclude: (differences) => differences }),
  ]);
  const differences = compareJson({ value: before, shadowed: [] }, { value: after, shadowed: [] }, by);
  return new FoundAlignments(new Map(differences.map((difference) => [difference.path, difference])));
}

test('elements are paired as the comparison did, whatever it went by', () => {
  const before = [
    { id: 1, ref: 'a' },
    { id: 2, ref: 'b' },
    { id: 3, ref: 'c' },
  ];
  const after = [
    { id: 2, ref: 'a' },
    { id: 9, ref: 'x' },
    { id: 1, ref: 'b' },
  ];
  const byId = alignments(before, after).elementsAt('', before, after);
  const byRef = alignments(before, after, { order: 'free', by: 'ref', rule: 'r' }).elementsAt('', before, after);
  const pairs = (elements: typeof byId) => elements?.map(({ baseline, fresh }) => [baseline, fresh]);
  expect(pairs(byId)).toEqual([
    [1, 0],
    [-1, 1],
    [0, 2],
    [2, -1],
  ]);
  expect(pairs(byRef)).toEqual([
    [0, 0],
    [-1, 1],
    [1, 2],
    [2, -1],
  ]);
});

test('nothing is told of an array whose differences are not all listed', () => {
  const before = Array.from({ length: 200 }, (_, index) => index);
  expect(alignments(before, before.toReversed()).elementsAt('', before, before.toReversed())).toBeUndefined();
  const many = Array.from({ length: 3000 }, (_, index) => index);
  expect(alignments(many, []).elementsAt('', many, [])).toBeUndefined();
});

test('renamed keys are told', () => {
  const found = alignments({ orders: { ord_1: { n: 1 } } }, { orders: { ord_9: { n: 2 } } });
  expect(found.freshKey('/orders/ord_1')).toBe('ord_9');
  expect(found.freshKey('/orders')).toBeUndefined();
});
