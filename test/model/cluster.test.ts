import { describe, expect, test } from 'vitest';
import { clustersOf, isConsequence } from '../../src/model/cluster.ts';
import { signatureOf } from '../../src/model/signature.ts';
import { check, difference } from '../support/suite-result.ts';

const price = (index: number, after: string) =>
  difference({ path: `/items/${index}/price`, pattern: '/items/*/price', after });

describe('clusters', () => {
  test('join equal changes over places and exchanges, and tell how many there are', () => {
    const first = check({ verdict: 'changed', differences: [price(0, '1'), price(1, '2'), price(2, '1')] });
    const second = check({ position: 1, verdict: 'changed', target: '/items/8', differences: [price(5, '9')] });
    const [cluster, ...rest] = clustersOf([first, second]);
    expect(rest).toEqual([]);
    expect(cluster).toMatchObject({
      signature: signatureOf(first, price(0, '1')),
      method: 'GET',
      template: '/items/{id}',
      part: 'body',
      pattern: '/items/*/price',
      kind: 'changed',
      severity: 'changed',
      changes: 4,
      checks: 2,
      following: 0,
      samples: [
        { before: '1999', after: '1' },
        { before: '1999', after: '2' },
        { before: '1999', after: '9' },
      ],
    });
    expect(cluster!.members.map((member) => member.check.position)).toEqual([0, 0, 0, 1]);
  });

  test('come worst first, then largest; what is explained is in none', () => {
    const checks = [
      check({ verdict: 'changed', differences: [difference(), price(0, '1'), price(1, '1')] }),
      check({ position: 1, verdict: 'broken', differences: [difference({ kind: 'removed', severity: 'broken' })] }),
      check({ position: 2, verdict: 'equivalent', differences: [difference({ severity: 'equivalent' })] }),
    ];
    expect(clustersOf(checks).map(({ severity, kind, changes }) => [severity, kind, changes])).toEqual([
      ['broken', 'removed', 1],
      ['changed', 'changed', 2],
      ['changed', 'changed', 1],
    ]);
  });

  test('have the worst severity and the first note of what is in them', () => {
    const noted = difference({ severity: 'broken', note: 'order 7 now carries customer 9' });
    const [cluster] = clustersOf([check({ verdict: 'broken', differences: [difference(), noted] })]);
    expect(cluster).toMatchObject({ severity: 'broken', note: 'order 7 now carries customer 9' });
  });

  test('of which all checks follow from others are consequences, and come last', () => {
    const cause = check({ verdict: 'added', differences: [difference({ severity: 'added', kind: 'added' })] });
    const follower = check({
      position: 1,
      verdict: 'broken',
      cause: cause.address,
      differences: [difference({ severity: 'broken', kind: 'removed' })],
    });
    const clusters = clustersOf([cause, follower]);
    expect(clusters.map(({ severity }) => severity)).toEqual(['added', 'broken']);
    expect(clusters.map(isConsequence)).toEqual([false, true]);
  });

  test('of a check with many differences are found at once', () => {
    const differences = Array.from({ length: 100_000 }, (_, i) => price(i, String(i)));
    const started = performance.now();
    expect(clustersOf([check({ verdict: 'changed', differences })])).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
