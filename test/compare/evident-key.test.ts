import { expect, test } from 'vitest';
import { ElementPairs } from '../../src/compare/element-pairs.ts';
import { pairByEvidence } from '../../src/compare/evident-key.ts';
import type { JsonValue } from '../../src/model/json-value.ts';

const none = () => [];

function evidence(before: readonly JsonValue[], after: readonly JsonValue[], names: (id: string) => string[] = none) {
  const pairs = new ElementPairs(before, after);
  pairByEvidence(pairs, names);
  return [...pairs.partner];
}

test('members that are only unique together pair elements', () => {
  const rate = (country: string, lang: string, n: number) => ({ country, lang, n });
  const before = [rate('CH', 'de', 1), rate('CH', 'fr', 2), rate('DE', 'de', 2)];
  const after = [rate('AT', 'de', 2), rate('CH', 'de', 7), rate('CH', 'fr', 7), rate('DE', 'de', 7)];
  expect(evidence(before, after)).toEqual([1, 2, 3]);
});

test('of several keys the one counts whose pairs agree best', () => {
  const line = (place: number, text: string, by: string) => ({ place, text, by });
  const before = [line(1, 'a', 'x'), line(2, 'b', 'y'), line(3, 'c', 'z')];
  const after = [line(1, 'new', 'w'), line(2, 'a', 'x'), line(3, 'b', 'y'), line(4, 'c', 'z')];
  expect(evidence(before, after)).toEqual([1, 2, 3]);
});

test('keys hold under the renaming of the run, measures are none', () => {
  const names = (id: string) => (id === 'ord-1' ? ['ord-7'] : []);
  const before = [
    { order: 'ord-1', line: 1 },
    { order: 'ord-1', line: 2 },
  ];
  expect(evidence(before, before.map((one) => ({ ...one, order: 'ord-7' })).toReversed(), names)).toEqual([1, 0]);
  expect(evidence([{ price: 1.5 }, { price: 2.5 }], [{ price: 2.5 }, { price: 1.5 }])).toEqual([-1, -1]);
});
