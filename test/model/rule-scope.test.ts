import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatScope, isInScope, parseScope, pathSegments } from '../../src/model/rule-scope.ts';

function fits(text: string, request: string): boolean {
  const parsed = parseScope(text);
  if (parsed.kind === 'problem') throw new Error(parsed.problem);
  const [method = '', target = ''] = request.split(' ');
  return isInScope(parsed.scope, method, pathSegments(target));
}

describe('a scope is about', () => {
  test.each([
    ['*', 'GET /'],
    ['*', 'OPTIONS *'],
    ['GET', 'GET /anything?at=all'],
    ['GET /orders', 'GET /orders?page=2'],
    ['GET /orders/*', 'GET /orders/7'],
    ['GET /orders/{id}/items', 'GET /orders/7/items'],
    ['* /orders/{id}', 'DELETE /orders/7'],
    ['GET /api/**', 'GET /api'],
    ['GET /api/**', 'GET /api/a/b/c'],
    ['GET /**', 'GET /'],
    ['GET /', 'GET /'],
    ['GET /a/', 'GET /a/'],
    ['GET /caf%C3%A9', 'GET /café'],
  ])('%s: %s', (scope, request) => {
    expect(fits(scope, request)).toBe(true);
  });

  test.each([
    ['GET', 'POST /'],
    ['GET /orders', 'GET /orders/'],
    ['GET /orders/*', 'GET /orders'],
    ['GET /orders/*', 'GET /orders/'],
    ['GET /orders/*', 'GET /orders/7/items'],
    ['GET /orders/{id}/items', 'GET /orders/7/notes'],
    ['GET /api/**', 'GET /apis/a'],
    ['GET /a', 'OPTIONS *'],
    ['* /a', 'OPTIONS *'],
    ['GET /%zz', 'GET /zz'],
  ])('%s, not about %s', (scope, request) => {
    expect(fits(scope, request)).toBe(false);
  });
});

test.each([
  ['', 'there is no method'],
  ['/orders', 'there is no method before /orders: write * /orders for all of them'],
  ['get /orders', '"get" is no method: write GET'],
  ['GET orders', 'the path "orders" does not begin with a slash'],
  ['GET /a b', '"GET /a b" is more than a method and a path'],
  ['GET /a?b=1', 'the path "/a?b=1" holds more than a path'],
  ['GET /**/b', '** stands for the rest, so it must be last'],
  ['GET /*.json', 'the segment "*.json" mixes text and a pattern'],
])('%j is no scope', (text, problem) => {
  expect(parseScope(text)).toEqual({ kind: 'problem', problem });
});

test('what is written is read back', () => {
  const segment = fc.oneof(fc.constantFrom('*', '{id}', '', 'orders'), fc.stringMatching(/^[a-z0-9._~%-]{1,8}$/));
  const path = fc.option(
    fc
      .tuple(fc.array(segment, { minLength: 1, maxLength: 5 }), fc.boolean())
      .map(([segments, isOpen]) => (isOpen ? [...segments, '**'] : segments)),
    { nil: undefined },
  );
  fc.assert(
    fc.property(fc.constantFrom('*', 'GET', 'POST', 'M-SEARCH'), path, (method, segments) => {
      const scope = { method, path: segments };
      expect(parseScope(formatScope(scope))).toEqual({ kind: 'scope', scope });
    }),
  );
});
