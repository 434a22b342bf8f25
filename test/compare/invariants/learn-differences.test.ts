import { expect, test } from 'vitest';
import { learnedFrom } from '../../support/samples.ts';

const pages = [1, 4, 9, 16, 25, 36, 49, 64, 81, 100];
const relations = (bodies: readonly unknown[]): string[] =>
  learnedFrom(bodies).filter((words) => words.includes(' = '));

test('a number may be another and a constant', () => {
  expect(relations(pages.map((page) => ({ page, next: page + 1, left: 30 - page })))).toEqual(['next = page + 1']);
});

test('few small numbers are no evidence', () => {
  expect(relations([1, 2, 3].map((page) => ({ page, next: page + 1 })))).toEqual([]);
});
