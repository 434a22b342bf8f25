import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { graphqlOperation } from '../../src/match/graphql-operation.ts';

const json = ['Content-Type', 'application/json'];
const operation = (body: unknown, headers = json, target = '/graphql'): unknown =>
  graphqlOperation({
    targetName: 'default',
    method: 'POST',
    target,
    headers,
    body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
const several = 'query A {a} mutation B {b}';

test.each<[string, unknown, unknown]>([
  ['a query without a name', { query: '{a}' }, { kind: 'query' }],
  ['a mutation', { query: 'mutation Pay { pay }' }, { kind: 'mutation', name: 'Pay' }],
  ['the chosen one', { query: several, operationName: 'A' }, { kind: 'query', name: 'A' }],
  ['the other chosen one', { query: several, operationName: 'B' }, { kind: 'mutation', name: 'B' }],
  ['none chosen', { query: several }, undefined],
  ['one chosen that is not there', { query: several, operationName: 'C' }, undefined],
  ['a batch of queries', [{ query: '{a}' }, { query: 'query Q {b}' }], { kind: 'query' }],
  ['a batch with a mutation', [{ query: '{a}' }, { query: 'mutation M {b}' }], { kind: 'mutation', name: 'M' }],
  ['a persisted query', { extensions: { persistedQuery: { sha256Hash: 'aa' } } }, undefined],
  ['a search', { query: 'red shoes' }, undefined],
  ['no JSON', 'x', undefined],
])('the operation of %s', (_what, body, expected) => {
  expect(operation(body)).toEqual(expected);
});

test('is found in other places too', () => {
  expect(operation('mutation M {a}', ['Content-Type', 'application/graphql'])).toEqual({ kind: 'mutation', name: 'M' });
  expect(operation(gzipSync('{"query":"{a}"}'), [...json, 'Content-Encoding', 'gzip'])).toEqual({ kind: 'query' });
  expect(operation('', [], '/graphql?query=%7Ba%7D')).toEqual({ kind: 'query' });
  const request = { targetName: 'default', method: 'GET', headers: [], body: undefined };
  const target = `/graphql?query=${encodeURIComponent(several)}`;
  expect(graphqlOperation({ ...request, target: `${target}&operationName=A` })).toEqual({ kind: 'query', name: 'A' });
  expect(graphqlOperation({ ...request, target })).toBeUndefined();
  expect(graphqlOperation({ ...request, target: '/' })).toBeUndefined();
});
