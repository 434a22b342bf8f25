import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsedFilter } from '../../src/correlate/used-filter.ts';
import { correlated } from '../support/correlated.ts';

test('every value of a request is known, also those inside others', () => {
  const filter = new UsedFilter();
  const basic = Buffer.from('app-1:s3cret').toString('base64');
  filter.addRequest(
    correlated(0, {
      request: 'PUT /orders/17?next=%2Fcarts%2Fabc',
      headers: { Authorization: `Basic ${basic}` },
      send: { note: 'see 4711-99', deep: [{ ref: 'x' }] },
    }),
  );
  const used = ['orders', '17', 'abc', 's3cret', 'app-1:s3cret', basic, '4711-99', 'x'];
  expect(used.filter((value) => !filter.has(value))).toEqual([]);
  expect(['18', 'cart', 'S3cret', ''].filter((value) => filter.has(value))).toEqual([]);
});

test('no value that was used is ever denied, and few others are confirmed', () => {
  const filter = new UsedFilter();
  fc.assert(
    fc.property(fc.stringMatching(/^[\w.-]{1,80}$/), (value) => {
      filter.addRequest(correlated(0, { request: 'GET /', headers: { 'X-Value': value } }));
      expect(filter.has(value)).toBe(true);
    }),
  );
  const denied = Array.from({ length: 1000 }, (_, i) => `never-${i}`).filter((value) => !filter.has(value));
  expect(denied.length).toBeGreaterThan(990);
});
