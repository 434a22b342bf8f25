import { expect, test } from 'vitest';
import { learnedFrom } from '../../support/samples.ts';

const rows = (...ns: readonly number[]) => ns.map((n) => ({ n, id: `x${n}y${n}` }));

test('a count, of two lengths where its name says so', () => {
  expect(
    learnedFrom([
      { total: 2, rows: rows(5, 1) },
      { total: 0, rows: [] },
      { total: 0, rows: [], more: false },
    ]),
  ).toEqual(['total = the length of rows']);
  expect(
    learnedFrom([
      { big: 2, rows: rows(5, 1) },
      { big: 0, rows: [] },
      { big: 0, rows: [], more: false },
    ]),
  ).toEqual([]);
});

test('an order that is one of a million', () => {
  const sorted = { rows: rows(1, 2, 4, 8, 9, 11, 12, 15, 20, 21, 25, 31) };
  expect(learnedFrom([sorted, { rows: [] }])).toContain('rows is always sorted by n, ascending');
  expect(learnedFrom([sorted, { rows: rows(2, 1) }]).join()).not.toContain('sorted');
  expect(learnedFrom([{ rows: rows(1, 2, 3) }, { rows: rows(1, 2) }]).join()).not.toContain('sorted');
});

test('sums of an amount', () => {
  const bodies = [
    [1.1, 2.2],
    [0.05, 7.95, 3],
    [19.99, 0.01],
  ].map((amounts) => ({
    sum: Math.round(amounts.reduce((a, b) => a + b, 0) * 100) / 100,
    parts: amounts.map((amount) => ({ amount })),
  }));
  expect(learnedFrom(bodies)).toEqual(['sum = the sum of parts[*].amount']);
});

test('what belongs to something else may come twice, once there were enough of them', () => {
  const of = (count: number) => ({
    rows: Array.from({ length: count }, (_, i) => ({ ownerId: `own${(i * 7) % count}er${i * 3}` })),
  });
  expect(learnedFrom([of(10), of(12)])).toEqual(['rows[*].ownerId is like lower-case letters and digits']);
});
