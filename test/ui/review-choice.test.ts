import { describe, expect, test } from 'vitest';
import type { Check, ReviewEvent } from '../../src/model/run.ts';
import { foldReview } from '../../src/review/fold.ts';
import { reviewGroups } from '../../src/review/review-groups.ts';
import { chooseInReview, type ReviewQuery } from '../../src/ui/review-choice.ts';
import { check, difference } from '../support/suite-result.ts';

const name = difference({ path: '/name', pattern: '/name', kind: 'removed', severity: 'broken' });
const checks = [
  check({ verdict: 'changed', differences: [difference()] }),
  check({ position: 1, verdict: 'broken', differences: [difference(), name] }),
  check({ position: 2, verdict: 'equivalent' }),
];
const [removed, price] = reviewGroups(checks).map(({ key }) => key);

function choose(query: ReviewQuery, events: readonly ReviewEvent[] = [], all: readonly Check[] = checks): unknown[] {
  const { group, check: chosen, difference: key } = chooseInReview(all, foldReview(events, all), query);
  return [group?.key, chosen?.position, key];
}

const accept = (id: number, checkId: number): ReviewEvent => ({
  id,
  runId: 7,
  checkId,
  action: 'accept',
  author: 'ada',
  at: 0,
});

describe('what a review shows', () => {
  test('is at first the worst cluster that is open, with its first difference', () => {
    expect(choose({})).toEqual([removed, 1, 'body:/name']);
    expect(choose({}, [accept(1, 2)])).toEqual([price, 0, 'body:/price']);
    expect(choose({}, [accept(1, 2), accept(2, 1)])).toEqual([removed, 1, 'body:/name']);
  });

  test('is the cluster, check and difference that the address names', () => {
    expect(choose({ cluster: price })).toEqual([price, 0, 'body:/price']);
    expect(choose({ cluster: price }, [accept(1, 1)])).toEqual([price, 1, 'body:/price']);
    expect(choose({ cluster: price, check: 2, difference: 'body:/name' })).toEqual([price, 1, 'body:/name']);
    expect(choose({ cluster: price, check: 99 })).toEqual([price, 0, 'body:/price']);
    expect(choose({ cluster: 'unknown' })).toEqual([removed, 1, 'body:/name']);
  });

  test('is the list of checks when a check or that list is asked for', () => {
    expect(choose({ check: 1 })).toEqual([undefined, 0, undefined]);
    expect(choose({ list: 'checks' })).toEqual([undefined, 1, undefined]);
    expect(choose({ check: 3 })).toEqual([undefined, 2, undefined]);
  });

  test('is nothing when nothing differs', () => {
    expect(choose({}, [], [check()])).toEqual([undefined, undefined, undefined]);
  });
});
