import { expect, test } from 'vitest';
import { compareOutcomes } from '../../src/compare/compare-outcomes.ts';
import type { Rulings, RulingsFor } from '../../src/compare/rulings.ts';
import { noRenames, response } from '../support/comparable.ts';

const silent: Rulings = { decide: () => undefined, arrayAt: () => undefined, conclude: (differences) => differences };

/** The verdicts on `{"n":1}` against `{"n":2}` with another status. */
function compare(...rulings: readonly RulingsFor[]) {
  const before = response({ body: '{"n":1}' });
  const after = response({ status: 201, body: '{"n":2}' });
  return compareOutcomes(before, after, { renames: noRenames, rulings }).map(({ part, severity, rule, note }) =>
    [part, severity, rule, note].filter((fact) => fact !== undefined).join(' '),
  );
}

test('a ruling makes a difference equivalent, with its rule and note', () => {
  const onBody: RulingsFor = () => ({
    ...silent,
    decide: ({ part, before, after }) =>
      part === 'body' ? { rule: 'mine', note: `${JSON.stringify(before)} to ${JSON.stringify(after)}` } : undefined,
  });
  expect(compare(onBody)).toEqual(['status changed', 'body equivalent mine 1 to 2']);
});

test('of several the first that speaks counts', () => {
  const named =
    (rule: string): RulingsFor =>
    () => ({ ...silent, decide: () => ({ rule }) });
  expect(compare(() => silent, named('first'), named('second'))).toEqual([
    'status equivalent first',
    'body equivalent first',
  ]);
});

test('each concludes on what those before it made of the differences', () => {
  const finding: RulingsFor = (values) => ({
    ...silent,
    conclude: (differences) => [
      ...differences,
      {
        part: 'body',
        path: '/sum',
        pattern: '/sum',
        kind: 'changed',
        severity: 'changed',
        after: `${differences.length} ${JSON.stringify(values().fresh)}`,
      },
    ],
  });
  const doubting: RulingsFor = () => ({
    ...silent,
    conclude: (differences) => differences.map((difference) => ({ ...difference, note: 'really' })),
  });
  expect(compare(finding, doubting)).toEqual(['status changed really', 'body changed really', 'body changed really']);
});
