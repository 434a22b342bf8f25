import { expect, test } from 'vitest';
import { commonShape, formatOf, hasShape, shapeWords } from '../../../src/compare/invariants/text-shape.ts';

const tokens = [
  'tok_8f3kq2x9a1b2c3',
  'tok_1c7mz4w0d4e5f6',
  'tok_q09xk3d7g7h8i9',
  'tok_77hj2ks1j0k1l2',
  'tok_m4x81zp6m3n4o5',
];

test('the format of a text is its volatile values and what stands around them', () => {
  expect(formatOf('urn:uuid:9f2c1a44-6b1e-4d3a-8f27-0c5d7e9a1b23', 'id')).toBe('urn:uuid:‹uuid v4 lower›');
  expect(formatOf('tea', 'id')).toBeUndefined();
});

test('how many digits a fraction of a second has is no part of it', () => {
  expect(formatOf('2026-03-01T12:00:00.120Z', 'at')).toBe(formatOf('2026-03-01T12:00:00Z', 'at'));
  expect(formatOf('2026-03-01T12:00:00+01:00', 'at')).not.toBe(formatOf('2026-03-01T12:00:00Z', 'at'));
});

test('which server a URL leads to is no part of it', () => {
  const link = (server: string): string => `${server}/orders/9f2c1a44-6b1e-4d3a-8f27-0c5d7e9a1b23`;
  expect(formatOf(link('http://127.0.0.1:4600'), 'self')).toBe('‹server›/orders/‹uuid v4 lower›');
  expect(formatOf(link('http://127.0.0.1:4601'), 'self')).toBe(formatOf(link('https://shop.test'), 'self'));
  expect(formatOf(link(''), 'self')).toBe('/orders/‹uuid v4 lower›');
});

test('generated texts share a prefix, characters and a length', () => {
  const shape = commonShape(tokens)!;
  expect(shapeWords(shape)).toBe('"tok_" and 14 characters of lower-case letters and digits');
  expect(hasShape('tok_aaaaaaaaaaaaa1', shape)).toBe(true);
  for (const text of ['tok_AAAAAAAAAAAAA1', 'tok_a1', 'key_aaaaaaaaaaaaa1', 'tok_', '']) {
    expect(hasShape(text, shape)).toBe(false);
  }
});

test('words, and numbers that grow, have none', () => {
  expect(commonShape(['in-stock', 'in-transit', 'in-review', 'in-doubt'])).toBeUndefined();
  expect(commonShape(['1001', '1002', '1003'])).toBeUndefined();
  expect(commonShape(['ord_9', 'ord_10', 'ord_11'])).toEqual({ prefix: 'ord_' });
});
