import { expect, test } from 'vitest';
import { learnedFrom } from '../../support/samples.ts';

const uuids = [
  '9f2c1a44-6b1e-4d3a-8f27-0c5d7e9a1b23',
  '1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b',
  '6fa459ea-ee8a-4ca4-894e-db77e160355e',
];

test('volatile values keep their class and form', () => {
  expect(learnedFrom(uuids.map((id) => ({ id })))).toEqual(['id is like ‹uuid v4 lower›']);
  expect(learnedFrom([...uuids, uuids[0]!.toUpperCase()].map((id) => ({ id })))).toEqual([]);
});

test('a small vocabulary, each word seen several times', () => {
  const bodies = Array.from({ length: 24 }, (_, i) => ({ n: i % 5, state: ['open', 'paid', 'sent'][i % 3] }));
  expect(learnedFrom(bodies)).toEqual(['state is one of open, paid, sent']);
  expect(learnedFrom([...bodies, { n: 1, state: 'lost' }])).toEqual([]);
});

test('numbers that were always whole and not negative', () => {
  const numbers = (values: readonly number[]): string[] => learnedFrom(values.map((n) => ({ n })));
  const squares = Array.from({ length: 12 }, (_, i) => i * i);
  expect(numbers(squares)).toEqual(['n is always a whole number', 'n is always not negative']);
  expect(numbers([...squares, -1.5])).toEqual([]);
  expect(numbers(squares.slice(1))).toEqual([]);
});
