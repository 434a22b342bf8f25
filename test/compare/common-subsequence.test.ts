import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonSubsequence } from '../../src/compare/common-subsequence.ts';

function pairsOf(a: readonly number[], b: readonly number[]): [number, number][] {
  const pairs: [number, number][] = [];
  commonSubsequence(Int32Array.from(a), Int32Array.from(b), (first, second) => pairs.push([first, second]));
  return pairs.toSorted(([first], [second]) => first - second);
}

/** Length of the longest one, by the table of the textbook. */
function longest(a: readonly number[], b: readonly number[]): number {
  let row = Array.from({ length: b.length + 1 }, () => 0);
  for (const value of a) {
    const next = [0];
    for (const [at, other] of b.entries())
      next.push(value === other ? row[at]! + 1 : Math.max(row[at + 1]!, next[at]!));
    row = next;
  }
  return row.at(-1)!;
}

test('pairs are of equal elements and rise on both sides', () => {
  const sequence = fc.array(fc.nat(6), { maxLength: 20 });
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      const pairs = pairsOf(a, b);
      expect(pairs.map(([first]) => a[first])).toEqual(pairs.map(([, second]) => b[second]));
      const places = pairs.map(([, second]) => second);
      expect(places).toEqual([...new Set(places)].toSorted((first, second) => first - second));
    }),
    { numRuns: 500 },
  );
});

test('where no element is unique, no subsequence is longer', () => {
  const sequence = fc.array(fc.nat(2), { maxLength: 12 }).map((values) => [...values, ...values]);
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      expect(pairsOf(a, b)).toHaveLength(longest(a, b));
    }),
    { numRuns: 500 },
  );
});

test('what has little in common is given up in bounded time', () => {
  const a = Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 10);
  const b = Array.from({ length: 50_000 }, (_, index) => (index * index) % 10);
  expect(pairsOf(a, b).length).toBeLessThan(50_000);
});
