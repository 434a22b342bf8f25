import { expect, test } from 'vitest';
import { formatServerScope, isOfServer, parseServerScope } from '../../src/model/server-scope.ts';

test.each([
  ['*', '*', { method: '*', path: undefined }],
  ['GET /a', 'GET /a', { method: 'GET', path: ['a'] }],
  [' *   //API.test ', '* //api.test', { method: '*', host: 'api.test', path: undefined }],
  ['GET //api:8080/a/{id}', 'GET //api:8080/a/{id}', { method: 'GET', host: 'api:8080', path: ['a', '{id}'] }],
  ['* //[::1]:80/', '* //[::1]:80/', { method: '*', host: '[::1]:80', path: [''] }],
])('%j is written %s', (text, written, scope) => {
  const parsed = parseServerScope(text);
  expect(parsed).toEqual({ kind: 'scope', scope });
  expect(parsed.kind === 'scope' && formatServerScope(parsed.scope)).toBe(written);
});

test.each([
  ['GET ///a', 'no server is named behind //'],
  ['get //api/a', '"get" is no method: write GET'],
  ['GET //api/a?b', 'the path "/a?b" holds more than a path'],
  ['GET /{id}/{id}', '{id} stands twice in the path'],
])('%j is refused: %s', (text, problem) => {
  expect(parseServerScope(text)).toEqual({ kind: 'problem', problem });
});

test.each([
  [undefined, undefined, true],
  [undefined, 'api', true],
  ['api', 'api', true],
  ['api', 'web', false],
  ['api', undefined, false],
  ['api.test', 'Api.Test:443', true],
  ['api.test', 'api.test.evil:443', false],
  ['api.test:443', 'api.test:443', true],
  ['api.test:443', 'api.test:8443', false],
  ['[::1]', '[::1]:80', true],
])('a scope for %s is about requests for %s: %s', (host, server, expected) => {
  const scope = { method: '*', path: undefined, ...(host === undefined ? {} : { host }) };
  expect(isOfServer(scope, server)).toBe(expected);
});
