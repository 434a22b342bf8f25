import { expect, test } from 'vitest';
import type { Difference } from '../../../src/model/verdict.ts';
import { answerWith } from '../../../src/suite/strength/answer.ts';
import type { Mutation, MutationKind } from '../../../src/suite/strength/mutation.ts';
import { reasonOf, StrengthTally } from '../../../src/suite/strength/strength-tally.ts';
import { answer } from '../../support/answers.ts';

function mutation(pattern: string, kind: MutationKind = 'drop'): Mutation {
  return { kind, pattern, words: pattern, apply: () => answerWith(answer()) };
}

const list = { method: 'GET', template: '/orders' };
const one = { method: 'GET', template: '/orders/{id}' };

test('each way counts once, in however many places it was tried', () => {
  const tally = new StrengthTally();
  for (let i = 0; i < 10; i++) {
    tally.addPossible(list, mutation('drop /*'));
    tally.addCaught(list, mutation('drop /*'));
  }
  tally.addPossible(list, mutation('null /a', 'null'));
  tally.addSurvivor(list, mutation('null /a', 'null'), { address: 'shop:s/1', reason: 'rule 3' });
  tally.addPossible(list, mutation('type /a', 'type'));
  expect(tally.total()).toEqual({ ways: 3, possible: 12, tried: 11, caught: 10, strength: 0.5 });
  expect(tally.kinds().map(({ kind, strength }) => [kind, strength])).toEqual([
    ['drop', 1],
    ['null', 0],
    ['type', 1],
  ]);
});

test('the weakest endpoint comes first, with what passed most often and one example', () => {
  const tally = new StrengthTally();
  tally.addCaught(list, mutation('drop /a'));
  for (const address of ['shop:s/1', 'shop:s/2']) {
    tally.addSurvivor(one, mutation('drop /b'), { address, reason: 'rule 3' });
  }
  tally.addSurvivor(one, mutation('drop /a'), { address: 'shop:s/1', reason: 'renaming' });
  const [weakest, ...others] = tally.endpoints();
  expect(others.map(({ template }) => template)).toEqual(['/orders']);
  expect(weakest?.survivors).toEqual([
    {
      kind: 'drop',
      pattern: 'drop /b',
      reason: 'rule 3',
      count: 2,
      example: { address: 'shop:s/1', words: 'drop /b' },
    },
    {
      kind: 'drop',
      pattern: 'drop /a',
      reason: 'renaming',
      count: 1,
      example: { address: 'shop:s/1', words: 'drop /a' },
    },
  ]);
});

test('the reason is what explained it; another length only follows from another body', () => {
  const explained = (part: Difference['part'], path: string, rule: string): Difference => {
    return { part, path, pattern: path, kind: 'changed', severity: 'equivalent', rule };
  };
  const length = explained('header', 'content-length', 'default-header');
  expect(reasonOf({ verdict: 'equivalent', differences: [length, explained('body', '/a', 'rule 3')] })).toBe('rule 3');
  expect(reasonOf({ verdict: 'equivalent', differences: [length] })).toBe('default-header');
  expect(reasonOf({ verdict: 'same', differences: [] })).toBe('not compared');
  expect(reasonOf({ verdict: 'added', differences: [length] })).toBe('added does not fail');
});
