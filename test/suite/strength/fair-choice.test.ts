import { expect, test } from 'vitest';
import { FairChoice, type Offer } from '../../../src/suite/strength/fair-choice.ts';

function choiceOf(offers: readonly Offer[], seed = 1): FairChoice {
  const choice = new FairChoice(seed);
  for (const offer of offers) choice.add(offer);
  return choice;
}

/** A long list beside a small answer. */
const offers: readonly Offer[] = [
  ...Array.from({ length: 1000 }, (_, index): Offer => ({ group: 'list', pattern: 'drop /*', position: 0, index })),
  { group: 'list', pattern: 'drop /next', position: 0, index: 1000 },
  ...Array.from({ length: 3 }, (_, index): Offer => ({ group: 'one', pattern: `drop /${index}`, position: 1, index })),
];
const limits = { offers: 8, cost: Infinity, costOf: () => 1 };

test('groups take turns, and in each its patterns', () => {
  const chosen = choiceOf(offers).choose(limits);
  expect(chosen.get(1)).toEqual([0, 1, 2]);
  expect(chosen.get(0)).toHaveLength(5);
  expect(chosen.get(0)).toContain(1000);
});

test('the same is chosen every time, and otherwise by another seed', () => {
  expect(choiceOf(offers).choose(limits)).toEqual(choiceOf(offers).choose(limits));
  expect(choiceOf(offers, 2).choose(limits)).not.toEqual(choiceOf(offers).choose(limits));
});

test('all are chosen where there is room, and what costs too much is passed over', () => {
  const all = choiceOf(offers).choose({ ...limits, offers: 5000 });
  expect([...all.values()].map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([3, 1001]);
  const cheap = choiceOf(offers).choose({ ...limits, cost: 10, costOf: (position) => (position === 0 ? 100 : 1) });
  expect([...cheap]).toEqual([[1, [0, 1, 2]]]);
});
