import { expect, test } from 'vitest';
import { isIdLike, isMapLike, renamedKeys } from '../../src/compare/map-keys.ts';

test('identifiers are told from names of fields', () => {
  const ids = [
    '17',
    'ord_1',
    'user:00af31',
    '2026-03-01',
    '9f1c2f0e-6f4b-4d1e-9c55-0a4b7a1d2c3e',
    '5f0c1a2b3c4d5e6f7a8b9c0d',
  ];
  expect(ids.filter((id) => !isIdLike(id))).toEqual([]);
  const names = [
    'id',
    'line2',
    'sha256',
    'address_line',
    'createdAt',
    'x',
    '',
    'en-US',
    'aVeryLongNameOfAFieldThatMeansNothing',
  ];
  expect(names.filter((name) => isIdLike(name))).toEqual([]);
});

test('an object is a map when all its keys look like identifiers and its values are alike', () => {
  expect(isMapLike({ ord_1: { n: 1 }, ord_2: { n: 2, extra: true } })).toBe(true);
  expect(isMapLike({ '17': 'a', '18': 'b' })).toBe(true);
  expect(isMapLike({ ord_1: { n: 1 } })).toBe(true);
  expect(isMapLike({ ord_1: { n: 1 }, ord_2: { other: 2 } })).toBe(false);
  expect(isMapLike({ ord_1: { n: 1 }, total: { n: 2 } })).toBe(false);
  expect(isMapLike({ '17': 'a', '18': 2 })).toBe(false);
  expect([isMapLike({}), isMapLike({ '0': 1 })]).toEqual([false, false]);
});

test('renamed keys are found, each once, and equal ones keep what is theirs', () => {
  const names = (id: string) => ({ '1': ['2'], '2': ['3'], ord_1: ['ord_9'], a: ['b'] })[id] ?? [];
  const map = (...keys: string[]) => Object.fromEntries(keys.map((key) => [key, { n: 1 }]));
  expect(renamedKeys(map('1', '2'), map('2', '3'), names)).toEqual(
    new Map([
      ['1', '2'],
      ['2', '3'],
    ]),
  );
  expect(renamedKeys(map('ord_1', 'ord_2'), map('ord_9', 'ord_2'), names)).toEqual(new Map([['ord_1', 'ord_9']]));
  expect(renamedKeys(map('1', '2'), map('1', '2'), names)).toBeUndefined();
  // A field that happens to have the value of an identifier as its name.
  expect(renamedKeys(map('a', 'c'), map('b', 'c'), names)).toBeUndefined();
});
