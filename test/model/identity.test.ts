import { expect, test } from 'vitest';
import { isDistinctive, isIdentityName, lastWord, nameWords } from '../../src/model/identity.ts';

test('names fall into words', () => {
  expect(nameWords('orderItemId')).toEqual(['order', 'item', 'id']);
  expect(nameWords('X-Order-ID')).toEqual(['x', 'order', 'id']);
  expect(nameWords('HTTPServer_name')).toEqual(['http', 'server', 'name']);
  expect(lastWord('')).toBe('');
});

test.each(['id', '_id', 'orderId', 'order_id', 'X-Request-Id', 'uuid', 'next_cursor', 'accessToken', 'ids'])(
  '%s names an identifier',
  (name) => {
    expect(isIdentityName(name)).toBe(true);
  },
);

test.each(['quantity', 'total', 'name', 'paid', 'video', 'identity', 'page', ''])('%s does not', (name) => {
  expect(isIdentityName(name)).toBe(false);
});

test.each(['f47ac10b-58cc-4372-a567-0e02b2c3d479', 'ord_12ab', '123456789', 'QmFzZTY0VGV4dFdpdGhvdXREaWdpdHM'])(
  '%s can hardly occur twice by accident',
  (value) => {
    expect(isDistinctive(value)).toBe(true);
  },
);

test.each([
  '17',
  '20000000000',
  'pending',
  'administrator',
  '1999.99',
  '12.5%',
  'gold',
  'blue chair 12',
  '',
  'user_name',
])('%s can', (value) => {
  expect(isDistinctive(value)).toBe(false);
});
