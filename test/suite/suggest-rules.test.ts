import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formatCompareRuleLine, parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import { RunStore } from '../../src/store/run-store.ts';
import { foundName, pastCheck } from '../../src/suite/judge-again.ts';
import { explainedBy, suggestRules, tryRule } from '../../src/suite/suggest-rules.ts';
import { cassetteOf, openReader, responseOutcome } from '../support/cassette.ts';
import { keepRun } from '../support/past-run.ts';

/** One answer of a past run: suggestions for each of its differences by path. */
function stage(baseline: unknown, fresh: unknown, target = '/orders/17') {
  const outcome = responseOutcome({ headers: ['Content-Type', 'application/json'] });
  const file = cassetteOf([{ target, outcome, responseBytes: JSON.stringify(baseline) }]);
  const folder = path.dirname(path.dirname(file));
  keepRun(folder, file, [fresh]);
  const runStore = RunStore.open(folder);
  onTestFinished(() => runStore.close());
  const reader = openReader(file);
  const run = runStore.latestRun()!;
  const [stored] = runStore.checks(run.id);
  const check = { ...stored!, template: '/orders/{id}' };
  const answer = { reader, runStore, ...pastCheck(reader, { run, check, session: reader.session() })! };
  const at = (place: string) => {
    const found = check.differences.find((one) => one.path === place);
    if (!found) throw new Error(`${place} is not among ${check.differences.map((one) => one.path).join(', ')}`);
    return found;
  };
  return {
    answer,
    at,
    suggest: (place: string) => {
      const { rules, alike } = suggestRules(answer, at(place));
      return rules.map(({ rule, explains }) => `${formatCompareRuleLine(rule)} (${explains}/${alike})`);
    },
  };
}

describe('rules for a difference', () => {
  test('name the class of values on both sides first, and what is ignored last', () => {
    const { suggest } = stage({ at: '2001-01-01T00:00:00Z' }, { at: '2031-02-02T00:00:00Z' });
    expect(suggest('/at')).toEqual([
      'GET /orders/{id}: expect json $.at as timestamp (1/1)',
      'GET /orders/{id}: expect json $.at of same type (1/1)',
      'GET /orders/{id}: expect json $.at ignored (1/1)',
    ]);
  });

  test('count for the same member of every element, as far as they explain them', () => {
    const { suggest } = stage(
      { items: [{ n: 100 }, { n: 200 }, { n: 1000 }] },
      { items: [{ n: 103 }, { n: 201 }, { n: 5000 }] },
    );
    expect(suggest('/items/0/n')).toEqual([
      'GET /orders/{id}: expect json $.items[*].n within 5% (2/3)',
      'GET /orders/{id}: expect json $.items[*].n of same type (3/3)',
      'GET /orders/{id}: expect json $.items[*].n ignored (3/3)',
    ]);
  });

  test('of elements speak of their array', () => {
    const { suggest } = stage({ tags: ['a', 'b', 'c', 'd'] }, { tags: ['d', 'a', 'b', 'c'] });
    expect(suggest('/tags/3')).toEqual([
      'GET /orders/{id}: expect json $.tags unordered (1/1)',
      'GET /orders/{id}: expect json $.tags of same length (1/1)',
      'GET /orders/{id}: expect json $.tags with length 1.. (1/1)',
      'GET /orders/{id}: expect json $.tags[*] ignored (1/1)',
    ]);
    expect(stage({ tags: ['a'] }, { tags: ['a', 'b'] }).suggest('/tags/1')).toEqual([
      'GET /orders/{id}: expect json $.tags with length 1.. (1/1)',
      'GET /orders/{id}: expect json $.tags[*] ignored (1/1)',
    ]);
  });

  test('of what is gone or of another type can only ignore it', () => {
    const { suggest } = stage({ a: 1, 'b c': 2 }, { a: '1' });
    expect(suggest('/a')).toEqual(['GET /orders/{id}: expect json $.a ignored (1/1)']);
    expect(suggest('/b c')).toEqual(['GET /orders/{id}: expect json $["b c"] ignored (1/1)']);
  });

  test('fall back to the method where the path cannot be written in a rule', () => {
    const { answer, at } = stage({ a: 1 }, { a: 2 }, '/orders/{x}y');
    const odd = { ...answer, check: { ...answer.check, template: '/orders/{x}y' } };
    expect(formatCompareRuleLine(suggestRules(odd, at('/a')).rules[0]!.rule)).toMatch(/^GET: expect json \$\.a /);
  });

  test('there is none for what cannot be found again', () => {
    const { answer, at } = stage({ a: 1 }, { a: 2 });
    expect(suggestRules(answer, { ...at('/a'), path: '/b' })).toEqual({ rules: [], alike: 0 });
  });
});

describe('a rule somebody wrote', () => {
  test('explains a difference, says why not, or is about something else', () => {
    const { answer, at } = stage({ n: 100 }, { n: 150 });
    const said = (line: string) => tryRule(answer, at('/n'), parseCompareRuleLine(line));
    expect(said('*: expect json $.n within 50%')).toEqual({ kind: 'explains' });
    expect(said('*: expect json $.n within 5%')).toEqual({
      kind: 'objects',
      note: 'it expects json $.n within 5%, but it is further away',
    });
    expect(said('*: expect json $.m ignored')).toEqual({ kind: 'silent' });
    expect(said('POST: expect json $.n ignored')).toEqual({ kind: 'silent' });
  });

  test('is named by what it explains', () => {
    const { answer, at } = stage({ n: 100, m: 1 }, { n: 150, m: 2 });
    const rules = [{ name: 'rule 7', rule: parseCompareRuleLine('*: expect json $.n of same type') }];
    expect([...explainedBy(answer, rules)]).toEqual([[foundName(at('/n')), 'rule 7']]);
    expect(explainedBy(answer, []).size).toBe(0);
  });
});
