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
  ['1772366400123', 'none'],
  ['7662703346837166600', 'distinctive'],
  ['1772366400123456789', 'distinctive'],
  ['9772366400', 'distinctive'],
  ['two words 123', 'none'],
  ['ord_8f3a2c91', 'distinctive'],
  ['us-east-1', 'weak'],
  ['EUR2024', 'weak'],
  ['c-778x1', 'weak'],
  ['10.12.13', 'none'],
  ['v2.10.13-rc.1', 'none'],
  ['10.0.0.15', 'none'],
  ['localhost:8080', 'none'],
  ['1,234.56', 'none'],
  ['12EUR', 'weak'],
  ['12.50EUR', 'none'],
  ['2026Q1', 'none'],
  ['20260301', 'none'],
  ['01/03/2026', 'none'],
  ['12:30', 'none'],
  ['PT15M', 'none'],
  ['250ms', 'none'],
  ['1920x1080', 'none'],
  ['#a1b2c3', 'none'],
  ['+49-30-5557781', 'none'],
  ['application/vnd.oci.image.manifest.v1+json', 'none'],
  ['', 'none'],
  ['x'.repeat(100), 'none'],
  [`1a${'x'.repeat(9000)}`, 'none'],
] as const)('%.40s is %s', (value, valueClass) => {
  expect(classOf(value)).toBe(valueClass);
});

test('random values mix letters and digits, names do not', () => {
  expect(['a1b2c3d4', 'f47ac10b-58cc-4372-a567-0e02b2c3d479'].every(looksRandom)).toBe(true);
  expect(
    [
      'us-east-1',
      'iphone15',
      '10.12.13',
      '123456789',
      'application/vnd.oci.image.manifest.v1+json',
      'ann.lastname42@example.org',
    ].some(looksRandom),
  ).toBe(false);
});

test('numbers are identifiers only under names that say so', () => {
  expect(['id', 'orderId', 'invoice_no', 'cursor'].every(isNumberIdentity)).toBe(true);
  expect(['page', 'next', 'hash', 'total', '', 'zipCode', 'page_number', 'statusCode'].some(isNumberIdentity)).toBe(
    false,
  );
});
