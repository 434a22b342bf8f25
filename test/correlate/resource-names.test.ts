import { expect, test } from 'vitest';
import {
  isEnvelope,
  isResourceWord,
  resourceName,
  resourcesOfField,
  resourcesOfTarget,
} from '../../src/correlate/resource-names.ts';

test.each([
  ['Orders', 'order'],
  ['order-items', 'orderitem'],
  ['categories', 'category'],
  ['boxes', 'box'],
  ['addresses', 'address'],
  ['address', 'address'],
  ['bus', 'bus'],
])('%s is about %s', (word, resource) => {
  expect(resourceName(word)).toBe(resource);
});

test('a field name says whose identifier it holds', () => {
  expect(resourcesOfField('orderId')).toEqual(['order']);
  expect(resourcesOfField('order_item_ids')).toEqual(['orderitem', 'item']);
  expect(resourcesOfField('id')).toEqual([]);
  expect(resourcesOfField('product')).toEqual(['product']);
});

test('a target is about the words at its end that no id separates', () => {
  expect(resourcesOfTarget('/api/v1/users/login?x=1')).toEqual(['login', 'user']);
  expect(resourcesOfTarget('/orders/17/items/3')).toEqual(['item']);
  expect(resourcesOfTarget('/')).toEqual([]);
});

test('versions, ids and envelopes name no kind of thing', () => {
  expect(['v2', 'api', '17', 'a1', ''].some(isResourceWord)).toBe(false);
  expect(['data', 'results', '_embedded', 'items'].every(isEnvelope)).toBe(true);
});
