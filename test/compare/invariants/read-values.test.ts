import { expect, test } from 'vitest';
import {
  billionthsOf,
  decimalText,
  durationText,
  lastName,
  momentOf,
} from '../../../src/compare/invariants/read-values.ts';
import { jsonNumber } from '../../../src/model/json-value.ts';

test('a moment is one in any notation', () => {
  const ms = Date.parse('2026-03-01T12:00:00Z');
  for (const value of ['2026-03-01T12:00:00Z', 'Sun, 01 Mar 2026 12:00:00 GMT', ms / 1000, ms, String(ms)]) {
    expect(momentOf(value, '/at')?.ms).toBe(ms);
  }
  for (const value of ['2026-03-01', 'soon', 12, null, true, undefined]) expect(momentOf(value, '/at')).toBeUndefined();
});

test('identifiers are no moments, nor are numbers of other centuries', () => {
  expect(momentOf(1_770_000_000, '/orderId')).toBeUndefined();
  expect(momentOf(1_000_000_001, '/population')).toBeUndefined();
});

test('numbers are exact in billionths', () => {
  expect(billionthsOf(0.1)! + billionthsOf(0.2)!).toBe(billionthsOf(0.3));
  expect(billionthsOf(0.1 + 0.2)).toBe(billionthsOf(0.3));
  expect(billionthsOf('12.50')).toBe(12_500_000_000n);
  expect(billionthsOf(-3.25)).toBe(-3_250_000_000n);
  expect(billionthsOf(jsonNumber('90071992547409931'))).toBe(90_071_992_547_409_931_000_000_000n);
  for (const value of ['12,50', '0x10', '', 'NaN', true, null, 1e300, jsonNumber('1e400')]) {
    expect(billionthsOf(value)).toBeUndefined();
  }
});

test('and are written as people write them', () => {
  expect([12_500_000_000n, -1_000_000_000n, 0n, 1n].map(decimalText)).toEqual(['12.5', '-1', '0', '0.000000001']);
  expect([3_600_000, -250, 0].map(durationText)).toEqual(['+ 3600 s', '- 250 ms', '+ 0 s']);
});

test('the nearest name says what a field holds', () => {
  expect(['/order/createdAt', 'header etag', 'POST /orders /id', ''].map(lastName)).toEqual([
    'createdAt',
    'etag',
    'id',
    '',
  ]);
});
