import { expect, test } from 'vitest';
import { formatRuleLine, formatRuleObject, parseRuleLine } from '../../src/model/rule-line.ts';
import { RuleProblem } from '../../src/model/rule-problem.ts';

test.each([
  ['GET /search: ignore query nonce', 'match', { in: 'GET /search', ignore: 'query nonce' }],
  ['GET /a: expect json $.at as timestamp', 'compare', { in: 'GET /a', expect: 'json $.at', as: 'timestamp' }],
])('the verb tells the kinds of rules apart: %s', (line, kind, object) => {
  const rule = parseRuleLine(line);
  expect(rule.kind).toBe(kind);
  expect(formatRuleLine(rule)).toBe(line);
  expect(formatRuleObject(rule)).toEqual(object);
});

test('a slip in the verb is told', () => {
  expect(() => parseRuleLine('GET /a: expct json $.at ignored')).toThrow(RuleProblem);
  expect(() => parseRuleLine('GET /a: expct json $.at ignored')).toThrow(
    '"expct" is no action; did you mean "expect"?',
  );
});
