import { expect, test } from 'vitest';
import { longestIncreasing } from '../../src/compare/longest-increasing.ts';

test('the longest increasing run is marked', () => {
  expect([...longestIncreasing(Int32Array.from([3, -1, 0, 1, 5, 2]))]).toEqual([0, 0, 1, 1, 0, 1]);
  expect([...longestIncreasing(new Int32Array())]).toEqual([]);
});
