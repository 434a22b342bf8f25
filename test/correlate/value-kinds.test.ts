import { expect, test } from 'vitest';
import { kindsAt, kindsIdentifiedIn, kindsOfFlow } from '../../src/correlate/value-kinds.ts';
import type { ValueFlow } from '../../src/model/flow.ts';
import { valueFlow } from '../support/value-flow.ts';

test('a value identifies what its field, its container, or the request speaks of, in this order', () => {
  expect(kindsAt(['items', 0, 'orderId'], '/carts/1')).toEqual(['order']);
  expect(kindsAt(['data', 'customer', 'id'], '/carts/1')).toEqual(['customer']);
  expect(kindsAt(['data', 0, 'id'], '/api/v1/orders?page=2')).toEqual(['order']);
  expect(kindsAt(['id'], '/me')).toEqual([]);
});

test('a path identifies what stands before an identifier', () => {
  expect(kindsIdentifiedIn('/api/v1/orders/17/items')).toEqual(['order']);
  expect(kindsIdentifiedIn('/users/login')).toEqual([]);
});

const flow = (fromPlace: string, toPlace: string): ValueFlow => valueFlow({ fromPlace, toPlace });

test.each([
  ['json:/id', '/orders', 'path:1', '/orders/17', ['order']],
  ['json:/order/id', '/checkout', 'json:/orderId', '/payments', ['order']],
  ['header:location[0] > path:1', '/orders', 'path:1', '/orders/17', ['order']],
  ['json:/0/id', '/users', 'query:user[0]', '/posts?user=17', ['user']],
  ['set-cookie:cart', '/carts', 'cookie:cart', '/carts', []],
])('%s of %s used at %s of %s', (fromPlace, from, toPlace, to, kinds) => {
  expect(kindsOfFlow(flow(fromPlace, toPlace), { from, to })).toEqual(kinds);
});
