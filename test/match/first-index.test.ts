import { expect, test } from 'vitest';
import { firstIndex } from '../../src/match/first-index.ts';

test('finds where the second part of a list begins', () => {
  const list = [1, 3, 3, 8];
  expect([0, 1, 3, 8, 9].map((least) => firstIndex(list, (item) => item >= least))).toEqual([0, 0, 1, 3, 4]);
});
