import { expect, test } from 'vitest';
import { listFolded } from '../../src/review/folded-checks.ts';
import { check } from '../support/suite-result.ts';

const words = (...checks: Parameters<typeof listFolded>): string[] =>
  listFolded(...checks).map(
    (one) => `${one.standing === 'follower' ? '> ' : ''}${one.check.verdict} ${one.check.position}`,
  );

test('what follows from a check stands beneath it, and the cause is as bad as the worst of them', () => {
  const cause = 'shop:session-1/0';
  expect(
    words([
      check({ verdict: 'added' }),
      check({ position: 1, verdict: 'changed' }),
      check({ position: 2, verdict: 'missing', cause }),
      check({ position: 3, verdict: 'broken', cause }),
      check({ position: 4, verdict: 'broken' }),
    ]),
  ).toEqual(['added 0', '> broken 3', '> missing 2', 'broken 4', 'changed 1']);
});

test('what follows from a check that is not listed stands on its own', () => {
  expect(words([check({ position: 1, verdict: 'changed', cause: 'shop:session-1/0' })])).toEqual(['changed 1']);
});
