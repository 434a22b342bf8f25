import { expect, test } from 'vitest';
import { bitsNeeded, gridBits, rangeBits, spread, tableOf } from '../../../src/compare/invariants/entity-table.ts';
import { entitiesOf } from '../../../src/compare/invariants/sample.ts';
import { sample } from '../../support/samples.ts';

test('what one agreement says grows with the values it could have been', () => {
  expect(rangeBits([5, 5, 5])).toBe(0);
  expect(rangeBits([0, 1, 2, 3])).toBe(2);
  expect(rangeBits([0, 10, 30])).toBe(2);
  expect(gridBits([7n])).toBe(0);
  expect(gridBits([0n, 10n, 30n])).toBe(2);
  expect(gridBits([0n, 6n, 15n])).toBeCloseTo(Math.log2(6));
});

test('the more was tried, the more is needed', () => {
  expect(bitsNeeded(1)).toBe(20);
  expect(bitsNeeded(1024)).toBe(30);
});

test('samples are taken evenly, the first and the last among them', () => {
  expect(spread([1, 2, 3], 5)).toEqual([1, 2, 3]);
  expect(
    spread(
      Array.from({ length: 101 }, (_, i) => i),
      5,
    ),
  ).toEqual([0, 25, 50, 75, 100]);
});

test('columns have a value for every row, or none', () => {
  const rows = [{ a: 1 }, { b: 2 }].map((body, response) => {
    const one = sample(body);
    return { entity: entitiesOf(one).get('')![0]!, sample: one, body: response, response };
  });
  const { columns } = tableOf('', rows);
  expect([...columns]).toEqual([
    ['/a', [1, undefined]],
    ['/b', [undefined, 2]],
  ]);
});
