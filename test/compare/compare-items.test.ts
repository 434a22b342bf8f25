import { expect, test } from 'vitest';
import { compareItems } from '../../src/compare/compare-items.ts';
import { comparison } from '../support/comparable.ts';

const item = (value: string, problem?: string) => ({
  value,
  shadowed: [],
  ...(problem === undefined ? {} : { problem }),
});

test('what cannot be read is broken once, and only where the baseline could be read', () => {
  const part = { ...comparison(), part: 'event' } as const;
  expect(compareItems([item('a')], [item('a'), item('b', 'it is odd')], part)).toMatchObject([
    { part: 'event', path: '/1', severity: 'added' },
    { part: 'event', path: '/1 (unreadable)', severity: 'broken', note: 'it is odd' },
  ]);
  expect(compareItems([item('a', 'odd')], [item('a'), item('b', 'odd')], part)).toHaveLength(1);
});
