import { describe, expect, test } from 'vitest';
import { formatTestDocument, testDocument, worstRunVerdict } from '../../../src/suite/reporters/json.ts';
import { blindSpot, check, difference, suiteResult } from '../../support/suite-result.ts';

describe('the JSON document of a test', () => {
  test('has the fields programs rely on', () => {
    const failing = check({ position: 1, verdict: 'changed', differences: [difference()], note: 'why' });
    const document = testDocument([suiteResult([check(), failing], {}, { verdict: 'failed' })]);
    expect(document).toMatchObject({
      schema: 'retake.test/1',
      run: 7,
      verdict: 'failed',
      counts: { same: 1, changed: 1, broken: 0 },
      runs: [{ run: 7, cassette: 'shop', session: 'session-1', startedAt: '2025-01-15T10:00:00.000Z' }],
    });
    expect(document.checks[1]).toEqual({
      address: 'shop:session-1/1',
      method: 'GET',
      target: '/items/7',
      template: '/items/{id}',
      verdict: 'changed',
      cause: null,
      note: 'why',
      durationMs: 12.5,
      baselineVersion: 1,
      differences: [
        {
          part: 'body',
          path: '/price',
          kind: 'changed',
          severity: 'changed',
          before: '1999',
          after: '2099',
          rule: null,
          note: null,
          signature: '148b8da16625',
        },
      ],
    });
  });

  test('joins equal differences of all cassettes, and tells what follows from what', () => {
    const cause = check({ verdict: 'changed', differences: [difference({ note: 'count is no longer the length' })] });
    const { after: _after, ...removed } = difference({ kind: 'removed', severity: 'broken' });
    const follower = check({
      position: 1,
      verdict: 'broken',
      cause: cause.address,
      differences: [removed],
    });
    const other = check({ address: 'pay:session-1/0', verdict: 'changed', differences: [difference({ after: '1' })] });
    const document = testDocument([suiteResult([cause, follower]), suiteResult([other], {}, { cassette: 'pay' })]);
    expect(document.checks.map((one) => one.cause)).toEqual([null, 'shop:session-1/0', null]);
    expect(document.checks[0]!.differences[0]).toMatchObject({ note: 'count is no longer the length' });
    expect(document.clusters).toEqual([
      {
        signature: document.checks[0]!.differences[0]!.signature,
        severity: 'changed',
        part: 'body',
        pattern: '/price',
        kind: 'changed',
        method: 'GET',
        template: '/items/{id}',
        changes: 2,
        checks: 2,
        following: 0,
        samples: [
          { before: '1999', after: '2099' },
          { before: '1999', after: '1' },
        ],
        note: 'count is no longer the length',
        first: 'shop:session-1/0',
      },
      expect.objectContaining({ kind: 'removed', following: 1, samples: [{ before: '1999', after: null }] }),
    ]);
  });

  test('a limit for what rules hide is told with the run', () => {
    const [withLimit, without] = testDocument([suiteResult([check()], { blindSpot }), suiteResult([check()])]).runs;
    expect(withLimit!.blindSpot).toEqual({
      fields: 1200,
      ignored: 200,
      loosened: 200,
      share: 0.25,
      most: 0.2,
      rules: blindSpot.rules,
    });
    expect(without).not.toHaveProperty('blindSpot');
  });

  test('several cassettes are one document with the newest run', () => {
    const first = suiteResult([check()], { notRun: 1 });
    const second = suiteResult([check({ verdict: 'failed' })], {}, { id: 8, cassette: 'pay', verdict: 'failed' });
    const document = testDocument([first, second]);
    expect(document).toMatchObject({ run: 8, verdict: 'failed', notRun: 1, counts: { same: 1, failed: 1 } });
    expect(document.runs.map(({ cassette, verdict }) => [cassette, verdict])).toEqual([
      ['shop', 'passed'],
      ['pay', 'failed'],
    ]);
  });

  test('interrupted outweighs failed, failed outweighs passed', () => {
    const passed = suiteResult([]);
    const failed = suiteResult([], {}, { verdict: 'failed' });
    const interrupted = suiteResult([], {}, { verdict: 'interrupted' });
    expect(worstRunVerdict([passed])).toBe('passed');
    expect(worstRunVerdict([passed, failed])).toBe('failed');
    expect(worstRunVerdict([interrupted, failed])).toBe('interrupted');
  });

  test('is one JSON text that ends with a line end', () => {
    const text = formatTestDocument([suiteResult([check()])]);
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toMatchObject({ schema: 'retake.test/1' });
  });
});
