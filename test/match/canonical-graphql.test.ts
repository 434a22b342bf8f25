import { describe, expect, test } from 'vitest';
import { requestKey } from '../../src/match/request-key.ts';

const json = ['Content-Type', 'application/json'];
const post = (body: unknown, headers = json): string =>
  requestKey(
    {
      targetName: 'default',
      method: 'POST',
      target: '/graphql',
      headers,
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    },
    [],
  ).key;
const get = (target: string): string =>
  requestKey({ targetName: 'default', method: 'GET', target, headers: [], body: undefined }, []).key;

const query = 'query A($id: ID) { order(id: $id) { id, total } }';
const other = '# generated\nquery A($id:ID){\n  order(id:$id) {\n    id\n    total\n  }\n}\n';

describe('GraphQL in JSON', () => {
  test('compares by its tokens', () => {
    expect(post({ query: other, variables: { id: 1 } })).toBe(post({ variables: { id: 1 }, query }));
    expect(post({ query: query.replace('total', 'sum') })).not.toBe(post({ query }));
  });

  test('does not care whether what is empty is said', () => {
    const plain = post({ query });
    for (const rest of [
      { variables: {} },
      { variables: null },
      { operationName: null },
      { operationName: '' },
      { extensions: {}, variables: null },
    ]) {
      expect(post({ query, ...rest })).toBe(plain);
    }
    expect(post({ query, variables: { id: null } })).not.toBe(plain);
    expect(post({ query, operationName: 'A' })).not.toBe(plain);
    expect(post({ query, operationName: 'a' })).not.toBe(post({ query, operationName: 'A' }));
  });

  test('keeps the values of variables apart, and the hashes of persisted queries', () => {
    expect(post({ query, variables: { id: 1 } })).not.toBe(post({ query, variables: { id: 2 } }));
    const persisted = (sha256Hash: string, variables?: unknown): string =>
      post({ variables, extensions: { persistedQuery: { version: 1, sha256Hash } } });
    expect(persisted('aa')).not.toBe(persisted('ab'));
    expect(persisted('aa', {})).toBe(persisted('aa'));
    expect(persisted('aa', { id: 1 })).not.toBe(persisted('aa'));
  });

  test('in a batch', () => {
    expect(post([{ query: other }, { query: '{ a }', variables: {} }])).toBe(post([{ query }, { query: '{a}' }]));
    expect(post([{ query }, { query: '{a}' }])).not.toBe(post([{ query: '{a}' }, { query }]));
    expect(post([{ query }])).not.toBe(post({ query }));
  });

  test('and JSON that only looks like it stays JSON', () => {
    expect(post({ query: 'red  shoes' })).not.toBe(post({ query: 'red shoes' }));
    expect(post({ query: 'red shoes', variables: {} })).not.toBe(post({ query: 'red shoes' }));
    expect(post({ text: '{a}' })).not.toBe(post({ text: '{ a }' }));
    expect(post([{ query: '{ a }' }, { id: 1 }])).not.toBe(post([{ query: '{a}' }, { id: 1 }]));
    expect(post('{"query":"{ a }","query":"{a}"}')).not.toBe(post('{"query":"{a}","query":"{a}"}'));
    expect(post({ query: { match: 'x' } })).not.toBe(post({ query: { match: 'y' } }));
  });
});

describe('GraphQL elsewhere', () => {
  test('as a body of its own type', () => {
    const headers = ['Content-Type', 'application/graphql; charset=utf-8'];
    expect(post(other, headers)).toBe(post(query, headers));
    expect(post('{a b}', headers)).not.toBe(post('{a c}', headers));
    expect(post('no  query', headers)).not.toBe(post('no query', headers));
    expect(post('{ a }', ['Content-Type', 'text/plain'])).not.toBe(post('{a}', ['Content-Type', 'text/plain']));
  });

  test('in a URL', () => {
    const target = (parts: Record<string, string>): string => `/graphql?${new URLSearchParams(parts).toString()}`;
    const plain = get(target({ query, variables: '{"id":1,"b":2}' }));
    expect(get(target({ variables: '{ "b": 2, "id": 1.0 }', query: other, operationName: '' }))).toBe(plain);
    expect(get(target({ query, variables: '{"id":2,"b":2}' }))).not.toBe(plain);
    expect(get(target({ query, variables: '{}' }))).toBe(get(target({ query })));
    expect(get(target({ query: '{a}', operationName: 'A' }))).not.toBe(get(target({ query: '{a}' })));
    expect(get(target({ query: 'a  b' }))).not.toBe(get(target({ query: 'a b' })));
    expect(get(target({ query: 'a b', variables: '' }))).not.toBe(get(target({ query: 'a b' })));
    expect(get('/?query={a}&query={ a }')).not.toBe(get('/?query={a}&query={a}'));
    const persisted = '{"persistedQuery":{"version":1,"sha256Hash":"aa"}}';
    expect(get(target({ extensions: persisted, variables: '{}' }))).toBe(get(target({ extensions: persisted })));
  });
});
