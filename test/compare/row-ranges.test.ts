import { expect, test } from 'vitest';
import { visibleRanges } from '../../src/compare/row-ranges.ts';

const ranges = (wanted: [number, number][], total = 100, limit = 1000): [number, number][] =>
  visibleRanges(
    wanted.map(([from, to]) => ({ from, to })),
    total,
    limit,
  ).map(({ from, to }) => [from, to]);

test('ranges are sorted, merged, and kept inside the view', () => {
  expect(
    ranges([
      [50, 60],
      [10, 20],
      [15, 30],
    ]),
  ).toEqual([
    [10, 30],
    [50, 60],
  ]);
  expect(
    ranges([
      [-5, 3],
      [97, 120],
    ]),
  ).toEqual([
    [0, 3],
    [97, 100],
  ]);
  expect(ranges([])).toEqual([]);
});

test('a fold never hides a single row', () => {
  expect(
    ranges([
      [10, 20],
      [21, 30],
    ]),
  ).toEqual([[10, 30]]);
  expect(
    ranges([
      [1, 5],
      [90, 99],
    ]),
  ).toEqual([
    [0, 5],
    [90, 100],
  ]);
});

test('no more than the limit is shown', () => {
  expect(
    ranges(
      [
        [0, 10],
        [20, 30],
        [40, 50],
      ],
      100,
      15,
    ),
  ).toEqual([
    [0, 10],
    [20, 25],
  ]);
});
