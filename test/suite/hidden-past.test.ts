import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import type { RuleBlindSpot } from '../../src/model/blind-spot.ts';
import { namedCompareRules } from '../../src/model/compare-rule-set.ts';
import { RunStore } from '../../src/store/run-store.ts';
import { blindSpots, listLimits } from '../../src/suite/blind-spots.ts';
import { cassetteOf, fixedTime, openReader, openWriter, responseOutcome } from '../support/cassette.ts';
import { keepRun } from '../support/past-run.ts';

const json = (value: unknown): string => JSON.stringify(value);

function stage() {
  const file = cassetteOf([{ responseBytes: json({ id: 1, nonce: 'a' }) }, { responseBytes: json({ n: [1, 2] }) }]);
  const folder = path.dirname(path.dirname(file));
  const spots = (lines: readonly string[], checks = 100): readonly RuleBlindSpot[] => {
    const runStore = RunStore.open(folder);
    onTestFinished(() => runStore.close());
    const reader = openReader(file);
    const rules = namedCompareRules(lines.map(parseCompareRuleLine), reader.compareRules());
    return blindSpots({ reader, runStore, rules, limits: { ...listLimits, checks } }).rules;
  };
  return { file, folder, spots, run: (...bodies: readonly unknown[]) => keepRun(folder, file, bodies) };
}

describe('what rules would have hidden of past runs', () => {
  test('is counted by severity, with the worst first', () => {
    const { run, spots } = stage();
    run({ id: 1, nonce: 'b' }, { n: [1, 2] });
    run({ id: 2 }, { n: [1, 2, 3] });
    const [nonce, root, other] = spots([
      '*: expect json $.nonce ignored',
      '*: expect json $ ignored',
      'POST: expect json $ ignored',
    ]);
    expect(nonce!.past).toEqual({
      asked: 3,
      differences: 2,
      bySeverity: { broken: 1, changed: 1, added: 0 },
      checks: 2,
      runs: 2,
      perRun: [
        { run: 2, differences: 1, broken: 1 },
        { run: 1, differences: 1, broken: 0 },
      ],
      samples: [
        {
          run: 2,
          address: 'checkout:session-1/0',
          method: 'GET',
          target: '/orders/7',
          severity: 'broken',
          difference: { part: 'body', path: '/nonce', kind: 'removed', before: '"a"' },
        },
        {
          run: 1,
          address: 'checkout:session-1/0',
          method: 'GET',
          target: '/orders/7',
          severity: 'changed',
          difference: { part: 'body', path: '/nonce', kind: 'changed', before: '"a"', after: '"b"' },
        },
      ],
    });
    expect(root!.past).toMatchObject({ differences: 4, bySeverity: { broken: 1, changed: 2, added: 1 }, checks: 3 });
    expect(other!.past).toMatchObject({ asked: 0, differences: 0, samples: [] });
  });

  test('counts what a rule of today hid then, with the severity it would have had', () => {
    const { file, run, spots } = stage();
    const writer = openWriter(file);
    writer.addCompareRule({
      rule: parseCompareRuleLine('*: expect json $.nonce ignored'),
      author: 'Ada',
      at: fixedTime,
    });
    writer.close();
    run({ id: 1 }, { n: [1, 2] });
    const [later, today] = spots(['*: expect json $.nonce of same type']);
    expect(today).toMatchObject({ name: 'rule 1', past: { bySeverity: { broken: 1 } } });
    expect(later).toMatchObject({ name: 'config rule 1', past: { asked: 1, differences: 0 } });
  });

  test('judges against the baseline of its time: what was accepted since was hidden all the same', () => {
    const { file, run, spots } = stage();
    run({ id: 1, nonce: 'b' }, { n: [1, 2] });
    const writer = openWriter(file);
    const body = writer.putBody(Buffer.from(json({ id: 1, nonce: 'b' })));
    writer.acceptBaseline(1, { outcome: responseOutcome({ body }), capturedAt: fixedTime, renames: [] });
    writer.close();
    expect(spots(['*: expect json $.nonce ignored'])[0]!.past).toMatchObject({ differences: 1 });
  });

  test('leaves out recordings that are others by now, and tells how far it looked', () => {
    const { file, folder, run, spots } = stage();
    run({ id: 1, nonce: 'b' }, { n: [2, 2] });
    run({ id: 1, nonce: 'c' }, { n: [2, 2] });
    expect(spots(['*: expect json $ ignored'], 3)[0]!.past).toMatchObject({ asked: 3, runs: 2, checks: 3 });
    const runStore = RunStore.open(folder);
    const other = cassetteOf([{ responseBytes: json({ id: 1 }) }]);
    const rules = namedCompareRules([parseCompareRuleLine('*: expect json $ ignored')], []);
    const { checks } = blindSpots({ reader: openReader(other), runStore, rules, limits: listLimits });
    runStore.close();
    expect(checks).toEqual({ looked: 0, of: 0 });
    expect(file).not.toBe(other);
  });
});
