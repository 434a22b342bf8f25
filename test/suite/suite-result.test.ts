import { describe, expect, test } from 'vitest';
import { checkFails, countVerdicts, describeDifference, splitDifferences } from '../../src/suite/suite-result.ts';
import { check, difference } from '../support/suite-result.ts';

describe('the result of a suite', () => {
  test('verdicts are counted, those that did not happen as zero', () => {
    const counts = countVerdicts([check(), check({ verdict: 'broken' }), check()]);
    expect(counts).toMatchObject({ same: 2, equivalent: 0, added: 0, changed: 0, broken: 1, failed: 0 });
    expect(Object.keys(counts)).toHaveLength(8);
  });

  test('additions fail only on request', () => {
    expect(checkFails(check({ verdict: 'added' }), 'changed')).toBe(false);
    expect(checkFails(check({ verdict: 'added' }), 'added')).toBe(true);
    expect(checkFails(check({ verdict: 'missing' }), 'changed')).toBe(true);
  });

  test('explained differences are counted by what explains them', () => {
    const { told, explained } = splitDifferences([
      difference(),
      difference({ severity: 'equivalent', rule: 'clock' }),
      difference({ severity: 'equivalent', rule: 'clock', path: '/b' }),
      difference({ severity: 'equivalent', rule: 'renaming' }),
    ]);
    expect(told).toEqual([difference()]);
    expect([...explained]).toEqual([
      ['clock', 2],
      ['renaming', 1],
    ]);
  });

  test.each([
    [difference(), 'body /price 1999 → 2099'],
    [difference({ part: 'status', path: '', before: '200', after: '500' }), 'status 200 → 500'],
    [{ ...difference({ part: 'header', path: 'etag' }), before: undefined }, 'header etag added: 2099'],
    [{ ...difference(), after: undefined }, 'body /price removed: 1999'],
    [{ ...difference({ kind: 'moved' }), before: undefined, after: undefined }, 'body /price moved'],
  ])('%# is told in one line', (one, words) => {
    expect(describeDifference(one as Parameters<typeof describeDifference>[0])).toBe(words);
  });
});
