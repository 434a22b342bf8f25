import { expect, test } from 'vitest';
import { ElementPairs } from '../../src/compare/element-pairs.ts';

test('gaps are what waits between pairs that kept their order, without what was closed', () => {
  const pairs = new ElementPairs(['a', 'b', 'c', 'd', 'e'], ['x', 'b', 'y', 'z', 'a']);
  pairs.pair(1, 1);
  pairs.pair(0, 4);
  pairs.close('baseline', 4);
  expect(pairs.gaps()).toEqual([{ baseline: [2, 3], fresh: [2, 3] }]);
  expect([pairs.isClosed(4, 2), pairs.isClosed(2, 2), pairs.isClosed(2, 4)]).toEqual([true, false, true]);
});

test('pairs in place are told', () => {
  const pairs = new ElementPairs([1, 2], [1, 2]);
  pairs.pair(0, 0);
  expect(pairs.isInPlace).toBe(false);
  pairs.pair(1, 1);
  expect(pairs.isInPlace).toBe(true);
  expect(pairs.inOrder().every(({ moved }) => !moved)).toBe(true);
});
