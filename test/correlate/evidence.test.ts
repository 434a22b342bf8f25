import { expect, test } from 'vitest';
import { byItself, byNames, provenance, repeated } from '../../src/correlate/evidence.ts';

test('who issued a value', () => {
  const of = (place: string, rank: 1 | 2 | 3, word: string) => provenance({ place, rank, word }, 'POST /orders');
  expect(of('header:location[0] > path:1', 3, 'id')).toBe('in the Location that POST /orders gave');
  expect(of('json:/id', 3, 'id')).toBe('issued by the write POST /orders as id');
  expect(of('json:/sku', 2, 'sku')).toBe('given by POST /orders as sku');
  expect(of('json:/x', 1, 'x')).toBe('first seen in the answer to POST /orders');
  expect(provenance({ place: 'text', rank: 1, word: '' }, `GET /${'x'.repeat(200)}`).length).toBeLessThan(140);
});

test('why it counts, and how often', () => {
  expect(byItself('a1b2c3d4')).toBe('8 characters that are hardly equal by accident');
  expect(byNames('order')).toBe('both sides speak of order');
  expect(repeated(1, undefined)).toBe('');
  expect(repeated(3, 'second')).toBe('; 3 different values went this way; so did others in session second');
});
