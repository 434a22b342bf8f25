import { describe, expect, test } from 'vitest';
import type { ReviewEvent } from '../../src/model/run.ts';
import { foldReview } from '../../src/review/fold.ts';
import { groupDecision, groupTargets, itemDecision, reviewGroups } from '../../src/review/review-groups.ts';
import { check, difference } from '../support/suite-result.ts';

const price = (index: number) => difference({ path: `/items/${index}/price`, pattern: '/items/*/price' });
const broken = difference({ path: '/name', pattern: '/name', kind: 'removed', severity: 'broken' });

const checks = [
  check({ verdict: 'broken', differences: [price(0), price(1), broken] }),
  check({ position: 1, verdict: 'changed', differences: [price(0)] }),
  check({ position: 2, verdict: 'missing', cause: 'shop:session-1/0' }),
  check({ position: 3, verdict: 'failed' }),
  check({ position: 4, verdict: 'equivalent', differences: [difference({ severity: 'equivalent' })] }),
];

const event = (id: number, checkId: number, rest: Partial<ReviewEvent>): ReviewEvent => ({
  id,
  runId: 7,
  checkId,
  action: 'accept',
  author: 'ada',
  at: 0,
  ...rest,
});

describe('what is decided at once', () => {
  test('is each cluster, and what has no answer by its verdict, consequences last', () => {
    expect(
      reviewGroups(checks).map(({ key, severity, items, standing }) => [
        key.length === 12 ? 'cluster' : key,
        severity,
        items.map((item) => `${item.check.position}: ${item.differences.length}`),
        standing,
      ]),
    ).toEqual([
      ['failed', 'failed', ['3: 0'], 'own'],
      ['cluster', 'broken', ['0: 1'], 'own'],
      ['cluster', 'changed', ['0: 2', '1: 1'], 'own'],
      ['missing', 'missing', ['2: 0'], 'consequence'],
    ]);
  });

  test('is named by differences, or by the check where nothing else of it is open', () => {
    const prices = reviewGroups(checks)[2]!;
    expect(groupTargets(prices)).toEqual([
      { checkId: 1, difference: 'body:/items/0/price' },
      { checkId: 1, difference: 'body:/items/1/price' },
      { checkId: 2 },
    ]);
    expect(groupTargets(reviewGroups(checks)[0]!)).toEqual([{ checkId: 4 }]);
  });

  test('is decided when all of it is, and rejected when any of it is', () => {
    const prices = reviewGroups(checks)[2]!;
    const events = [event(1, 1, { difference: 'body:/items/0/price' }), event(2, 2, {})];
    const half = foldReview(events, checks);
    expect(prices.items.map((item) => itemDecision(item, half))).toEqual(['undecided', 'accepted']);
    expect(groupDecision(prices, half)).toBe('undecided');
    const rest = event(3, 1, { difference: 'body:/items/1/price' });
    expect(groupDecision(prices, foldReview([...events, rest], checks))).toBe('accepted');
    expect(groupDecision(prices, foldReview([...events, { ...rest, action: 'reject' }], checks))).toBe('rejected');
  });

  test('is decided as the check is where there was no answer', () => {
    const failed = reviewGroups(checks)[0]!;
    expect(groupDecision(failed, foldReview([], checks))).toBe('undecided');
    expect(groupDecision(failed, foldReview([event(1, 4, { action: 'reject' })], checks))).toBe('rejected');
  });
});
