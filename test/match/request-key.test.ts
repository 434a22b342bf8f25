import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyedRequest } from '../../src/match/canonical-request.ts';
import { keyVersion, requestKey } from '../../src/match/request-key.ts';
import { createRedactor, findRequestSecrets, type RequestMessage } from '../../src/redact/redactor.ts';

function request(parts: Partial<KeyedRequest>): KeyedRequest {
  return { targetName: 'default', method: 'GET', target: '/', headers: [], body: undefined, ...parts };
}

const key = (parts: Partial<KeyedRequest>): string => requestKey(request(parts), []).key;

const json = ['Content-Type', 'application/json'];
const form = ['Content-Type', 'application/x-www-form-urlencoded'];
const jsonKey = (value: unknown, space?: number): string =>
  key({ method: 'POST', headers: json, body: Buffer.from(JSON.stringify(value, null, space)) });

/** The same document with the members of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

/**
 * Keys are stored with recordings. A change here needs a higher `keyVersion`, so that they are made anew; only then may
 * the keys below be replaced.
 */
test('keys of this version are these', () => {
  const xml = ['Content-Type', 'text/xml'];
  const multipart = ['Content-Type', 'multipart/form-data; boundary=b'];
  const part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n';
  const post = (headers: string[], body: string): string => key({ method: 'POST', headers, body: Buffer.from(body) });
  expect({
    version: keyVersion,
    plain: key({}),
    target: key({ targetName: 'api', method: 'DELETE', target: '/a%7eb/%c3%A9?b=2&a=1+2&a=%2c&c' }),
    json: post(json, '{"b":[1.0,"\\u0041"],"a":{"c":null,"a":9007199254740993}}'),
    form: post(form, 'b=2&a=1+2&c='),
    multipart: post(multipart, part),
    xml: post(xml, '<p:a xmlns:p="u" c="1" b="&lt;">\n <d/>\n <e>x</e></p:a>'),
    graphql: post(json, '{"query":"query A { a(b: 1), c }","variables":{}}'),
    graphqlText: post(['Content-Type', 'application/graphql'], 'query A { a(b: 1), c }'),
    graphqlTarget: key({ target: '/graphql?query=%7Ba,b%7D&variables=%7B%22b%22:1%7D' }),
    text: post(['Content-Type', 'text/plain'], 'a b'),
    bytes: post([], '\u0000\u0001'),
  }).toMatchInlineSnapshot(`
    {
      "bytes": "239b2fe8651e005ed189317e606ef46a",
      "form": "2254867d45a93a4351ec183797e7c621",
      "graphql": "0ac4a07518e4b52463fbef34e98b8968",
      "graphqlTarget": "f7033c2dcc9275f700cee0fac0835d29",
      "graphqlText": "52d6301486290e3620e8a2583c9a05a5",
      "json": "e9547e3aa5f19edbb0a14356632aad3b",
      "multipart": "f10c687caab8039d1ac819a82c70bc31",
      "plain": "96e316a734311bf428ac690191e5f427",
      "target": "56d3943be07b46a0636d4edbb8be6830",
      "text": "057d5922874d78e0bc1ae3ffecb27aa4",
      "version": 2,
      "xml": "b9e287e853239e22f912c0fc6d024012",
    }
  `);
});

describe('request keys', () => {
  test('are 16 bytes in hex', () => {
    expect(key({})).toMatch(/^[0-9a-f]{32}$/);
  });

  test('differ in method, target name, path and body', () => {
    const keys = [
      key({}),
      key({ method: 'HEAD' }),
      key({ targetName: 'api' }),
      key({ target: '/a' }),
      key({ target: '/a/' }),
      key({ target: '/A' }),
      key({ body: Buffer.from('x') }),
      key({ headers: form, body: Buffer.from('a=1') }),
      key({ headers: json, body: Buffer.from('"a=1"') }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('do not depend on the boundary of a multipart body, but on every byte of its parts', () => {
    const multipart = (boundary: string, content: string): string =>
      key({
        method: 'POST',
        headers: ['Content-Type', `multipart/form-data; boundary=${boundary}`],
        body: Buffer.from(
          `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n${content}\r\n--${boundary}--\r\n`,
        ),
      });
    expect(multipart('b1', 'the same')).toBe(multipart('b2', 'the same'));
    // Programs that write multipart by hand use a word for a boundary, and parts may hold that word.
    expect(multipart('part', 'apart')).not.toBe(multipart('part', 'a'));
    expect(multipart('x', 'x')).not.toBe(multipart('x', ''));
  });

  test('do not depend on headers', () => {
    expect(key({ headers: ['Accept', 'a', 'Authorization', 'Bearer 1'] })).toBe(key({ headers: ['Accept', 'b'] }));
  });

  test('differ whenever one query value does', () => {
    const pair = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(
        fc.array(pair, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.string({ unit: 'binary' }),
        (pairs, at, value) => {
          const changed = pairs.with(at % pairs.length, [pairs[at % pairs.length]![0], value]);
          const target = (list: [string, string][]): string => `/p?${new URLSearchParams(list).toString()}`;
          fc.pre(target(pairs) !== target(changed));
          expect(key({ target: target(pairs) })).not.toBe(key({ target: target(changed) }));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('do not depend on the order of query names or form fields, but on that of equal names', () => {
    const pair = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.string());
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 6 }), (pairs) => {
        const sorted = pairs.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
        const text = new URLSearchParams(pairs).toString();
        const other = new URLSearchParams(sorted).toString();
        expect(key({ target: `/p?${text}` })).toBe(key({ target: `/p?${other}` }));
        expect(key({ headers: form, body: Buffer.from(text) })).toBe(key({ headers: form, body: Buffer.from(other) }));
      }),
    );
    expect(key({ target: '/?a=1&a=2' })).not.toBe(key({ target: '/?a=2&a=1' }));
  });

  test('do not depend on the order of JSON members or on white space', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(jsonKey(reversed(value), 2)).toBe(jsonKey(value));
      }),
    );
  });

  test('depend on the order of JSON arrays and on every value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const isEqual = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(jsonKey(a) === jsonKey(b)).toBe(isEqual);
      }),
    );
    expect(jsonKey([1, 2])).not.toBe(jsonKey([2, 1]));
  });

  test('tell big integers apart', () => {
    const body = (text: string): Partial<KeyedRequest> => ({ headers: json, body: Buffer.from(text) });
    expect(key(body('{"id":9007199254740993}'))).not.toBe(key(body('{"id":9007199254740992}')));
    expect(key(body('{"id":1.0}'))).toBe(key(body('{"id":1}')));
  });

  test('an empty body is no body, and an empty query no query', () => {
    expect(key({ body: Buffer.alloc(0), target: '/?' })).toBe(key({}));
  });

  test('JSON that is none is bytes', () => {
    expect(key({ headers: json, body: Buffer.from('{a:1}') })).not.toBe(
      key({ headers: json, body: Buffer.from('{a: 1}') }),
    );
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (Object.is(value, -0)) return 0;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

describe('masks', () => {
  const login = (user: string, password: unknown): KeyedRequest =>
    request({ method: 'POST', headers: json, body: Buffer.from(JSON.stringify({ user, password })) });
  const mask = (value: string): { place: string; name: string; value: string } => ({
    place: 'json:/password',
    name: 'PASSWORD',
    value,
  });

  test('forgive the masked value and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (user, other, one, two) => {
        const a = requestKey(login(user, one), [mask(one)]);
        expect(requestKey(login(user, two), [mask(two)])).toMatchObject({ key: a.key, slots: [two] });
        expect(requestKey(login(other, one), [mask(one)]).key === a.key).toBe(other === user);
      }),
    );
  });

  test('are not forgiven to a request that lacks the place', () => {
    const bare = request({ method: 'POST', headers: json, body: Buffer.from('{"user":"a"}') });
    expect(requestKey(bare, [mask('x')])).toEqual(requestKey(bare, []));
  });

  test('cannot be written by a client', () => {
    const masked = requestKey(login('a', 'x'), [mask('x')]).key;
    expect(requestKey(login('a', '⟦PASSWORD⟧'), []).key).not.toBe(masked);
    expect(requestKey(login('a', '\0⟦PASSWORD⟧'), []).key).not.toBe(masked);
  });

  test('give their values in the order of the canonical form, whatever the order on the wire', () => {
    const slots = (target: string): string[] =>
      requestKey(request({ target }), [
        { place: 'query:token[0]', name: 'TOKEN', value: 't' },
        { place: 'query:api_key[0]', name: 'API_KEY', value: 'k' },
      ]).slots;
    expect(slots('/?token=t&api_key=k')).toEqual(['k', 't']);
    expect(slots('/?api_key=k&token=t')).toEqual(['k', 't']);
  });

  test('of headers take no part', () => {
    const header = { place: 'header:authorization[0]', name: 'AUTHORIZATION', value: 'T' };
    expect(requestKey(request({}), [header])).toEqual(requestKey(request({}), []));
  });
});

describe('keys of redacted requests', () => {
  const redactor = createRedactor(Buffer.alloc(32, 5));
  const keyed = (message: RequestMessage): KeyedRequest => ({ ...message, targetName: 'default' });

  /** What recording stores and what replay makes of the same request later. */
  function bothKeys(
    message: RequestMessage,
  ): [recorded: ReturnType<typeof requestKey>, incoming: ReturnType<typeof requestKey>] {
    const redacted = redactor.request(message);
    const masks = redacted.slots.map(({ place, name, pseudonym }) => ({ place, name, value: pseudonym }));
    return [requestKey(keyed(redacted.message), masks), requestKey(keyed(message), findRequestSecrets(message))];
  }

  const secret = fc.string({
    unit: fc.constantFrom(...Array.from('abcXYZ0189-_/+= "\\%é日&')),
    minLength: 1,
    maxLength: 30,
  });

  test('are those of the raw requests, and the slots their pseudonyms', () => {
    fc.assert(
      fc.property(secret, fc.integer({ min: 1, max: 10 ** 9 }), fc.boolean(), (value, pin, isForm) => {
        const [headers, body] = isForm
          ? [form, new URLSearchParams({ user: 'ann', password: value }).toString()]
          : [json, JSON.stringify({ pin, user: 'ann', password: value, list: [{ token: value }] })];
        const [recorded, incoming] = bothKeys({
          method: 'POST',
          target: `/login?z=1&access_token=${encodeURIComponent(value)}`,
          headers,
          trailers: [],
          body: Buffer.from(body),
        });
        expect(incoming.key).toBe(recorded.key);
        expect(incoming.slots.map(redactor.pseudonym)).toEqual(recorded.slots);
      }),
      { numRuns: 300 },
    );
  });

  test('also of multipart forms, whose boundary is new each time', () => {
    const multipart = (boundary: string, password: string): RequestMessage => ({
      method: 'POST',
      target: '/login',
      headers: ['Content-Type', `multipart/form-data; boundary=${boundary}`],
      trailers: [],
      body: Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="password"\r\n\r\n${password}\r\n--${boundary}--\r\n`,
      ),
    });
    const [recorded] = bothKeys(multipart('b1', 'hunter2'));
    const [, incoming] = bothKeys(multipart('b2', 'other'));
    expect(incoming.key).toBe(recorded.key);
    expect(recorded.slots).toEqual([redactor.pseudonym('hunter2')]);
  });
});
