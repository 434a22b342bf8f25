import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatCompareRule,
  formatCompareRuleLine,
  formatExpectation,
  parseCompareRule,
  parseCompareRuleLine,
} from '../../src/model/compare-rule-grammar.ts';
import { RuleProblem } from '../../src/model/rule-problem.ts';
import { someCompareRule } from '../support/compare-rules.ts';

describe('a rule for comparing on one line and as an object', () => {
  test.each([
    [
      'GET /orders: expect json $.items[*].at as timestamp',
      { in: 'GET /orders', expect: 'json $.items[*].at', as: 'timestamp' },
    ],
    ['*: expect json $.nonce ignored', { in: '*', expect: 'json $.nonce', ignored: true }],
    ['POST /a: expect json $.id of same type', { in: 'POST /a', expect: 'json $.id', of: 'same type' }],
    ['*: expect json $.code matching /^[A-Z]{3}$/i', { in: '*', expect: 'json $.code', matching: '/^[A-Z]{3}$/i' }],
    ['*: expect json $.total within 0.5', { in: '*', expect: 'json $.total', within: '0.5' }],
    ['*: expect json $.total within 5%', { in: '*', expect: 'json $.total', within: '5%' }],
    ['*: expect json $.at within 2s', { in: '*', expect: 'json $.at', within: '2s' }],
    ['*: expect json $.at within 90s', { in: '*', expect: 'json $.at', within: '90s' }],
    ['*: expect json $.items unordered', { in: '*', expect: 'json $.items', unordered: true }],
    ['*: expect json $.items unordered by sku', { in: '*', expect: 'json $.items', unordered: 'sku' }],
    ['*: expect json $.items of same length', { in: '*', expect: 'json $.items', of: 'same length' }],
    ['*: expect json $.items with length 1..50', { in: '*', expect: 'json $.items', length: '1..50' }],
    ['*: expect json $.items with length 3', { in: '*', expect: 'json $.items', length: '3' }],
    ['*: expect json $.items with length 1..', { in: '*', expect: 'json $.items', length: '1..' }],
    ['*: expect header x-served-by ignored', { in: '*', expect: 'header x-served-by', ignored: true }],
    ['*: expect cookie sid as any', { in: '*', expect: 'cookie sid', as: 'any' }],
    ['*: expect status ignored', { in: '*', expect: 'status', ignored: true }],
    ['* //api.test/a:b/{id}: expect body ignored', { in: '* //api.test/a:b/{id}', expect: 'body', ignored: true }],
    ["*: expect json $['a matching /b'] as any", { in: '*', expect: "json $['a matching /b']", as: 'any' }],
    ['*: expect json $.a matching /b as c ignored/', { in: '*', expect: 'json $.a', matching: '/b as c ignored/' }],
  ])('%s', (line, object) => {
    const rule = parseCompareRuleLine(line);
    expect(formatCompareRule(rule)).toEqual(object);
    expect(parseCompareRule(object)).toEqual(rule);
    expect(formatCompareRuleLine(rule)).toBe(line);
    expect(line.endsWith(`: expect ${formatExpectation(rule)}`)).toBe(true);
  });

  test('every rule comes back from either, and a line is one line', () => {
    fc.assert(
      fc.property(someCompareRule, (rule) => {
        const line = formatCompareRuleLine(rule);
        expect(parseCompareRuleLine(line)).toEqual(rule);
        expect(line).not.toMatch(/\p{Cc}/u);
        expect(parseCompareRule(JSON.parse(JSON.stringify(formatCompareRule(rule))))).toEqual(rule);
      }),
    );
  });

  test.each([
    ['*: expect  header  X-Id  as   any', '*: expect header x-id as any'],
    ['*: expect json $.a within 120 s', '*: expect json $.a within 2m'],
    ['*: expect json $.a within 1.5s', '*: expect json $.a within 1500ms'],
    ['*: expect json $.a within 0.50', '*: expect json $.a within 0.5'],
    ['*: expect json $.a of   same  type', '*: expect json $.a of same type'],
    ['*: expect json $.a with length 07..7', '*: expect json $.a with length 7'],
    ['*: expect json $.a matching /x/sii', '*: expect json $.a matching /x/is'],
  ])('%s is %s', (line, canonical) => {
    expect(formatCompareRuleLine(parseCompareRuleLine(line))).toBe(canonical);
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

describe('what is wrong with a rule for comparing', () => {
  test.each([
    ['nonsense', undefined, '"nonsense" is no rule for comparing'],
    ['get /a: expect status ignored', 'in', '"get" is no method: write GET'],
    ['GET /a: expect', 'expect', 'no place is named'],
    ['GET /a: expect jsn $.id as uuid', 'expect', '"jsn" is no place; did you mean "json"?'],
    ['GET /a: expect query n as uuid', 'expect', '"query" is no place'],
    ['GET /a: expect jsn $.id', 'expect', '"jsn" is no place; did you mean "json"?'],
    ['GET /a: expect json as uuid', 'expect', 'json needs a JSONPath'],
    ['GET /a: expect json a.b ignored', 'expect', 'JSONPath "a.b": a JSONPath begins with "$", not with "a"'],
    ['GET /a: expect json $.id', undefined, 'it is not said what json $.id is expected to be'],
    ['GET /a: expect json $.id ignord', undefined, '"ignord" is nothing to expect; did you mean "ignored"?'],
    ['GET /a: expect json $.id witin 5%', undefined, '"witin" is nothing to expect; did you mean "within"?'],
    ['GET /a: expect json $.id unordered by', undefined, '"unordered by" does not say what is expected'],
    ['GET /a: expect json $.id as', 'as', 'expect needs a class: … as uuid'],
    ['GET /a: expect json $.id as uid', 'as', '"uid" is no class; did you mean "uuid"?'],
    ['GET /a: expect json $.id of type', 'of', '"type" is nothing to be of'],
    ['GET /a: expect json $.id within 5 percent', undefined, '"within 5 percent" does not say what is expected'],
    ['GET /a: expect json $.id within 5w', 'within', '"5w" is no tolerance'],
    ['GET /a: expect json $.id within 0', 'within', 'within 0 allows nothing'],
    ['GET /a: expect json $.id within 0.1ms', 'within', '0.1ms is no time that can be told apart'],
    ['GET /a: expect json $.id with length 5..1', 'length', 'nothing is at least 5 and at most 1 long'],
    ['GET /a: expect json $.id with length many', 'length', '"many" is no length'],
    ['GET /a: expect json $.id matching [a-z]+', 'matching', '"[a-z]+" is no regular expression'],
    ['GET /a: expect json $.id matching //', 'matching', 'the regular expression is empty'],
    ['GET /a: expect json $.id matching /(/', 'matching', '/(/: missing closing ): `(`'],
    ['GET /a: expect json $.id matching /(?=a)/', 'matching', '/(?=a)/: invalid or unsupported Perl syntax: `(?=`'],
    ['GET /a: expect json $.id matching /a/g', 'matching', '/a/g: the flag g is unknown: i, m and s are'],
    ['GET /a: expect status as any', 'expect', 'status can only be ignored, not be expected as any'],
    ['GET /a: expect body of same type', 'expect', 'body can only be ignored, not be expected of same type'],
    ['GET /a: expect header x of same type', 'expect', 'headers are texts: they have no other type, and no order'],
  ])('%s', (line, member, message) => {
    const problem = problemOf(() => parseCompareRuleLine(line));
    expect(problem).toMatchObject({ member, message });
    expect(problem.hint).not.toBe('');
  });

  test.each([
    ['expect json $.a ignored', undefined, 'a rule is an object, not a string'],
    [{ in: '*', expect: 'json $.a' }, undefined, 'the rule says not what is expected'],
    [{ in: '*', ignored: true }, undefined, 'the rule says not what it is about'],
    [{ expect: 'status', ignored: true }, undefined, 'the rule says not which requests it is about'],
    [{ in: '*', expect: 'json $.a', witin: '5%' }, undefined, '"witin" is unknown; did you mean "within"?'],
    [{ in: '*', expect: 'json $.a', as: 'any', ignored: true }, undefined, 'ignored and as stand in one rule'],
    [{ in: '*', expect: 'json $.a', ignored: false }, 'ignored', 'it is a boolean, not true'],
    [{ in: '*', expect: 'json $.a', within: 5 }, 'within', 'it is a number, not a text'],
    [{ in: '*', expect: 'json $.a', unordered: [] }, 'unordered', 'it is a list, not true or the name of a member'],
    [{ in: '*', expect: 3, ignored: true }, 'expect', 'it is a number, not a text'],
  ])('%j', (object, member, message) => {
    const problem = problemOf(() => parseCompareRule(object));
    expect(problem).toMatchObject({ member, message });
    expect(problem.hint).not.toBe('');
  });

  test('nothing else is ever thrown', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `GET /a: expect ${rest}`),
      fc.string().map((rest) => `GET /a: expect json $.a matching /${rest}/`),
    );
    const outcomeOf = (line: string): unknown => {
      try {
        return parseCompareRuleLine(line);
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

test('docs/rules.md shows rules that are read as it says', () => {
  const page = readFileSync('docs/rules.md', 'utf8');
  const rows = [...page.matchAll(/^\| `([^`]+: expect [^`]+)` *\| `\{ (.+) \}` *\|/gm)];
  expect(rows).toHaveLength(8);
  for (const [, line = '', members = ''] of rows) {
    const object = Object.fromEntries(
      [...members.matchAll(/(\w+): (?:'([^']+)'|true)/g)].map(([, key, value]) => [key, value ?? true]),
    );
    expect(formatCompareRule(parseCompareRuleLine(line))).toEqual(object);
  }
});
