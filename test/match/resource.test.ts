import { describe, expect, test } from 'vitest';
import { type Resource, resourcesOf } from '../../src/match/resource.ts';
import { recordedFacts } from '../support/effects.ts';

const resource = (address: string): Resource => resourcesOf(recordedFacts([`GET ${address}`]))[0]!;

describe('what a request is about', () => {
  test.each([
    ['/orders/17/items', '/orders/{id}/items'],
    ['/orders/3fa85f64-5717-4562-b3fc-2c963f66afa6', '/orders/{id}'],
    ['/orders/ord_8f3k2x', '/orders/{id}'],
    ['/api/v2/orders', '/api/v2/orders'],
    ['/', '/'],
  ])('%s is one of %s', (path, template) => {
    expect(resource(path).template.trim()).toBe(template);
  });

  test.each([
    ['/api/v1/orders/7/lineItems', 'order line item'],
    ['/order/create', 'order'],
    ['/categories', 'category'],
    ['/addresses/boxes/news', 'address box new'],
    ['/shop.OrderService/GetOrder', 'shop order'],
    ['/7', ''],
  ])('%s speaks of "%s"', (path, words) => {
    expect(resource(path).words.join(' ')).toBe(words);
  });

  test('a GraphQL request is about what its operation names', () => {
    const [query, mutation] = resourcesOf(
      recordedFacts(['POST /graphql ~query:recentOrders', 'POST /graphql ~mutation:addOrder']),
    );
    expect([query!.words, mutation!.words]).toEqual([['recent', 'order'], ['order']]);
    expect(query!.template).not.toBe(mutation!.template);
  });

  test('a folder with many entries lists things by name, at every depth', () => {
    const names = Array.from({ length: 40 }, (_, i) => `x${'abcdefghi'[i % 9]}${'klmno'[i % 5]}`);
    const [first] = resourcesOf(recordedFacts(names.map((name) => `GET /users/${name}/posts`)));
    const [one] = resourcesOf(recordedFacts(['GET /users/ada/posts']));
    expect([first!.template, one!.template].map((text) => text.trim())).toEqual([
      '/users/{id}/posts',
      '/users/ada/posts',
    ]);
  });
});
