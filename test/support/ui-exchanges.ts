import { deflateSync, gzipSync } from 'node:zlib';
import type { Outcome, ResponseFacts } from '../../src/model/exchange.ts';
import { type ExchangeParts, responseOutcome } from './cassette-parts.ts';

/** 2025-01-15T10:00:00Z: the recording. The run was a day later. */
export const recordedAt = Date.UTC(2025, 0, 15, 10);

export type UiLine = ExchangeParts & {
  readonly requestBytes?: string | Buffer;
  readonly responseBytes?: string | Buffer;
};

export const json = (value: unknown): string => JSON.stringify(value);
const jsonType = ['Content-Type', 'application/json; charset=utf-8'];
const date = (at: number): string[] => ['Date', new Date(at).toUTCString()];

function answer(headers: readonly string[], overrides: Partial<ResponseFacts> = {}): Outcome {
  return responseOutcome({ headers: [...date(recordedAt), ...headers], ...overrides });
}

/** A valid PNG of one colour. */
export function pngOf(width: number, height: number, colour = [0x50, 0x46, 0xc8]): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.alloc(1), Buffer.alloc(width * 3, Buffer.from(colour))]);
  return Buffer.concat([
    Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

export const products = Array.from({ length: 24 }, (_, i) => ({
  id: `p_${101 + i}`,
  name: ['Analytical engine', 'Difference engine', 'Punched cards, 500', 'Brass gear, 42 teeth'][i % 4],
  price: 1250 + 75 * i,
  currency: 'EUR',
  tags: ['brass', 'mill'],
  in_stock: i % 5 !== 0,
}));

export const order = {
  id: 'ord_7f3a9c',
  status: 'paid',
  created_at: '2025-01-15T10:00:02.114Z',
  customer: { id: 'cus_81', tier: 'gold' },
  lines: [
    { product_id: 'p_102', quantity: 2, price: 1325 },
    { product_id: 'p_107', quantity: 1, price: 1700 },
  ],
  total: 4350,
};

export const hostileHtml =
  '<!doctype html><title>x</title><script>window.top.pwned = 1; document.title = "pwned"</script><img src=x onerror="window.pwned=1"><h1>Shop</h1>';

const userAgent = ['Host', '127.0.0.1:3000', 'User-Agent', 'shop-client/2.1', 'Accept', 'application/json'];

/** Exchanges of every kind the detail page must show well. */
export const uiExchanges: readonly UiLine[] = [
  {
    method: 'POST',
    target: '/login',
    durationMs: 38,
    requestHeaders: [...userAgent, 'Content-Type', 'application/json', 'Content-Length', '58'],
    requestBytes: json({ email: 'qxw@mkzpoqf.dye', password: 'Xk29-vb81' }),
    outcome: answer([...jsonType, 'Set-Cookie', 'sid=9f2c81aa; Path=/; HttpOnly']),
    responseBytes: json({ token: 'tok_4be1905c', customer: { id: 'cus_81', name: 'Ada' } }),
  },
  {
    target: '/products?limit=24&sort=price',
    durationMs: 12,
    requestHeaders: [...userAgent, 'Authorization', 'Bearer tok_4be1905c', 'X-Tag', 'one', 'x-tag', 'two'],
    outcome: answer([...jsonType, 'ETag', '"a1f0"', 'X-Page', '1']),
    responseBytes: json({ items: products, next_cursor: 'c_24', total: 96 }),
  },
  {
    method: 'POST',
    target: '/orders',
    durationMs: 64,
    requestHeaders: [...userAgent, 'Content-Type', 'application/json'],
    requestBytes: json({ lines: order.lines.map(({ product_id, quantity }) => ({ product_id, quantity })) }),
    outcome: answer([...jsonType, 'Location', '/orders/ord_7f3a9c'], { status: 201, reason: 'Created' }),
    responseBytes: json(order),
  },
  {
    target: '/orders/ord_7f3a9c',
    durationMs: 9,
    requestHeaders: userAgent,
    outcome: answer(jsonType),
    responseBytes: json(order),
  },
  {
    target: '/images/p_102.png',
    durationMs: 3,
    outcome: answer(['Content-Type', 'image/png', 'Cache-Control', 'max-age=3600']),
    responseBytes: pngOf(160, 96),
  },
  {
    target: '/',
    durationMs: 2,
    outcome: answer(['Content-Type', 'text/html; charset=utf-8']),
    responseBytes: hostileHtml,
  },
  {
    target: '/export.csv',
    durationMs: 141,
    outcome: answer(['Content-Type', 'text/csv', 'Content-Encoding', 'gzip']),
    responseBytes: gzipSync(
      Array.from({ length: 6000 }, (_, i) => `ord_${i},2025-01-${1 + (i % 28)},${(i * 37) % 9000}`).join('\n'),
    ),
  },
  {
    method: 'POST',
    target: '/search',
    durationMs: 21,
    requestHeaders: [...userAgent, 'Content-Type', 'application/x-www-form-urlencoded'],
    requestBytes: 'q=brass+gear&page=2&sort=-price',
    outcome: answer(jsonType),
    responseBytes: json({ items: products.slice(0, 2), took: 3 }),
  },
  {
    method: 'DELETE',
    target: '/cart/lines/3',
    durationMs: 7,
    outcome: answer([], { status: 204, reason: 'No Content' }),
  },
  {
    target: '/admin/stats',
    durationMs: 4,
    outcome: answer(jsonType, { status: 403, reason: 'Forbidden' }),
    responseBytes: json({ error: 'forbidden', need: 'role:admin' }),
  },
  {
    target: '/reports/2025?year=2025',
    durationMs: 912,
    outcome: answer(['Content-Type', 'text/plain'], { status: 500, reason: 'Internal Server Error' }),
    responseBytes: 'Error: ENOENT\n    at /srv/app.js:17:3\n',
  },
  {
    target: '/slow',
    durationMs: 30_004,
    outcome: { kind: 'failure', code: 'timeout', message: 'no response head within 30 s' },
  },
  {
    target: '/video',
    durationMs: 78,
    outcome: {
      kind: 'failure',
      code: 'truncated',
      message: 'upstream closed after 5 of 4096 bytes',
      response: {
        ...(responseOutcome() as ResponseFacts & { kind: 'response' }),
        headers: ['Content-Type', 'video/mp4'],
      },
    },
    responseBytes: Buffer.from([0, 1, 2, 254, 255]),
  },
  {
    target: '/events',
    durationMs: 2040,
    outcome: answer(['Content-Type', 'text/event-stream']),
    responseBytes: Array.from({ length: 5 }, (_, i) => `id: ${i}\nevent: stock\ndata: {"p_102":${40 - i}}\n\n`).join(
      '',
    ),
  },
  {
    target: '/files/in\u202Evoice.pdf',
    durationMs: 5,
    requestHeaders: [...userAgent, 'X-Note', 'a\u0007b'],
    outcome: answer(['Content-Type', 'application/pdf']),
    responseBytes: Buffer.concat([
      Buffer.from('%PDF-1.7\n'),
      Buffer.from(Array.from({ length: 300 }, (_, i) => i % 256)),
    ]),
  },
  {
    target: '/catalogue.json',
    durationMs: 318,
    outcome: answer(jsonType),
    responseBytes: json({ items: Array.from({ length: 1600 }, (_, i) => ({ ...products[i % 24], id: `p_${i}` })) }),
  },
];
