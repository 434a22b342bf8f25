import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Decimal, isWithin, parseDecimal, percentOf } from '../../src/compare/decimal.ts';

const decimal = (text: string): Decimal => parseDecimal(text)!;

test.each([
  ['0.8', '0.6', '0.2', true],
  ['0.8', '0.6', '0.19999999999999999', false],
  ['12345678901234567890', '12345678901234567891', '0.5', false],
  ['12345678901234567890', '12345678901234567891', '1', true],
  ['1e400', '1e400', '1', true],
  ['-1', '1', '2', true],
  ['1e999', '1e-9999', '1', false],
])('%s and %s within %s: %s', (a, b, most, expected) => {
  expect(isWithin(decimal(a), decimal(b), decimal(most))).toBe(expected);
});

test('percent of a number', () => {
  expect(percentOf(decimal('-200'), decimal('2.5'))).toEqual({ digits: 5000n, exponent: -3 });
});

test.each(['', '1 ', '0x10', '01', '1.', 'NaN', `1${'0'.repeat(1001)}`, '1e99999'])('%j is no number', (text) => {
  expect(parseDecimal(text)).toBeUndefined();
});

test('integers are as near as they are', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), fc.nat(), (a, b, most) => {
      const distance = BigInt(a) - BigInt(b);
      const size = distance < 0n ? -distance : distance;
      expect(isWithin(decimal(String(a)), decimal(String(b)), decimal(String(most)))).toBe(size <= BigInt(most));
    }),
  );
});
