import { describe, expect, test } from 'vitest';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { appErrorOf } from '../support/app-error.ts';
import { cassetteOf, fixedTime, openReader, openWriter } from '../support/cassette.ts';
import { connectTo } from '../support/sqlite-file.ts';

const nonce = parseMatchRuleLine('GET /search: ignore query nonce');
const language = parseMatchRuleLine('*: match header accept-language');

describe('match rules of a cassette', () => {
  test('are kept with author, note and time, in their order', () => {
    const file = cassetteOf([{}]);
    expect(openReader(file).matchRules()).toEqual([]);
    const writer = openWriter(file);
    expect(writer.addMatchRule({ rule: nonce, author: 'Ada', note: 'made anew', at: fixedTime + 0.4 })).toBe(1);
    expect(writer.addMatchRule({ rule: language, author: 'Grace', at: fixedTime })).toBe(2);
    writer.close();
    expect(openReader(file).matchRules()).toEqual([
      { id: 1, rule: nonce, author: 'Ada', note: 'made anew', at: fixedTime },
      { id: 2, rule: language, author: 'Grace', at: fixedTime },
    ]);
  });

  test('are taken out by their number, and the others keep theirs', () => {
    const file = cassetteOf([{}]);
    const writer = openWriter(file);
    for (const rule of [nonce, language]) writer.addMatchRule({ rule, author: 'Ada', at: fixedTime });
    expect(writer.removeMatchRule(1)).toBe(true);
    expect(writer.removeMatchRule(1)).toBe(false);
    expect(writer.reader().matchRules()).toEqual([{ id: 2, rule: language, author: 'Ada', at: fixedTime }]);
  });

  test('stand beside rules of other kinds, which are left alone', () => {
    const file = cassetteOf([{}]);
    insertRow(file, 'GET /a', '{"kind":"compare","ignore":"json $.id"}');
    const writer = openWriter(file);
    expect(writer.reader().matchRules()).toEqual([]);
    expect(writer.removeMatchRule(1)).toBe(false);
    expect(writer.addMatchRule({ rule: nonce, author: 'Ada', at: fixedTime })).toBe(2);
  });

  test.each([
    ['GET /a', '{"kind":"match"', /^cassette .* is damaged: rule 1: .*JSON/],
    ['GET /a', '{"kind":"match","ignore":"qery n"}', /is damaged: rule 1: "qery" is no place; did you mean "query"\?/],
    ['get', '{"kind":"match","ignore":"body"}', /is damaged: rule 1: "get" is no method: write GET/],
  ])('that cannot be read are never left out: %s %s', (scope, matcher, message) => {
    const file = cassetteOf([{}]);
    insertRow(file, scope, matcher);
    const error = appErrorOf(() => openReader(file).matchRules());
    expect(error.code).toBe('CASSETTE_CORRUPT');
    expect(error.message).toMatch(message);
  });
});

function insertRow(file: string, scope: string, matcher: string): void {
  const connection = connectTo(file, 'write');
  connection.run('INSERT INTO rules (scope, matcher, author, at) VALUES (?, ?, ?, ?)', scope, matcher, 'x', 0);
  connection.close();
}
