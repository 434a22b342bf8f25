import { expect, test } from 'vitest';
import { entitiesOf } from '../../../src/compare/invariants/sample.ts';
import { sample } from '../../support/samples.ts';

const orders = sample(
  {
    page: { size: 2 },
    orders: [
      { id: 1, lines: [{ sku: 'a' }, { sku: 'b' }] },
      { id: 2, lines: [] },
    ],
    tags: ['x', 'y'],
  },
  { headers: ['ETag', '"1"', 'X-Twice', 'a', 'x-twice', 'b', 'Date', 'now'], context: new Map([['path 2', '7']]) },
);

test('the response and every element of an array are entities', () => {
  const entities = entitiesOf(orders);
  expect([...entities].map(([scope, all]) => `${scope} ${all.length}`)).toEqual([
    '/orders/*/lines/* 2',
    '/orders/* 2',
    '/tags/* 2',
    ' 1',
  ]);
  const [root] = entities.get('')!;
  expect(Object.fromEntries(root!.fields)).toEqual({ 'path 2': '7', '/page/size': 2, 'header etag': '"1"' });
  expect([...root!.lists].map(([name, { length }]) => `${name} ${length}`)).toEqual(['/orders 2', '/tags 2']);
  expect(entities.get('/orders/*/lines/*')![1]).toMatchObject({ keys: ['orders', 0, 'lines', 1] });
  expect([...entities.get('/tags/*')![1]!.fields]).toEqual([['', 'y']]);
});

test('scopes that nobody asks for are only counted', () => {
  const entities = entitiesOf(orders, (scope) => scope === '/tags/*');
  expect([...entities.keys()]).toEqual(['/tags/*', '']);
  expect(entities.get('')![0]!.lists.get('/orders')).toMatchObject({ length: 2, entities: [] });
});

test('names of prototypes are names', () => {
  const [root] = entitiesOf(sample('{"__proto__":{"toString":1},"constructor":2}')).get('')!;
  expect(Object.fromEntries(root!.fields)).toEqual({ '/__proto__/toString': 1, '/constructor': 2 });
});

test('what is nested without end is not followed', () => {
  const deep = `${'[{"a":'.repeat(300)}1${'}]'.repeat(300)}`;
  expect(entitiesOf(sample(deep)).size).toBeLessThan(10);
});
