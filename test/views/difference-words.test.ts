import { describe, expect, test } from 'vitest';
import type { Check } from '../../src/model/run.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { differencePlace, differenceWords, openDifferences } from '../../src/views/difference-words.ts';

function difference(overrides: Partial<Difference>): Difference {
  return { part: 'body', path: '/total', pattern: '/total', kind: 'changed', severity: 'changed', ...overrides };
}

describe('a difference in words', () => {
  test.each<[string, Partial<Difference>]>([
    ['/total 4350 → 4360', { before: '4350', after: '4360' }],
    ['/total changed', {}],
    ['/tier removed "gold"', { path: '/tier', kind: 'removed', before: '"gold"' }],
    ['/tags/3 added "new"', { path: '/tags/3', kind: 'added', after: '"new"' }],
    ['/tags moved', { path: '/tags', kind: 'moved' }],
    ['status 201 → 200', { part: 'status', path: '', before: '201', after: '200' }],
    ['header content-type removed', { part: 'header', path: 'content-type', kind: 'removed' }],
    ['outcome response → refused', { part: 'failure', path: '', before: 'response', after: 'refused' }],
    ['body 1 → "1"', { path: '', kind: 'type', before: '1', after: '"1"' }],
  ])('%s', (words, parts) => {
    expect(differenceWords(difference(parts))).toBe(words);
  });

  test('shows control characters as escapes', () => {
    expect(differencePlace(difference({ path: '/a\u202eb' }))).toBe(String.raw`/a\u202eb`);
    expect(differenceWords(difference({ before: '\u0007', after: 'x' }))).toBe(String.raw`/total \u0007 → x`);
  });
});

test('what nothing explains comes worst first, otherwise as in the message', () => {
  const differences = [
    difference({ path: 'date', severity: 'equivalent' }),
    difference({ path: '/a', severity: 'added' }),
    difference({ path: '/b', severity: 'changed' }),
    difference({ path: '/c', severity: 'broken' }),
    difference({ path: '/d', severity: 'changed' }),
  ];
  expect(openDifferences({ differences } as unknown as Check).map(({ path }) => path)).toEqual([
    '/c',
    '/b',
    '/d',
    '/a',
  ]);
});
