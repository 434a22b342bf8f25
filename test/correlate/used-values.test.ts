import { expect, test } from 'vitest';
import { usedValues } from '../../src/correlate/used-values.ts';
import { correlated } from '../support/correlated.ts';

test('every place of a request that may hold a value, with the kinds of things it may identify', () => {
  const exchange = correlated(0, {
    request: 'PUT /api/orders/17?product=3&page=2&id=4',
    headers: { Host: 'shop', 'X-Cart-Id': '8', Cookie: 'sid=abc; theme=dark' },
    send: { id: 17, lines: [{ productId: 3, quantity: 2 }] },
  });
  expect(usedValues(exchange).map(({ place, text, resources }) => [place, text, resources.join()])).toEqual([
    ['path:0', 'api', ''],
    ['path:1', 'orders', ''],
    ['path:2', '17', 'order'],
    ['query:product[0]', '3', 'product'],
    ['query:page[0]', '2', ''],
    ['query:id[0]', '4', 'order'],
    ['header:x-cart-id[0]', '8', 'cart'],
    ['cookie:sid', 'abc', ''],
    ['cookie:theme', 'dark', ''],
    ['json:/id', '17', 'order'],
    ['json:/lines/0/productId', '3', 'product'],
    ['json:/lines/0/quantity', '2', ''],
  ]);
});

test('form fields', () => {
  const exchange = correlated(0, { request: 'POST /pay', form: 'order_id=17&order_id=18&note=a+b' });
  expect(
    usedValues(exchange)
      .slice(1)
      .map(({ place, text }) => [place, text]),
  ).toEqual([
    ['form:order_id[0]', '17'],
    ['form:order_id[1]', '18'],
    ['form:note[0]', 'a b'],
  ]);
});
