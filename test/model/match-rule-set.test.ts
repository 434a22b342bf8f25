import { describe, expect, test } from 'vitest';
import { formatMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import {
  compileMatchRules,
  type MatchRuleSet,
  noMatchRules,
  type ScopedRequest,
} from '../../src/model/match-rule-set.ts';
import { matchRules } from '../support/match-rules.ts';

function linesFor(set: MatchRuleSet, request: ScopedRequest): string[] {
  return set.rulesFor(request).map(({ rule }) => formatMatchRuleLine(rule));
}

function isAbout(scope: string, request: ScopedRequest): boolean {
  return compileMatchRules(matchRules(`${scope}: ignore body`)).rulesFor(request).length === 1;
}

describe('which requests a rule is about', () => {
  test.each([
    ['*', 'GET', '/any/path', true],
    ['GET', 'GET', '/any/path', true],
    ['GET', 'HEAD', '/any/path', false],
    ['GET /search', 'GET', '/search', true],
    ['GET /search', 'GET', '/search/', false],
    ['GET /search', 'GET', '/Search', false],
    ['GET /search', 'GET', '/search/x', false],
    ['GET /', 'GET', '/', true],
    ['GET /', 'GET', '/a', false],
    ['* /search', 'DELETE', '/search?q=1', true],
    ['GET /orders/{id}', 'GET', '/orders/17', true],
    ['GET /orders/{id}', 'GET', '/orders/17/items', false],
    ['GET /orders/*/items', 'GET', '/orders/17/items', true],
    ['GET /orders/**', 'GET', '/orders', true],
    ['GET /orders/**', 'GET', '/orders/17/items', true],
    ['GET /orders/**', 'GET', '/ordersx', false],
    ['GET /**', 'GET', '/', true],
    ['GET /a%20b', 'GET', '/a%20b', true],
    ['GET /~me', 'GET', '/%7Eme', true],
    ['GET /städte', 'GET', '/st%C3%A4dte', true],
    ['GET /{a}', 'GET', '/a%2Fb', true],
    ['GET /{a}/{b}', 'GET', '/a%2Fb', false],
    ['OPTIONS', 'OPTIONS', '*', true],
  ])('%s: %s %s %s', (scope, method, path, expected) => {
    expect(isAbout(scope, { method, path })).toBe(expected);
  });

  test.each([
    ['* //api', 'api', true],
    ['* //api', 'web', false],
    ['* //api', undefined, false],
    ['* //api.test', 'api.test:443', true],
    ['* //API.test', 'Api.Test:8080', true],
    ['* //api.test', 'api.test.evil:443', false],
    ['* //api.test:443', 'api.test:443', true],
    ['* //api.test:443', 'api.test:8443', false],
    ['* //[::1]', '[::1]:80', true],
  ])('%s: %s %s', (scope, server, expected) => {
    const request = { method: 'GET', path: '/', ...(server === undefined ? {} : { server }) };
    expect(isAbout(scope, request)).toBe(expected);
  });
});

describe('a set of rules', () => {
  const set = compileMatchRules(
    matchRules(
      '*: match header accept-language',
      'GET /orders/{id}/items/{item}: type path item as uuid',
      'GET /orders/**: ignore query nonce',
      'POST /orders: type json $.items[*].id as uuid',
    ),
  );

  test('gives those about a request in their order', () => {
    expect(linesFor(set, { method: 'GET', path: '/orders/1/items/2' })).toEqual([
      '*: match header accept-language',
      'GET /orders/{id}/items/{item}: type path item as uuid',
      'GET /orders/**: ignore query nonce',
    ]);
    expect(linesFor(set, { method: 'PUT', path: '/x' })).toEqual(['*: match header accept-language']);
  });

  test('gives one list to all requests that the same rules are about', () => {
    const first = set.rulesFor({ method: 'GET', path: '/orders/1/items/2' });
    expect(set.rulesFor({ method: 'GET', path: '/orders/3/items/4' })).toBe(first);
    expect(set.rulesFor({ method: 'GET', path: '/orders/3' })).not.toBe(first);
  });

  test('has paths and segments ready', () => {
    expect(set.rules[1]).toMatchObject({ segment: 3 });
    expect(set.rules[3]!.jsonPath!.pointers({ items: [{ id: 'a' }] })).toEqual(['/items/0/id']);
  });

  test('without rules is the one that does nothing', () => {
    expect(compileMatchRules([])).toBe(noMatchRules);
    expect(noMatchRules.rulesFor({ method: 'GET', path: '/' })).toEqual([]);
  });

  test('are found whatever the first segment is written like', () => {
    const written = compileMatchRules(
      matchRules('GET /a%20b/{id}: ignore body', 'GET /{x}/1: ignore query', 'GET /z: ignore path'),
    );
    expect(linesFor(written, { method: 'GET', path: '/%61%20b/1' })).toEqual([
      'GET /a%20b/{id}: ignore body',
      'GET /{x}/1: ignore query',
    ]);
    expect(linesFor(written, { method: 'GET', path: '/other/1' })).toEqual(['GET /{x}/1: ignore query']);
    expect(linesFor(written, { method: 'GET', path: '/%7A' })).toEqual(['GET /z: ignore path']);
  });

  test('methods from outside fill no memory', () => {
    for (let i = 0; i < 1000; i++) expect(set.rulesFor({ method: `M${i}`, path: '/' })).toHaveLength(1);
  });
});
