import { expect, test } from 'vitest';
import { parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import { compileCompareRules, namedCompareRules } from '../../src/model/compare-rule-set.ts';
import { RuleProblem } from '../../src/model/rule-problem.ts';
import { compareRules } from '../support/compare-rules.ts';

const rule = parseCompareRuleLine('*: expect status ignored');

test('the rules of the project come first, and each has a name for people', () => {
  const evidence = { differed: 3, compared: 4, unseen: 0 };
  const stored = { rule, author: 'Ada', at: 0 };
  const named = namedCompareRules(
    [rule, rule],
    [
      { ...stored, id: 4 },
      { ...stored, id: 7, evidence },
    ],
  );
  expect(named.map(({ name }) => name)).toEqual(['config rule 1', 'config rule 2', 'rule 4', 'calibration 7']);
});

test('rules are asked by method, path and server', () => {
  const { rulesFor } = compareRules(
    '*: expect status ignored',
    'GET /orders/{id}: expect status ignored',
    'GET //pay/orders/**: expect status ignored',
    'POST /orders: expect status ignored',
  );
  const names = (method: string, path: string, server = 'default'): string[] =>
    rulesFor({ method, path, server }).map(({ name }) => name);
  expect(names('GET', '/orders/1?a=b')).toEqual(['rule 1', 'rule 2']);
  expect(names('GET', '/orders/1', 'pay')).toEqual(['rule 1', 'rule 2', 'rule 3']);
  expect(names('DELETE', '/')).toEqual(['rule 1']);
});

test('a rule that was made without the grammar is refused where it cannot be applied', () => {
  const of = (path: string) => ({ name: 'x', rule: { ...rule, place: { kind: 'json' as const, path } } });
  expect(() => compileCompareRules([of('nonsense')])).toThrow(RuleProblem);
  const matcher = { kind: 'regex' as const, pattern: '(', flags: '' };
  expect(() => compileCompareRules([{ name: 'x', rule: { ...rule, matcher } }])).toThrow('/(/: missing closing )');
});
