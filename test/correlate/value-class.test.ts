import { expect, test } from 'vitest';
import { classOf, isNumberIdentity, looksRandom } from '../../src/correlate/value-class.ts';

test.each([
  ['f47ac10b-58cc-4372-a567-0e02b2c3d479', 'distinctive'],
  ['17', 'weak'],
  ['blue-chair', 'weak'],
  ['0', 'none'],
  ['true', 'none'],
  ['12.50', 'none'],
  ['2026-03-01T12:00:00Z', 'none'],
  ['1772366400', 'none'],
  ['two words 123', 'none'],
  ['', 'none'],
  ['x'.repeat(100), 'none'],
  [`1a${'x'.repeat(9000)}`, 'none'],
] as const)('%.40s is %s', (value, valueClass) => {
  expect(classOf(value)).toBe(valueClass);
});

test('random values mix letters and digits, names do not', () => {
  expect(['a1b2c3d4', 'f47ac10b-58cc-4372-a567-0e02b2c3d479'].every(looksRandom)).toBe(true);
  expect(['us-east-1', 'iphone15', '10.12.13', '123456789'].some(looksRandom)).toBe(false);
});

test('numbers are identifiers only under names that say so', () => {
  expect(['id', 'orderId', 'invoice_no', 'cursor'].every(isNumberIdentity)).toBe(true);
  expect(['page', 'next', 'hash', 'total', ''].some(isNumberIdentity)).toBe(false);
});
