import { describe, expect, test } from 'vitest';
import { clustersOf } from '../../../src/model/cluster.ts';
import { clusterLines } from '../../../src/suite/reporters/cluster-lines.ts';
import { check, difference } from '../../support/suite-result.ts';

const plain = { paint: (_style: string, text: string): string => text, detail: 'failing' } as const;

describe('clusters in lines', () => {
  test('are none when every difference stands for itself', () => {
    const differences = [difference(), difference({ path: '/name', pattern: '/name' })];
    expect(clusterLines(clustersOf([check({ verdict: 'changed', differences })]), plain)).toEqual([]);
  });

  test('say when all of their checks follow from others', () => {
    const follower = { verdict: 'changed', cause: 'shop:session-1/0', differences: [difference()] } as const;
    const clusters = clustersOf([check({ position: 1, ...follower }), check({ position: 2, ...follower })]);
    expect(clusterLines(clusters, plain)).toContain(
      '~ changed  GET /items/{id}  body /price 1999 → 2099  (2 changes in 2 checks; follows from others)',
    );
  });

  test('are cut, and say by how much', () => {
    const differences = Array.from({ length: 50 }, (_, i) => {
      const pattern = `/items/*/${i >> 1}`;
      return difference({ path: `/items/${i}/${i >> 1}`, pattern });
    });
    const clusters = clustersOf([check({ verdict: 'changed', differences })]);
    expect(clusterLines(clusters, plain)).toContain('… 5 more kinds of difference (--verbose shows all)');
    expect(clusterLines(clusters, { ...plain, detail: 'all' })).toHaveLength(27);
  });

  test('recorded text cannot command the terminal', () => {
    const hostile = difference({ after: '\u009b31m', note: '\u001b[2J' });
    const clusters = clustersOf([check({ verdict: 'changed', template: '/\u001b', differences: [hostile, hostile] })]);
    expect(clusterLines(clusters, plain).join('\n')).not.toMatch(/[\u001b\u009b]/);
  });
});
