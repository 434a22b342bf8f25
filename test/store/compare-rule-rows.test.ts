import { describe, expect, test } from 'vitest';
import { parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { appErrorOf } from '../support/app-error.ts';
import { cassetteOf, fixedTime, openReader, openWriter } from '../support/cassette.ts';
import { connectTo } from '../support/sqlite-file.ts';

const at = parseCompareRuleLine('GET /orders: expect json $.at as timestamp');
const total = parseCompareRuleLine('*: expect json $.total within 5%');
const evidence = { differed: 40, compared: 40, unseen: 0 };

describe('rules for comparing of a cassette', () => {
  test('are kept with author, note, time and evidence, in their order, beside those for matching', () => {
    const file = cassetteOf([{}]);
    const writer = openWriter(file);
    expect(writer.addCompareRule({ rule: at, author: 'Ada', note: 'a clock', at: fixedTime + 0.4 })).toBe(1);
    const nonce = parseMatchRuleLine('GET /search: ignore query nonce');
    expect(writer.addMatchRule({ rule: nonce, author: 'Ada', at: fixedTime })).toBe(2);
    expect(writer.addCompareRule({ rule: total, author: 'Grace', at: fixedTime, evidence })).toBe(3);
    writer.close();
    expect(openReader(file).compareRules()).toEqual([
      { id: 1, rule: at, author: 'Ada', note: 'a clock', at: fixedTime },
      { id: 3, rule: total, author: 'Grace', at: fixedTime, evidence },
    ]);
    expect(openReader(file).matchRules()).toMatchObject([{ id: 2, rule: nonce }]);
  });

  test('are taken out by their number; those of the other kind are left alone', () => {
    const writer = openWriter(cassetteOf([{}]));
    writer.addCompareRule({ rule: at, author: 'Ada', at: fixedTime });
    expect(writer.removeMatchRule(1)).toBe(false);
    expect(writer.removeCompareRule(1)).toBe(true);
    expect(writer.removeCompareRule(1)).toBe(false);
    expect(writer.reader().compareRules()).toEqual([]);
  });

  test('learn what calibration sees', () => {
    const writer = openWriter(cassetteOf([{}]));
    writer.addCompareRule({ rule: at, author: 'retake', at: fixedTime, evidence });
    expect(writer.setEvidence(1, { ...evidence, unseen: 2 })).toBe(true);
    expect(writer.setEvidence(2, evidence)).toBe(false);
    expect(writer.reader().compareRules()[0]?.evidence).toEqual({ ...evidence, unseen: 2 });
  });

  test.each([
    ['{"kind":"compare"', /^cassette .* is damaged: rule 1: .*JSON/],
    ['{"kind":"compare","expect":"jsn $.a","ignored":true}', /is damaged: rule 1: "jsn" is no place; did you mean/],
    ['{"kind":"compare","expect":"status","ignored":true,"evidence":{}}', /rule 1: its evidence cannot be read/],
    ['{"kind":"compare","expect":"status","ignored":true,"evidence":null}', /is damaged: rule 1: /],
  ])('that cannot be read are never left out: %s', (matcher, message) => {
    const file = cassetteOf([{}]);
    const connection = connectTo(file, 'write');
    connection.run('INSERT INTO rules (scope, matcher, author, at) VALUES (?, ?, ?, ?)', '*', matcher, 'x', 0);
    connection.close();
    const error = appErrorOf(() => openReader(file).compareRules());
    expect(error.code).toBe('CASSETTE_CORRUPT');
    expect(error.message).toMatch(message);
  });
});
