import { expect, test } from 'vitest';
import { identityKey, identityOf } from '../../src/compare/identity-key.ts';
import { jsonNumber } from '../../src/model/json-value.ts';

const none = () => [];

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
  expect(identityKey([{ code: 1 }, { code: 1 }], [{ code: 1 }, { code: 1 }], none)).toBeUndefined();
});

test('between equal ends the same pairs are found', () => {
  const list = (...ids: string[]) => ids.map((id) => ({ id }));
  expect(identityKey(list('a', 'b', 'c', 'd'), list('a', 'c', 'x', 'b', 'd'), none)).toEqual({
    key: 'id',
    partner: Int32Array.of(0, 3, 1, 4),
  });
  const names = (id: string) => (id === 'b' ? ['x'] : []);
  expect(identityKey(list('a', 'b', 'c'), list('a', 'x', 'y', 'c'), names)?.partner).toEqual(Int32Array.of(0, 1, 3));
});
