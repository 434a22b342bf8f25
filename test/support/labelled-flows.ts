import type { ExchangeParts } from './correlated.ts';

/** A piece of a session, and what in it is a flow and what only looks like one. */
export interface Story {
  readonly name: string;
  readonly session: readonly ExchangeParts[];
  /** `0 json:/id → 1 path:1`, positions within the story. */
  readonly links: readonly string[];
  /** `1 query:page[0]`: a value that an earlier response held too, and that did not come from there. */
  readonly decoys: readonly string[];
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const jwt = (claims: object): string =>
  `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(JSON.stringify(claims))}.Zm9yZ2VkLXNpZ25hdHVyZS1ieXRlcw`;
const html = 'text/html; charset=utf-8';

const access = jwt({ sub: 'usr_5kq81mzt', sid: '8d1f0c7ab2', iat: 1772366400, roles: ['buyer'] });
const uploads = '/v2/ada/tea/blobs/uploads';
const uploadId = '3f0e4a52-9d8c-4b57-8a0e-7c1d2b3a4f56';
const uploadState = 'qX7bK2mPz0_4JcVtR8nW1sLeYd6hGfA3uOi9';

/** Played one after the other as one session. */
export const buyingStories: readonly Story[] = [
  {
    name: 'a login, its token and what it claims',
    session: [
      {
        request: 'POST /auth/login',
        send: { user: 'ann', device: 4 },
        answer: { access_token: access, expires_in: 3600, token_type: 'Bearer' },
      },
      {
        request: 'GET /profiles/usr_5kq81mzt',
        headers: { Authorization: `Bearer ${access}` },
        answer: { level: 4, seats: 17 },
      },
      {
        request: 'POST /audit',
        headers: { Authorization: `Bearer ${access}` },
        send: { session: '8d1f0c7ab2', ttl: 3600, kind: 'Bearer', at: 1772366400, role: 'buyer', tier: 4 },
      },
    ],
    links: [
      '0 json:/access_token → 1 header:authorization[0]',
      '0 json:/access_token > jwt:/sub → 1 path:1',
      '0 json:/access_token → 2 header:authorization[0]',
      '0 json:/access_token > jwt:/sid → 2 json:/session',
    ],
    decoys: ['2 json:/ttl', '2 json:/kind', '2 json:/at', '2 json:/role', '2 json:/tier'],
  },
  {
    name: 'an order with a small number',
    session: [
      {
        request: 'POST /orders',
        send: { sku: 'moka-pot' },
        status: 201,
        answer: { id: 17, total: 42.5, quantity: 3, status: 'pending', currency: 'EUR' },
      },
      { request: 'GET /api/v1/orders/17', answer: { id: 17, items: [{ id: 3 }], page: 2, version: 5 } },
      {
        request: 'POST /payments',
        send: { orderId: 17, amount: 42.5, currency: 'EUR', installments: 3, retries: 2 },
        answer: { id: 81, state: 'captured' },
      },
      { request: 'GET /payments/81?status=pending&page=2&limit=17', answer: {} },
      { request: 'GET /shipments/17?quantity=3', answer: { weight: 81 } },
      { request: 'DELETE /orders/17.json?order_id=17', answer: { ok: true } },
    ],
    links: [
      '0 json:/id → 1 path:3',
      '0 json:/id → 2 json:/orderId',
      '2 json:/id → 3 path:1',
      '0 json:/id → 5 path:1',
      '0 json:/id → 5 query:order_id[0]',
    ],
    decoys: [
      '2 json:/amount',
      '2 json:/currency',
      '2 json:/installments',
      '2 json:/retries',
      '3 query:status[0]',
      '3 query:page[0]',
      '3 query:limit[0]',
      '4 path:1',
      '4 query:quantity[0]',
    ],
  },
  {
    name: 'places by attributes that people choose',
    session: [
      {
        request: 'GET /branches',
        answer: [
          {
            name: 'Mitte',
            zipCode: '10115',
            countryCode: 'DE',
            phoneNumber: '+49-30-5557781',
            port: 8443,
            languageCode: 'de-DE',
            region: 'eu-central-1',
            color: '#a1b2c3',
            floorNumber: 12,
          },
        ],
      },
      {
        request: 'GET /search?zipCode=10115&countryCode=DE&languageCode=de-DE&region=eu-central-1',
        answer: { zoom: 12 },
      },
      {
        request: 'POST /visits',
        send: { phoneNumber: '+49-30-5557781', port: 8443, color: '#a1b2c3', floorNumber: 12 },
        answer: {},
      },
    ],
    links: [],
    decoys: [
      '1 query:zipCode[0]',
      '1 query:countryCode[0]',
      '1 query:languageCode[0]',
      '1 query:region[0]',
      '2 json:/phoneNumber',
      '2 json:/port',
      '2 json:/color',
      '2 json:/floorNumber',
    ],
  },
  {
    name: 'an upload whose place the server makes up',
    session: [
      {
        request: `POST ${uploads}/`,
        status: 202,
        answerHeaders: {
          Location: `${uploads}/${uploadId}?_state=${uploadState}`,
          'Docker-Upload-UUID': uploadId,
          Range: '0-0',
        },
      },
      {
        request: `PATCH ${uploads}/${uploadId}?_state=${uploadState}`,
        status: 202,
        answerHeaders: { Location: `${uploads}/${uploadId}?_state=${uploadState}Bx2`, Range: '0-13' },
      },
      {
        request: `PUT ${uploads}/${uploadId}?_state=${uploadState}Bx2&digest=sha256:${'9c4f'.repeat(16)}`,
        status: 201,
        answerHeaders: { Location: `/v2/ada/tea/blobs/sha256:${'9c4f'.repeat(16)}` },
      },
      { request: `HEAD /v2/ada/tea/blobs/sha256:${'9c4f'.repeat(16)}` },
    ],
    links: [
      '0 header:location[0] > path:5 → 1 path:5',
      '0 header:location[0] > query:_state[0] → 1 query:_state[0]',
      '0 header:location[0] > path:5 → 2 path:5',
      '1 header:location[0] > query:_state[0] → 2 query:_state[0]',
    ],
    decoys: ['3 path:4', '1 path:2', '2 path:1'],
  },
  {
    name: 'pages by cursor, by link and by number',
    session: [
      {
        request: 'GET /events?limit=50',
        answer: { next: '/events?after=941&limit=50', has_more: true, page: 1, pages: 7 },
        answerHeaders: { Link: '</feed?cursor=mZx91KqT>; rel="next", </feed?page=2>; rel="last"' },
      },
      { request: 'GET /events?after=941&limit=50', answer: { page_token: 'p-88', page: 2 } },
      { request: 'GET /feed?cursor=mZx91KqT&page=2', answer: { nextPageToken: 'CAoQAA', count: 50 } },
      { request: 'GET /feed?pageToken=CAoQAA&limit=50&page=7', answer: {} },
    ],
    links: [
      '0 json:/next > query:after[0] → 1 query:after[0]',
      '0 header:link[0] > link:next > query:cursor[0] → 2 query:cursor[0]',
      '2 json:/nextPageToken → 3 query:pageToken[0]',
    ],
    decoys: ['1 query:limit[0]', '2 query:page[0]', '3 query:limit[0]', '3 query:page[0]'],
  },
  {
    name: 'a page with forms',
    session: [
      {
        request: 'GET /checkout/new',
        answerText: [
          html,
          '<meta name="csrf-token" content="m3ta-T0ken-9x8c7v6b"><form action="/checkout/steps" method=post><input type=hidden name=authenticity_token value="Zq+8/7r=="><input type=hidden name=lock_version value=6><input type=hidden name=_method value=put><input name=country value=DE><select name=rooms><option value=2></select></form><a href="/carts/93/edit">Change cart</a><div data-invoice-id="5150">',
        ],
        answerHeaders: { 'Set-Cookie': 'XSRF-TOKEN=d0Uble%2BSubm1t4421; Path=/', 'set-cookie': 'cart=6; Path=/' },
      },
      {
        request: 'POST /checkout/steps',
        form: 'authenticity_token=Zq%2B8%2F7r%3D%3D&lock_version=6&_method=put&country=DE&rooms=2',
        headers: { Cookie: 'XSRF-TOKEN=d0Uble%2BSubm1t4421; cart=6', 'X-XSRF-TOKEN': 'd0Uble+Subm1t4421' },
        answer: {},
      },
      { request: 'GET /carts/93/edit', headers: { 'X-CSRF-Token': 'm3ta-T0ken-9x8c7v6b' }, answer: {} },
      { request: 'GET /invoices/5150', headers: { Referer: 'http://shop/carts/93/edit' }, answer: {} },
    ],
    links: [
      '0 html:input authenticity_token[0] → 1 form:authenticity_token[0]',
      '0 html:input lock_version[0] → 1 form:lock_version[0]',
      '0 set-cookie:XSRF-TOKEN → 1 cookie:XSRF-TOKEN',
      '0 set-cookie:cart → 1 cookie:cart',
      '0 set-cookie:XSRF-TOKEN > percent → 1 header:x-xsrf-token[0]',
      '0 html:meta csrf-token[0] → 2 header:x-csrf-token[0]',
      '0 html:a Change cart[0] > path:1 → 2 path:1',
      '0 html:attribute data-invoice-id[0] → 3 path:1',
      '0 html:a Change cart[0] > path:1 → 3 header:referer[0] > path:1',
    ],
    decoys: ['1 form:_method[0]', '1 form:country[0]', '1 form:rooms[0]'],
  },
  {
    name: 'credentials joined and encoded',
    session: [
      {
        request: 'POST /apps',
        send: { name: 'till' },
        status: 201,
        answer: { client_id: 'app-7h3k9d2m', client_secret: 's3cr3t-Vb8Nq1Xw', plan: 'basic', seats: 25 },
      },
      {
        request: 'POST /oauth/token',
        headers: { Authorization: `Basic ${base64('app-7h3k9d2m:s3cr3t-Vb8Nq1Xw')}` },
        form: 'grant_type=client_credentials&scope=basic',
        answerText: ['text/plain', 'oauth_token=hh4gTr55ePlq&oauth_token_secret=kk21LmZ0'],
      },
      {
        request: 'GET /seats?limit=25&plan=basic',
        headers: { 'X-Key': 'app-7h3k9d2m.hh4gTr55ePlq' },
        answer: { signature_key: 'K9xQ2+/vB7tZ4pLmA1==' },
      },
      { request: `GET /signed?key=${encodeURIComponent(encodeURIComponent('K9xQ2+/vB7tZ4pLmA1=='))}`, answer: {} },
      {
        request: 'GET /signed?keys=app-7h3k9d2m,hh4gTr55ePlq',
        headers: { 'X-State': base64url('{"app":"app-7h3k9d2m","seats":25}') },
        answer: {},
      },
    ],
    links: [
      '0 json:/client_id → 1 header:authorization[0] > word:1 > base64',
      '0 json:/client_secret → 1 header:authorization[0] > word:1 > base64',
      '0 json:/client_id → 2 header:x-key[0]',
      '1 form:oauth_token[0] → 2 header:x-key[0]',
      '2 json:/signature_key → 3 query:key[0] > percent',
      '0 json:/client_id → 4 query:keys[0]',
      '1 form:oauth_token[0] → 4 query:keys[0]',
      '0 json:/client_id → 4 header:x-state[0] > base64 > json:/app',
    ],
    decoys: ['1 form:scope[0]', '2 query:limit[0]', '2 query:plan[0]', '4 header:x-state[0] > base64 > json:/seats'],
  },
];
