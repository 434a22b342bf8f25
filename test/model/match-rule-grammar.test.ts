import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatMatchRule,
  formatMatchRuleLine,
  formatRuleAction,
  parseMatchRule,
  parseMatchRuleLine,
  rulesHash,
} from '../../src/model/match-rule-grammar.ts';
import { RuleProblem } from '../../src/model/rule-problem.ts';
import { someRule } from '../support/match-rules.ts';

describe('a rule on one line and as an object', () => {
  test.each([
    ['GET /search: ignore query nonce', { in: 'GET /search', ignore: 'query nonce' }],
    ['POST /orders: type json $.id as uuid', { in: 'POST /orders', type: 'json $.id', as: 'uuid' }],
    ['*: match header accept-language', { in: '*', match: 'header accept-language' }],
    ['POST /search: treat as read', { in: 'POST /search', treat: 'read' }],
    ['GET /orders/{id}: ignore path id', { in: 'GET /orders/{id}', ignore: 'path id' }],
    ['* //api.test:443/a:b: ignore body', { in: '* //api.test:443/a:b', ignore: 'body' }],
    ["*: type json $[?@.a == 'b as uuid'].id as any", { in: '*', type: "json $[?@.a == 'b as uuid'].id", as: 'any' }],
  ])('%s', (line, object) => {
    const rule = parseMatchRuleLine(line);
    expect(formatMatchRule(rule)).toEqual(object);
    expect(parseMatchRule(object)).toEqual(rule);
    expect(formatMatchRuleLine(rule)).toBe(line);
    expect(line.endsWith(`: ${formatRuleAction(rule)}`)).toBe(true);
  });

  test('every rule comes back from either, and a line is one line', () => {
    fc.assert(
      fc.property(someRule, (rule) => {
        const line = formatMatchRuleLine(rule);
        expect(parseMatchRuleLine(line)).toEqual(rule);
        expect(line).not.toMatch(/\p{Cc}/u);
        expect(parseMatchRule(JSON.parse(JSON.stringify(formatMatchRule(rule))))).toEqual(rule);
      }),
    );
  });

  test('rules that mean the same have one hash, others have another', () => {
    const hashOf = (...lines: string[]): string => rulesHash(lines.map(parseMatchRuleLine));
    expect(hashOf('GET /a: match header Accept')).toBe(hashOf('GET   /a:  match  header accept'));
    expect(hashOf('* //API/a: treat read')).toBe(hashOf('* //api/a: treat as read'));
    expect(hashOf('GET /a: ignore body')).not.toBe(hashOf('GET /b: ignore body'));
    expect(hashOf('*: ignore body', '*: ignore query')).not.toBe(hashOf('*: ignore query', '*: ignore body'));
    expect(hashOf()).toMatch(/^[0-9a-f]{64}$/);
  });
});

function problemOf(work: () => unknown): RuleProblem {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof RuleProblem) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

describe('what is wrong with a rule', () => {
  test.each([
    ['nonsense', undefined, '"nonsense" is no rule'],
    ['GET /a ignore query n', undefined, '"GET /a ignore query n" is no rule'],
    ['GET /a: ignroe query n', undefined, '"ignroe" is no action; did you mean "ignore"?'],
    ['get /a: ignore query n', 'in', '"get" is no method: write GET'],
    ['GET /a: ignore qery n', 'ignore', '"qery" is no place; did you mean "query"?'],
    ['GET /a: ignore', 'ignore', 'no place is named'],
    ['GET /a: ignore path id', 'ignore', 'path id is no segment of the scope'],
    ['GET /{ids}: type path id as uuid', 'type', 'path id is no segment of the scope; did you mean "ids"?'],
    ['GET /a: type query n', 'as', 'type needs a class: … as uuid'],
    ['GET /a: type query n as uid', 'as', '"uid" is no class; did you mean "uuid"?'],
    ['GET /a: type body as uuid', 'type', 'body is a whole part, and a type is for one value'],
    ['GET /a: treat as reed', 'treat', '"reed" is neither read nor write'],
  ])('%s', (line, member, message) => {
    const problem = problemOf(() => parseMatchRuleLine(line));
    expect(problem).toMatchObject({ member, message });
    expect(problem.hint).not.toBe('');
  });

  test.each([
    ['ignore query n', undefined, 'a rule is an object, not a string'],
    [null, undefined, 'a rule is an object, not null'],
    [[], undefined, 'a rule is an object, not a list'],
    [{ in: '*', ignor: 'body' }, undefined, '"ignor" is unknown; did you mean "ignore"?'],
    [{ in: '*' }, undefined, 'the rule says not what to do'],
    [{ ignore: 'body' }, undefined, 'the rule says not which requests it is about'],
    [{ in: '*', ignore: 'body', treat: 'read' }, undefined, 'ignore and treat stand in one rule'],
    [{ in: '*', ignore: 'body', as: 'uuid' }, 'as', 'as belongs to type, not to ignore'],
    [{ in: '*', ignore: 3 }, 'ignore', 'it is a number, not a text'],
    [{ in: ['*'], ignore: 'body' }, 'in', 'it is a list, not a text'],
    [{ in: '*', type: 'query n', as: null }, 'as', 'it is null, not a text'],
  ])('%j', (object, member, message) => {
    const problem = problemOf(() => parseMatchRule(object));
    expect(problem).toMatchObject({ member, message });
    expect(problem.hint).not.toBe('');
  });

  test('nothing else is ever thrown', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `GET /a: ${rest}`),
    );
    const outcomeOf = (line: string): unknown => {
      try {
        return parseMatchRuleLine(line);
      } catch (thrown) {
        return thrown;
      }
    };
    fc.assert(
      fc.property(text, (line) => {
        const outcome = outcomeOf(line);
        expect(outcome instanceof RuleProblem || !(outcome instanceof Error)).toBe(true);
      }),
    );
  });
});

describe('docs/rules.md', () => {
  const page = readFileSync('docs/rules.md', 'utf8');

  test('shows rules that are read as it says', () => {
    const rows = [...page.matchAll(/^\| `([^`]+: (?!expect)[^`]+)` *\| `\{ (.+) \}` *\|/gm)];
    expect(rows).toHaveLength(4);
    for (const [, line = '', members = ''] of rows) {
      const object = Object.fromEntries(
        [...members.matchAll(/(\w+): '([^']+)'/g)].map(([, key, value]) => [key, value]),
      );
      expect(formatMatchRule(parseMatchRuleLine(line))).toEqual(object);
    }
  });

  test('names every class', () => {
    const list = /Classes are (.*)\./.exec(page)?.[1] ?? '';
    const named = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
    expect(problemOf(() => parseMatchRuleLine('*: type query n')).hint).toBe(`classes are ${named.join(', ')}`);
  });
});
