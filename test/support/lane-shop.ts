import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { responseOf } from '../../src/model/exchange.ts';
import { toPairs } from '../../src/model/headers.ts';
import type { RawMessage } from './byte-reader.ts';
import { startRecording } from './recording.ts';
import { sendRaw } from './raw-client.ts';

/** One request of the script. */
export interface Step {
  readonly method: string;
  readonly target: string;
  readonly body?: string;
  readonly who: 'user' | 'admin';
}

const step = (method: string, target: string, body?: object, who: Step['who'] = 'user'): Step => ({
  method,
  target,
  ...(body ? { body: JSON.stringify(body) } : {}),
  who,
});

/** A customer and an administrator use a shop; nearly every answer depends on what was done before. */
export const script: readonly Step[] = [
  step('GET', '/cart'),
  step('POST', '/cart', { item: 'tea' }),
  step('GET', '/cart'),
  step('GET', '/cart'),
  step('GET', '/me'),
  step('GET', '/me', undefined, 'admin'),
  step('POST', '/cart', { item: 'tea' }),
  step('GET', '/cart'),
  step('POST', '/orders', { pay: 'card' }),
  step('GET', '/cart'),
  step('GET', '/orders/1'),
  step('GET', '/orders', undefined, 'admin'),
  step('PUT', '/orders/1', { state: 'sent' }, 'admin'),
  step('GET', '/orders/1'),
  step('GET', '/me'),
  step('DELETE', '/orders/1', undefined, 'admin'),
  step('GET', '/orders/1'),
  step('GET', '/orders', undefined, 'admin'),
];

/** What the real shop is told in headers, by each of the two. */
export type Credentials = Readonly<Record<Step['who'], readonly string[]>>;

export const noCredentials: Credentials = { user: [], admin: [] };

/** The bytes of one request, to stay on its connection. */
export function bytesOf(
  { method, target, body }: Step,
  { prefix = '', headers = [] }: { readonly prefix?: string; readonly headers?: readonly string[] },
): string {
  const content = body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`];
  return [`${method} ${prefix}${target} HTTP/1.1`, 'Host: shop.test', ...headers, ...content, '', body ?? ''].join(
    '\r\n',
  );
}

export interface RecordedShop {
  readonly file: string;
  /** Of the shop, as a client names it. */
  readonly url: string;
  /** Asserts that this is the recorded answer to the script's step, byte for byte. */
  readonly check: (index: number, answer: RawMessage) => void;
}

/** Records the script, played once. */
export async function recordShop(credentials = noCredentials): Promise<RecordedShop> {
  const url = await startShop();
  const recording = await startRecording(url);
  for (const one of script) {
    await sendRaw(recording.port, bytesOf(one, { headers: [...credentials[one.who], 'Connection: close'] }));
  }
  const { exchanges, reader } = await recording.stop();
  const answers = exchanges.map(({ outcome }) => {
    const { status, reason, headers, body } = responseOf(outcome)!;
    return {
      startLine: `HTTP/1.1 ${status} ${reason}`,
      headers: toPairs(headers).filter(ofMessage),
      body: body.sizeBytes === 0 ? '' : String(reader.body(body.sha256)),
    };
  });
  return {
    file: recording.file,
    url,
    check: (index, { startLine, headers, body }) => {
      expect({ index, startLine, headers: headers.filter(ofMessage), body: String(body) }).toEqual({
        index,
        ...answers[index]!,
      });
    },
  };
}

/** Not of the connection. */
function ofMessage([name]: readonly [string, string]): boolean {
  return !/^(connection|keep-alive)$/i.test(name);
}

/** One cart and some orders, for whoever asks; `/me` knows who does. */
async function startShop(): Promise<string> {
  const cart: string[] = [];
  const orders = new Map<string, { readonly id: string; readonly items: readonly string[]; state: string }>();
  let version = 0;
  const answer = (request: http.IncomingMessage, body: Record<string, string>): [number, unknown] => {
    const { method, url = '' } = request;
    if (method !== 'GET') version += 1;
    const place = `${method} ${url.replace(/\d+$/, '{}')}`;
    const order = orders.get(url.split('/')[2] ?? '');
    switch (place) {
      case 'GET /cart':
        return [200, { version, cart }];
      case 'POST /cart':
        cart.push(body['item']!);
        return [201, { version, count: cart.length }];
      case 'GET /me':
        return [200, { version, is: /admin/i.test(JSON.stringify(request.headers)) ? 'admin' : 'user' }];
      case 'POST /orders':
        orders.set('1', { id: '1', items: cart.splice(0), state: 'paid' });
        return [201, { version, id: '1' }];
      case 'GET /orders':
        return [200, { version, orders: [...orders.values()] }];
      case 'GET /orders/{}':
        return order ? [200, { version, order }] : [404, { version }];
      case 'PUT /orders/{}':
        order!.state = body['state']!;
        return [200, { version }];
      default:
        orders.clear();
        return [200, { version }];
    }
  };
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += String(chunk)));
    request.on('end', () => {
      const [status, value] = answer(request, text === '' ? {} : (JSON.parse(text) as Record<string, string>));
      const body = JSON.stringify(value);
      response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends one step and gives the answer. */
export type PlayStep = (step: Step) => Promise<RawMessage>;

/**
 * Lets clients play the script side by side, each at its own pace: again and again some of those that are not done go on
 * by some steps, at once, while the others wait. The order is the seed's.
 */
export async function playTogether(
  shop: Pick<RecordedShop, 'check'>,
  clients: readonly PlayStep[],
  seed: number,
): Promise<void> {
  const random = randomFrom(seed);
  const at = clients.map(() => 0);
  const playSome = async (client: number, steps: number): Promise<void> => {
    for (let left = steps; left > 0 && at[client]! < script.length; left -= 1) {
      const index = at[client]!;
      at[client] = index + 1;
      shop.check(index, await clients[client]!(script[index]!));
    }
  };
  while (at.some((index) => index < script.length)) {
    const going = clients.map((_, i) => i).filter(() => random() < 0.4);
    await Promise.all(going.map((client) => playSome(client, 1 + Math.floor(random() * 4))));
  }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
