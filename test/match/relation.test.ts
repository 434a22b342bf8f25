import { expect, test } from 'vitest';
import { agree, relateKinds } from '../../src/match/relation.ts';
import { resourcesOf } from '../../src/match/resource.ts';
import { recordedFacts } from '../support/effects.ts';

test.each([
  ['PUT /orders', 'GET /orders', { relation: 'self' }],
  ['PUT /orders/1', 'GET /orders/2', { relation: 'self', depth: 2 }],
  ['POST /orders/1/payment', 'GET /orders/1', { relation: 'child', depth: 2 }],
  ['POST /orders/1/payment', 'GET /orders', { relation: 'child' }],
  ['POST /orders', 'GET /orders/1', { relation: 'parent' }],
  ['POST /orders/1', 'GET /orders/1/events', { relation: 'parent', depth: 2 }],
  ['POST /order/create', 'GET /orders', { relation: 'kin' }],
  ['POST /users/1/orders', 'GET /orders', { relation: 'kin' }],
  ['POST /orders', 'GET /', { relation: 'kin' }],
  ['POST /api/v1/orders', 'GET /api/v1', { relation: 'kin' }],
  ['POST /orders', 'GET /products', { relation: 'host' }],
  ['POST /orders@a', 'GET /orders@b', { relation: 'foreign' }],
  ['POST /graphql ~mutation:addOrder', 'POST /graphql ~query:orders', { relation: 'kin' }],
  ['POST /graphql ~mutation:addOrder', 'POST /graphql ~query:news', { relation: 'endpoint' }],
  ['POST /graphql ~mutation:addOrder', 'GET /news', { relation: 'host' }],
])('%s beside %s', (write, read, relation) => {
  const [one, other] = resourcesOf(recordedFacts([write, read]));
  expect(relateKinds(one!, other!)).toEqual(relation);
});

test('segments agree as deep as asked', () => {
  const [one, other] = resourcesOf(recordedFacts(['PUT /orders/1/x', 'GET /orders/1/y']));
  expect([agree(one!, other!, 2), agree(one!, other!, 3)]).toEqual([true, false]);
});
