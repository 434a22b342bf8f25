import { expect, test } from 'vitest';
import { compareOutcomes } from '../../src/compare/compare-outcomes.ts';
import type { Rulings, RulingsFor } from '../../src/compare/rulings.ts';
import { noRenames, response } from '../support/comparable.ts';

const silent: Rulings = { decide: () => undefined, arrayAt: () => undefined, findings: () => [] };

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

test('what they find beside the differences is added at the end', () => {
  const finding: RulingsFor = (values) => ({
    ...silent,
    findings: (differences) => [
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
  expect(compare(finding)).toEqual(['status changed', 'body changed', 'body changed']);
});
