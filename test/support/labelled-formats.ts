import type { Story } from './labelled-flows.ts';

/** The stories about formats of bodies, versions and what only repetition shows. */
export const formatStories: readonly Story[] = [
  {
    name: 'GraphQL',
    session: [
      {
        request: 'POST /graphql',
        send: { query: 'mutation { createReview { review { id } } }' },
        answer: { data: { createReview: { review: { id: '305', stars: 5 } } } },
      },
      {
        request: 'POST /graphql',
        send: {
          query: 'query Q($id: ID!, $n: Int) { review(id: $id) { replies(first: $n) { body } } }',
          variables: { id: '305', n: 5 },
        },
        answer: { data: { review: { likes: 305 } } },
      },
      {
        request: 'POST /graphql',
        send: { query: '{ review(id: "305") { product { id } } }', variables: { stars: 5 } },
        answer: { data: { review: { product: { id: 'prd_91xk20vt' } } } },
      },
      { request: 'POST /graphql', send: { query: '{ product(id: "prd_91xk20vt") { name } }' }, answer: {} },
    ],
    links: [
      '0 json:/data/createReview/review/id → 1 json:/variables/id',
      '2 json:/data/review/product/id → 3 json:/query',
    ],
    decoys: ['1 json:/variables/n', '2 json:/variables/stars'],
  },
  {
    name: 'files and texts',
    session: [
      { request: 'POST /drafts', status: 201, answerText: ['text/plain', 'drf-6t2w8q4z\n'] },
      {
        request: 'POST /attachments',
        sendText: [
          'multipart/form-data; boundary=XX',
          '--XX\r\nContent-Disposition: form-data; name="draft_id"\r\n\r\ndrf-6t2w8q4z\r\n--XX\r\nContent-Disposition: form-data; name="year"\r\n\r\n2026\r\n--XX--\r\n',
        ],
        answer: {
          file: { id: 44, url: 'https://cdn.example/files/44/blob-90fa?sig=Xk29fLq0Zr' },
          year: 2026,
          size: 1024,
        },
      },
      { request: 'GET /files/44/blob-90fa?sig=Xk29fLq0Zr', answer: {} },
      {
        request: 'POST /drafts/drf-6t2w8q4z/publish',
        send: { cover: 'https://cdn.example/files/44/x', year: 2026, maxSize: 1024 },
        answer: {},
      },
    ],
    links: [
      '0 text → 1 multipart:draft_id[0]',
      '1 json:/file/id → 2 path:1',
      '1 json:/file/url > query:sig[0] → 2 query:sig[0]',
      '0 text → 3 path:1',
      '1 json:/file/id → 3 json:/cover > path:1',
    ],
    decoys: ['3 json:/year', '3 json:/maxSize'],
  },
  {
    name: 'events, lines, XML',
    session: [
      { request: 'GET /jobs/stream', answerText: ['text/event-stream', 'data: {"job":{"id":612,"percent":40}}\n\n'] },
      { request: 'DELETE /jobs/612?priority=40', answer: {} },
      {
        request: 'GET /exports',
        answerText: ['application/x-ndjson', '{"export_id":"x-701","rows":250}\n{"export_id":"x-702","rows":250}\n'],
      },
      { request: 'GET /exports/x-702?rows=250', answer: {} },
      {
        request: 'POST /soap',
        answerText: [
          'text/xml',
          '<Envelope><Body><ticketRef>TCK-2210</ticketRef><amount>250.00</amount><sync-token>http://radicale.org/ns/sync/9f2ab04d77</sync-token></Body></Envelope>',
        ],
      },
      {
        request: 'POST /soap',
        sendText: [
          'text/xml',
          '<Envelope><Body><close><ticketRef>TCK-2210</ticketRef><amount>250.00</amount></close><sync-token>http://radicale.org/ns/sync/9f2ab04d77</sync-token></Body></Envelope>',
        ],
        answer: {},
      },
    ],
    links: [
      '0 event:0 > json:/job/id → 1 path:1',
      '2 line:1 > json:/export_id → 3 path:1',
      '4 xml:/Envelope/Body/ticketRef → 5 xml:/Envelope/Body/close/ticketRef',
      '4 xml:/Envelope/Body/sync-token → 5 xml:/Envelope/Body/sync-token',
    ],
    decoys: ['1 query:priority[0]', '3 query:rows[0]', '5 xml:/Envelope/Body/close/amount'],
  },
  {
    name: 'validators, versions, refreshes and challenges',
    session: [
      {
        request: 'GET /notes/5',
        answer: { title: 'Tea', version: 3, api_version: 2, schema: '2026-01-15', build: '4.12.0' },
        answerHeaders: { ETag: '"3"', 'Last-Modified': 'Sun, 01 Mar 2026 12:00:00 GMT' },
      },
      {
        request: 'PUT /notes/5',
        send: { title: 'Tea', version: 3, api_version: 2, schema: '2026-01-15' },
        headers: { 'If-Match': '"3"', 'X-Build': '4.12.0' },
        answer: { version: 4 },
      },
      {
        request: 'POST /reports',
        status: 202,
        answerHeaders: { Refresh: '2; url=/reports/queue/rq-58x3k1', 'Content-Location': '/reports/229' },
      },
      { request: 'GET /reports/queue/rq-58x3k1?delay=2', answer: { status: 'done' } },
      { request: 'GET /reports/229?state=done', answer: {} },
      { request: 'POST /signin', status: 401, answer: { mfa_token: 'mfa_t8Qz61Lw', attempts: 3, error_code: 'E1042' } },
      {
        request: 'POST /signin/verify',
        send: { mfa_token: 'mfa_t8Qz61Lw', attempt: 3, last_error_code: 'E1042' },
        answer: {},
      },
    ],
    links: [
      '0 json:/version → 1 json:/version',
      '0 header:etag[0] → 1 header:if-match[0]',
      '2 header:refresh[0] > url > path:2 → 3 path:2',
      '2 header:content-location[0] > path:1 → 4 path:1',
      '5 json:/mfa_token → 6 json:/mfa_token',
    ],
    decoys: [
      '1 json:/title',
      '1 json:/api_version',
      '1 json:/schema',
      '1 header:x-build[0]',
      '3 query:delay[0]',
      '4 query:state[0]',
      '6 json:/attempt',
      '6 json:/last_error_code',
    ],
  },
  {
    name: 'names that do not agree, until the way is repeated',
    session: [
      { request: 'POST /tables/reserve', answer: { bookingNumber: 48213, guests: 4 } },
      { request: 'GET /print?doc=48213&copies=4', answer: {} },
      { request: 'POST /tables/reserve', answer: { bookingNumber: 77054, guests: 2 } },
      { request: 'GET /print?doc=77054&copies=2', answer: {} },
      { request: 'POST /tables/lock', answer: { number: 12 } },
      { request: 'GET /lights?zone=12', answer: {} },
      { request: 'POST /tables/lock', answer: { number: 13 } },
      { request: 'GET /lights?zone=13', answer: {} },
    ],
    links: ['0 json:/bookingNumber → 1 query:doc[0]', '2 json:/bookingNumber → 3 query:doc[0]'],
    decoys: ['1 query:copies[0]', '3 query:copies[0]', '5 query:zone[0]', '7 query:zone[0]'],
  },
  {
    name: 'what the client knew or made',
    session: [
      {
        request: 'GET /tenants/acme-4711x9/info',
        headers: { 'X-Client': 'till-08c4d2aa91' },
        answer: { tenantId: 'acme-4711x9', client: 'till-08c4d2aa91' },
      },
      {
        request: 'PUT /keys/1',
        send: { key: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' },
        headers: { 'X-Client': 'till-08c4d2aa91' },
        answer: { key: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' },
      },
      { request: 'GET /tenants/acme-4711x9/keys?key=f47ac10b-58cc-4372-a567-0e02b2c3d479', answer: {} },
    ],
    links: [],
    decoys: ['1 header:x-client[0]', '2 path:1', '2 query:key[0]'],
  },
];
