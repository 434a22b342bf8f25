import type { BlindSpotBudget } from '../../src/model/blind-spot.ts';
import type { Check, Run } from '../../src/model/run.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { type SuiteResult, countVerdicts } from '../../src/suite/suite-result.ts';
import { fixedTime } from './cassette.ts';

export function difference(overrides: Partial<Difference> = {}): Difference {
  return {
    part: 'body',
    path: '/price',
    pattern: '/price',
    kind: 'changed',
    severity: 'changed',
    before: '1999',
    after: '2099',
    ...overrides,
  };
}

/** A quarter of the fields is hidden, and a fifth may be. */
export const blindSpot: BlindSpotBudget = {
  most: 0.2,
  share: 0.25,
  counts: { fields: 1200, ignored: 200, loosened: 200 },
  rules: [
    { name: 'rule 7', share: 0.2 },
    { name: 'config rule 1', share: 0.05 },
  ],
};

/** A check of `GET /items/7`, by default without differences. */
export function check(overrides: Partial<Check> = {}): Check {
  const position = overrides.position ?? 0;
  return {
    id: position + 1,
    runId: 7,
    address: `shop:session-1/${position}`,
    position,
    method: 'GET',
    target: '/items/7',
    template: '/items/{id}',
    verdict: 'same',
    durationMs: 12.5,
    differences: [],
    baselineVersion: 1,
    ...overrides,
  };
}

export function suiteResult(
  checks: readonly Check[],
  overrides: Partial<SuiteResult> = {},
  run: Partial<Run> = {},
): SuiteResult {
  return {
    run: {
      id: 7,
      cassettePath: '/project/cassettes/shop.cassette',
      cassette: 'shop',
      session: 'session-1',
      target: 'http://127.0.0.1:3000',
      startedAt: fixedTime,
      endedAt: fixedTime + 420,
      verdict: 'passed',
      counts: countVerdicts(checks),
      checkCount: checks.length,
      toolVersion: '0.1.0',
      ...run,
    },
    checks,
    skipped: [],
    notRun: 0,
    supporting: 0,
    failOn: 'changed',
    ...overrides,
  };
}
