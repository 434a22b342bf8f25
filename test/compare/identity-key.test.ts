import { expect, test } from 'vitest';
import { ElementPairs } from '../../src/compare/element-pairs.ts';
import { identityKey, identityOf, pairByEvidence } from '../../src/compare/identity-key.ts';
import { jsonNumber, type JsonValue } from '../../src/model/json-value.ts';

const none = () => [];

function evidence(before: readonly JsonValue[], after: readonly JsonValue[], names: (id: string) => string[] = none) {
  const pairs = new ElementPairs(before, after);
  pairByEvidence(pairs, names);
  return [...pairs.partner];
}

test('texts and numbers identify, those no double holds too', () => {
  const long = jsonNumber('9007199254740993');
  expect(identityOf({ id: long }, 'id')).toBe('9007199254740993');
  expect([identityOf({ id: 1 }, 'id'), identityOf({ id: null }, 'id'), identityOf([], 'id')]).toEqual([
    '1',
    undefined,
    undefined,
  ]);
});

test('a name by which every element kept its place comes first, then one by which half is found again', () => {
  const before = [1, 2, 3].map((n) => ({ id: n, sku: `s${n}` }));
  const renumbered = [3, 4, 5].map((n, index) => ({ id: n, sku: `s${index + 1}` }));
  expect(identityKey(before, renumbered, none)).toEqual({ key: 'sku', partner: 'in place' });
  expect(identityKey(before, renumbered.toReversed(), none)).toMatchObject({ key: 'sku' });
  expect(identityKey(before, before.slice(1), none)).toMatchObject({ key: 'id', partner: Int32Array.of(-1, 0, 1) });
  expect(identityKey([{ id: 1 }, { id: 1 }], [{ id: 1 }, { id: 1 }], none)).toBeUndefined();
});

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
