import { describe, expect, test } from 'vitest';
import { FlowFinder } from '../../src/correlate/flow-finder.ts';
import { correlated, foundIn } from '../support/correlated.ts';

const uuid = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';
const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMiJ9.c2lnbmF0dXJl';

describe('true links', () => {
  test('a login token travels as Bearer', () => {
    const finder = new FlowFinder();
    finder.addExchange(correlated(0, { request: 'POST /login', send: { user: 'ann' }, answer: { token } }));
    finder.addExchange(correlated(1, { request: 'GET /me', headers: { Authorization: `Bearer ${token}` } }));
    expect(finder.flows()).toEqual([
      {
        from: 0,
        fromPlace: 'json:/token',
        to: 1,
        toPlace: 'header:authorization[0]',
        prefix: 'Bearer ',
        suffix: '',
        value: token,
        evidence: `issued by the write POST /login as token; ${token.length} characters that are hardly equal by accident; used in the header authorization`,
      },
    ]);
  });

  test.each([
    ['path', { request: `GET /files/${uuid}` }, 'path:1'],
    ['path with an ending', { request: `GET /files/${uuid}.json` }, 'path:1'],
    ['query', { request: `GET /files?ref=${uuid}` }, 'query:ref[0]'],
    ['header', { request: 'GET /x', headers: { 'X-Ref': uuid } }, 'header:x-ref[0]'],
    ['cookie', { request: 'GET /x', headers: { Cookie: `a=b; ref=${uuid}` } }, 'cookie:ref'],
    ['JSON', { request: 'POST /x', send: { deep: [{ ref: uuid }] } }, 'json:/deep/0/ref'],
    ['form', { request: 'POST /x', form: `a=1&ref=${uuid}` }, 'form:ref[0]'],
    ['a URL in JSON', { request: 'POST /x', send: { see: `https://h/files/${uuid}?a=1` } }, 'json:/see > path:1'],
  ])('a distinctive value is found again in a %s', (_, use, place) => {
    expect(foundIn([{ request: 'POST /files', answer: { name: 'x', ref: uuid } }, use])).toEqual([
      `0 json:/ref → 1 ${place}`,
    ]);
  });

  test('a small id is followed where names agree', () => {
    expect(
      foundIn([
        { request: 'POST /orders', send: { quantity: 17 }, status: 201, answer: { id: 17, total: 17 } },
        { request: 'GET /api/v1/orders/17' },
        { request: 'PUT /orders/17', send: { id: 17, quantity: 17 } },
        { request: 'POST /payments', send: { orderId: 17, amount: 17 } },
        { request: 'GET /payments?order_id=17' },
        { request: 'DELETE /orders/17/' },
      ]),
    ).toEqual([
      '0 json:/id → 1 path:3',
      '0 json:/id → 2 path:1',
      '0 json:/id → 2 json:/id',
      '0 json:/id → 3 json:/orderId',
      '0 json:/id → 4 query:order_id[0]',
      '0 json:/id → 5 path:1',
    ]);
  });

  test('whose a small id is, its container says', () => {
    expect(
      foundIn([
        { request: 'GET /start', answer: { data: { user: { id: 4 }, carts: [{ id: 7 }, { id: 8 }] } } },
        { request: 'GET /users/4' },
        { request: 'POST /carts/8/items', send: { productId: 4 } },
      ]),
    ).toEqual(['0 json:/data/user/id → 1 path:1', '0 json:/data/carts/1/id → 2 path:1']);
  });

  test('Location, pagination links and validators', () => {
    expect(
      foundIn([
        { request: 'POST /jobs', status: 202, answerHeaders: { Location: '/jobs/31/status?ticket=q7' } },
        {
          request: 'GET /jobs/31/status?ticket=q7',
          answer: { next: '/jobs?cursor=ab12cd34', etc: 1 },
          answerHeaders: { ETag: '"1"', 'Last-Modified': 'Sun, 01 Mar 2026 12:00:00 GMT' },
        },
        { request: 'GET /jobs?cursor=ab12cd34' },
        {
          request: 'GET /jobs/31/status?ticket=q7',
          headers: { 'If-None-Match': '"1"', 'If-Modified-Since': 'Sun, 01 Mar 2026 12:00:00 GMT' },
        },
      ]),
    ).toEqual([
      '0 header:location[0] > path:1 → 1 path:1',
      '0 header:location[0] > query:ticket[0] → 1 query:ticket[0]',
      '1 json:/next > query:cursor[0] → 2 query:cursor[0]',
      '0 header:location[0] > path:1 → 3 path:1',
      '0 header:location[0] > query:ticket[0] → 3 query:ticket[0]',
      '1 header:etag[0] → 3 header:if-none-match[0]',
      '1 header:last-modified[0] → 3 header:if-modified-since[0]',
    ]);
  });

  test('cookies by their name, whatever their value', () => {
    expect(
      foundIn([
        { request: 'GET /', answerHeaders: { 'Set-Cookie': 'cart=1; Path=/', 'set-cookie': 'sid=; Path=/' } },
        { request: 'GET /a', headers: { Cookie: 'own=1; cart=1' } },
      ]),
    ).toEqual(['0 set-cookie:cart → 1 cookie:cart']);
  });

  test('several values in one text each have their flow', () => {
    const finder = new FlowFinder();
    finder.addExchange(correlated(0, { request: 'POST /a', answer: { id: 'aaa111bbb', key: 'ccc222ddd' } }));
    finder.addExchange(correlated(1, { request: 'GET /b?both=aaa111bbb,ccc222ddd' }));
    expect(finder.flows().map(({ prefix, value, suffix }) => [prefix, value, suffix])).toEqual([
      ['', 'aaa111bbb', ',ccc222ddd'],
      ['aaa111bbb,', 'ccc222ddd', ''],
    ]);
  });

  test('the first response that issues a value is its source, unless a later one has better reason to', () => {
    expect(
      foundIn([
        { request: 'GET /feed', answer: { log: 'a1b2c3d4e5f6' } },
        { request: 'POST /things', answer: { id: 'a1b2c3d4e5f6' } },
        { request: 'GET /things/a1b2c3d4e5f6', answer: { id: 'a1b2c3d4e5f6' } },
        { request: 'GET /things/a1b2c3d4e5f6' },
      ]),
    ).toEqual(['1 json:/id → 2 path:1', '1 json:/id → 3 path:1']);
  });
});

test('a value that a response only echoes keeps its source', () => {
  expect(
    foundIn([
      { request: 'GET /products', answer: { items: [{ id: 'moka-pot' }] } },
      { request: 'POST /orders', send: { productId: 'moka-pot' }, answer: { id: 17, productId: 'moka-pot' } },
      { request: 'PATCH /orders/17', send: { productId: 'moka-pot' }, answer: { id: 17 } },
    ]),
  ).toEqual([
    '0 json:/items/0/id → 1 json:/productId',
    '1 json:/id → 2 path:1',
    '0 json:/items/0/id → 2 json:/productId',
  ]);
});

describe('decoys', () => {
  test.each([
    [
      'a page number',
      [
        { request: 'GET /orders?page=1', answer: { page: 1, next: 2, pages: [{ id: 2 }] } },
        { request: 'GET /orders?page=2' },
      ],
    ],
    [
      'a link to the next page by number',
      [
        { request: 'GET /orders', answer: { next: '/orders?page=2&limit=20' } },
        { request: 'GET /orders?page=2&limit=20' },
      ],
    ],
    [
      'an id of something else',
      [
        { request: 'POST /orders', answer: { id: 17, customer: { id: 5 } } },
        { request: 'GET /products/17' },
        { request: 'GET /orders/5' },
      ],
    ],
    ['an item of an order', [{ request: 'POST /orders/17/items', answer: { id: 3 } }, { request: 'GET /orders/3' }]],
    [
      'a quantity like an id',
      [
        { request: 'POST /orders', answer: { id: 2 } },
        { request: 'POST /carts', send: { quantity: 2, count: 2, limit: '2' } },
      ],
    ],
    [
      'prices, dates, flags and words',
      [
        {
          request: 'GET /products',
          answer: {
            price: 12.5,
            from: '2026-03-01T12:00:00Z',
            day: '2026-03-01',
            at: 1772366400,
            ok: true,
            status: 'pending',
            currency: 'EUR',
          },
        },
        {
          request: 'POST /x',
          send: {
            price: 12.5,
            from: '2026-03-01T12:00:00Z',
            day: '2026-03-01',
            at: 1772366400,
            ok: true,
            status: 'pending',
            currency: 'EUR',
          },
        },
      ],
    ],
    [
      'names with digits',
      [
        { request: 'GET /c', answer: { region: 'us-east-1', model: 'iphone15', version: '10.12.13' } },
        { request: 'GET /c/us-east-1/iphone15?v=10.12.13' },
      ],
    ],
    [
      'a constant of the client',
      [
        { request: 'GET /tenants/acme-4711x9/info', answer: { tenantId: 'acme-4711x9' } },
        { request: 'GET /tenants/acme-4711x9/users' },
      ],
    ],
    ['an id the client knew', [{ request: 'GET /orders/9', answer: { id: 9 } }, { request: 'GET /orders/9/items' }]],
    [
      'an id the client made',
      [{ request: 'PUT /notes/1', send: { key: uuid }, answer: { key: uuid } }, { request: `GET /notes?key=${uuid}` }],
    ],
    [
      'an answer that refuses',
      [{ request: 'GET /x', status: 404, answer: { requestId: uuid } }, { request: `GET /support?ref=${uuid}` }],
    ],
    ['zero', [{ request: 'POST /orders', answer: { id: 0 } }, { request: 'GET /orders/0' }]],
    [
      'free text',
      [{ request: 'GET /p', answer: { code: 'two words 12' } }, { request: 'GET /p?code=two%20words%2012' }],
    ],
    [
      'a header by which the client describes itself',
      [
        { request: 'GET /x', answer: { id: 'agent-77x8' } },
        { request: 'GET /x', headers: { 'User-Agent': 'agent-77x8' } },
      ],
    ],
  ])('%s does not chain', (_, session) => {
    expect(foundIn(session)).toEqual([]);
  });

  test('a value is not followed backwards or within one exchange', () => {
    expect(foundIn([{ request: `GET /a/${uuid}` }, { request: 'GET /b', answer: { id: uuid } }])).toEqual([]);
    expect(foundIn([{ request: `POST /a/${uuid}`, answer: { id: uuid } }])).toEqual([]);
  });
});

test('a body that is no JSON, truncated or absent issues nothing and breaks nothing', () => {
  const finder = new FlowFinder();
  const exchange = correlated(0, { request: 'GET /a?%zz&=&a', answer: {} });
  for (const body of [Buffer.from('{"id":'), Buffer.from([0xff, 0x00]), undefined]) {
    finder.addExchange({ ...exchange, requestBody: body, response: { ...exchange.response!, body } });
  }
  const { response, ...withoutResponse } = exchange;
  finder.addExchange(withoutResponse);
  expect(response).toBeDefined();
  expect(finder.flows()).toEqual([]);
});

test('a session of ten thousand exchanges takes time in proportion', () => {
  const lines = Array.from({ length: 5 }, (_, i) => ({
    sku: `P-${i}`,
    name: `Product ${i}`,
    price: i * 1.5,
    stock: i,
  }));
  const run = (count: number): number => {
    const finder = new FlowFinder();
    const startedAt = process.cpuUsage().user;
    for (let i = 0; i < count; i++) {
      const headers = { Authorization: `Bearer 9f8e7d6c5b4a3928x${i - 1}` };
      finder.addExchange(
        correlated(i, { request: `POST /orders/${i}/pay`, headers, answer: { token: `9f8e7d6c5b4a3928x${i}`, lines } }),
      );
    }
    expect(finder.flows()).toHaveLength(count - 1);
    return process.cpuUsage().user - startedAt;
  };
  run(500);
  const small = run(1000);
  expect(run(10_000)).toBeLessThan(small * 30);
});
