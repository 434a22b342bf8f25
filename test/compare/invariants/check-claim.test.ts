import { expect, test } from 'vitest';
import { checkClaim } from '../../../src/compare/invariants/check-claim.ts';
import type { Claim } from '../../../src/compare/invariants/claim.ts';
import { entitiesOf } from '../../../src/compare/invariants/sample.ts';
import { sample } from '../../support/samples.ts';

/** `holds`, `silent`, or what is so instead. */
function check(claim: Claim, body: unknown): string {
  const one = sample(body);
  const result = checkClaim(claim, entitiesOf(one).get('')![0]!, one);
  return result === undefined ? 'silent' : result.holds ? 'holds' : result.here;
}

test('a sum is exact in decimals', () => {
  const claim: Claim = { kind: 'sum', field: '/total', list: '/items', member: '/price', times: '/qty' };
  const items = [
    { price: 0.1, qty: 3 },
    { price: '19.99', qty: 2 },
  ];
  expect(check(claim, { total: 40.28, items })).toBe('holds');
  expect(check(claim, { total: '40.28', items })).toBe('holds');
  expect(check(claim, { total: 40.29, items })).toBe('it is 40.29, not 40.28');
  expect(check(claim, { total: 0, items: [] })).toBe('holds');
  expect(check(claim, { total: 1, items: [{ price: 'free', qty: 1 }] })).toBe('silent');
});

test('a time is told by its distance, to what two looks at a clock may differ', () => {
  const claim: Claim = { kind: 'later', field: '/exp', of: '/iat', byMs: 3_600_000, toleranceMs: 1000 };
  const iat = '2026-03-01T12:00:00.500Z';
  expect(check(claim, { iat, exp: 1_772_370_000 })).toBe('holds');
  expect(check(claim, { iat, exp: 1_772_366_460 })).toBe('it is + 59500 ms');
  expect(check(claim, { iat, exp: 'never' })).toBe('it is "never"');
  expect(check(claim, { iat, exp: null })).toBe('silent');
  expect(check(claim, { exp: 1_772_370_000 })).toBe('silent');
});

test('an order is broken by the first that stands wrong', () => {
  const claim: Claim = { kind: 'sorted', list: '/rows', member: '/n', direction: 'descending' };
  const rows = (...all: number[]) => ({ rows: all.map((n) => ({ n })) });
  expect(check(claim, rows(9, 5, 5, 1))).toBe('holds');
  expect(check(claim, rows(9, 1, 5))).toBe('it is 5 behind 1');
  expect(check(claim, rows(9))).toBe('silent');
});

test('texts may be sorted by code points or as people do', () => {
  const claim: Claim = { kind: 'sorted', list: '/rows', member: '', direction: 'ascending' };
  expect(check(claim, { rows: ['Banana', 'apple', 'cherry'] })).toBe('holds');
  expect(check(claim, { rows: ['apple', 'Banana', 'cherry'] })).toBe('holds');
  expect(check(claim, { rows: ['item 9', 'item 10'] })).toBe('holds');
  expect(check(claim, { rows: ['banana', 'apple'] })).toBe('it is "apple" behind "banana"');
});

test('identities are there once', () => {
  const claim: Claim = { kind: 'unique', list: '/rows', member: '' };
  expect(check(claim, { rows: ['a', 'b'] })).toBe('holds');
  expect(check(claim, { rows: ['a', 'b', 'a'] })).toBe('it is a twice');
  expect(check(claim, { rows: ['a', {}] })).toBe('silent');
});

test('texts, words and numbers', () => {
  expect(check({ kind: 'words', field: '/s', words: ['open', 'paid'] }, { s: 'lost' })).toBe('it is "lost"');
  expect(check({ kind: 'number', field: '/n', is: 'whole' }, { n: 1.5 })).toBe('it is 1.5');
  expect(check({ kind: 'number', field: '/n', is: 'not negative' }, { n: -1 })).toBe('it is -1');
  expect(check({ kind: 'plus', field: '/b', of: '/a', by: 1_000_000_000n }, { a: 1, b: 3 })).toBe('it is 3, not 2');
  expect(check({ kind: 'equal', field: '/b', of: '/a' }, { a: '17', b: 17 })).toBe('holds');
  expect(check({ kind: 'contains', field: '/u', of: '/id' }, { u: '/orders/17/x', id: 17 })).toBe('holds');
  expect(check({ kind: 'contains', field: '/u', of: '/id' }, { u: '/orders/170', id: 17 })).toBe(
    'it is "/orders/170", without 17',
  );
});
