import { expect, test } from 'vitest';
import { differingUrlParts } from '../../src/compare/url-parts.ts';

test('two URLs of one structure differ at places', () => {
  expect(differingUrlParts('https://a.example/orders/17?q=a%20b#x', 'https://b.example/orders/18?q=a%20c#y')).toEqual([
    { path: ['origin'], before: 'https://a.example', after: 'https://b.example' },
    { path: ['/orders', 'id'], before: '17', after: '18' },
    { path: ['q'], before: 'a b', after: 'a c' },
    { path: ['fragment'], before: 'x', after: 'y' },
  ]);
});

test.each([
  ['/a/b', '/a'],
  ['/a?x=1', '/a?y=1'],
  ['/a?x=1&y=2', '/a?y=2&x=1'],
  ['/a?x=1', '/a'],
  ['/a%7Eb', '/a~b'],
  ['/a', 'a text'],
  ['/a', 'https://a.example/a/b'],
])('%s and %s have no common structure, or are spelled in two ways', (before, after) => {
  expect(differingUrlParts(before, after)).toBeUndefined();
});
