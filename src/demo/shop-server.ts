import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { drawProductImage } from './product-image.ts';
import { type VersionNumber, type OrderLine, type ShopVersion, shopVersions } from './shop-versions.ts';
import { type Customer, type Order, ShopData } from './shop-data.ts';

/** One request on its way through the shop. */
interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** The variable segment of the path; empty where there is none. */
  readonly id: string;
}

type Handler = (visit: Visit) => Promise<void> | void;

/** Stops a request with an error answer. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Below this a gzip frame costs more than it saves. */
const gzipFromBytes = 512;
/** Between two server-sent events. */
const eventGapMs = 30;

/**
 * A small web shop: `GET /`, `GET /products[/:id[/image.png]]`, `POST /login`, `POST /logout`, `GET /me`, `/orders` with
 * create, read, update and delete, and `GET /orders/:id/events` as server-sent events. Not listening yet; closing the
 * server closes its data.
 */
export function createShop(options: { readonly version: VersionNumber; readonly dataFile?: string }): Server {
  const version = shopVersions[options.version];
  const data = new ShopData(options.dataFile ?? ':memory:');
  const routes = shopRoutes(version, data);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://shop');
    answer(routes, { request, response, url }).catch((problem: unknown) => {
      if (problem instanceof Refusal) sendJson({ request, response }, problem.status, { error: problem.message });
      else response.destroy(problem as Error);
    });
  });
  server.on('close', () => data.close());
  return server;
}

type Routes = readonly (readonly [method: string, path: RegExp, handler: Handler])[];

async function answer(routes: Routes, visit: Omit<Visit, 'id'>): Promise<void> {
  const { request, url } = visit;
  const onPath = routes.filter(([, path]) => path.test(url.pathname));
  const route = onPath.find(([method]) => method === request.method);
  if (!route) throw onPath.length > 0 ? new Refusal(405, 'method not allowed') : new Refusal(404, 'no such page');
  const [, path, handler] = route;
  await handler({ ...visit, id: path.exec(url.pathname)?.[1] ?? '' });
}

function shopRoutes(version: ShopVersion, data: ShopData): Routes {
  const showOrder = (order: Order): object => {
    const { id, status, lines, created_at, updated_at } = order;
    return { id, status, lines, total_cents: version.orderTotalCents(lines), created_at, updated_at };
  };

  const welcome: Handler = (visit) => {
    const visitor = cookiesOf(visit.request).get('visitor') ?? randomUUID();
    visit.response.setHeader('Set-Cookie', `visitor=${visitor}; Path=/; HttpOnly; SameSite=Lax`);
    sendJson(visit, 200, { shop: 'Bean & Gear', products: '/products', login: '/login' });
  };

  const listProducts: Handler = (visit) => {
    const limit = Math.min(Number(visit.url.searchParams.get('limit') ?? 4), 50);
    const cursor = visit.url.searchParams.get('cursor');
    const after = cursor === null ? 0 : Number(Buffer.from(cursor, 'base64url').toString().replace('after:', ''));
    if (!Number.isInteger(limit) || limit < 1 || !Number.isInteger(after)) throw new Refusal(400, 'bad page');
    const page = data.products(after, limit);
    const next = page.lastNumber && Buffer.from(`after:${page.lastNumber}`).toString('base64url');
    sendCacheable(visit, { items: page.items.map(version.showProduct), next_cursor: next ?? null });
  };

  const productOf = ({ id }: Visit): NonNullable<ReturnType<ShopData['product']>> => {
    const found = data.product(id);
    if (!found) throw new Refusal(404, 'no such product');
    return found;
  };

  const showImage: Handler = (visit) => {
    const image = drawProductImage(productOf(visit).colour);
    visit.response.writeHead(200, {
      'Content-Type': 'image/png',
      'Content-Length': image.length,
      'Cache-Control': 'public, max-age=86400',
    });
    visit.response.end(image);
  };

  const logIn: Handler = async (visit) => {
    const { email, password } = await readJson(visit.request);
    const login = data.logIn(String(email), String(password));
    if (!login) throw new Refusal(401, 'wrong e-mail or password');
    visit.response.setHeader('Set-Cookie', `shop_session=${login.token}; Path=/; HttpOnly; SameSite=Lax`);
    sendJson(visit, 200, { token: login.token, token_type: 'Bearer', expires_in: 3600, customer: login.customer });
  };

  const logOut: Handler = ({ request, response }) => {
    data.logOut(tokenOf(request));
    response.writeHead(204, { 'Set-Cookie': 'shop_session=; Path=/; Max-Age=0' }).end();
  };

  const customerOf = (request: IncomingMessage): Customer => {
    const customer = data.customerOf(tokenOf(request));
    if (!customer) throw new Refusal(401, 'log in first');
    return customer;
  };

  const orderOf = ({ request, id }: Visit): Order => {
    const order = data.order(customerOf(request), id);
    if (!order) throw new Refusal(404, 'no such order');
    return order;
  };

  const createOrder: Handler = async (visit) => {
    const customer = customerOf(visit.request);
    const order = data.createOrder(customer, priced(data, (await readJson(visit.request))['lines']));
    visit.response.setHeader('Location', `/orders/${order.id}`);
    sendJson(visit, 201, showOrder(order));
  };

  const updateOrder: Handler = async (visit) => {
    const { id } = orderOf(visit);
    data.changeLines(id, priced(data, (await readJson(visit.request))['lines']));
    sendJson(visit, 200, showOrder(orderOf(visit)));
  };

  const cancelOrder: Handler = (visit) => {
    data.deleteOrder(orderOf(visit).id);
    visit.response.writeHead(204).end();
  };

  const payOrder: Handler = (visit) => {
    data.pay(orderOf(visit).id);
    sendJson(visit, 200, showOrder(orderOf(visit)));
  };

  const followOrder: Handler = async (visit) => {
    const { id } = orderOf(visit);
    visit.response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    for (const [index, name] of data.events(id).entries()) {
      visit.response.write(`id: ${index + 1}\nevent: ${name}\ndata: ${JSON.stringify({ order_id: id })}\n\n`);
      await pause(eventGapMs);
    }
    visit.response.end();
  };

  return [
    ['GET', /^\/$/, welcome],
    ['GET', /^\/products$/, listProducts],
    ['GET', /^\/products\/([^/]+)$/, (visit) => sendCacheable(visit, version.showProduct(productOf(visit).product))],
    ['GET', /^\/products\/([^/]+)\/image\.png$/, showImage],
    ['POST', /^\/login$/, logIn],
    ['POST', /^\/logout$/, logOut],
    ['GET', /^\/me$/, (visit) => sendJson(visit, 200, customerOf(visit.request))],
    ['POST', /^\/orders$/, createOrder],
    [
      'GET',
      /^\/orders$/,
      (visit) => sendJson(visit, 200, { orders: data.orders(customerOf(visit.request)).map(showOrder) }),
    ],
    ['GET', /^\/orders\/([^/]+)$/, (visit) => sendJson(visit, 200, showOrder(orderOf(visit)))],
    ['PATCH', /^\/orders\/([^/]+)$/, updateOrder],
    ['DELETE', /^\/orders\/([^/]+)$/, cancelOrder],
    ['POST', /^\/orders\/([^/]+)\/payment$/, payOrder],
    ['GET', /^\/orders\/([^/]+)\/events$/, followOrder],
  ];
}

/** The lines a customer ordered, with today's prices. */
function priced(data: ShopData, lines: unknown): OrderLine[] {
  if (!Array.isArray(lines) || lines.length === 0) throw new Refusal(400, 'an order needs lines');
  return (lines as { product_id?: unknown; quantity?: unknown }[]).map(({ product_id, quantity }) => {
    const found = data.product(String(product_id));
    if (!found || !Number.isInteger(quantity) || Number(quantity) < 1) throw new Refusal(400, 'bad order line');
    return { product_id: found.product.id, quantity: Number(quantity), unit_price_cents: found.product.price_cents };
  });
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await text(request)) as Record<string, unknown>;
  } catch {
    throw new Refusal(400, 'the body is not JSON');
  }
}

/** JSON that a client may keep: with an ETag, and 304 when the client has it already. */
function sendCacheable(visit: Visit, value: unknown): void {
  const etag = `"${createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)}"`;
  visit.response.setHeader('ETag', etag);
  visit.response.setHeader('Cache-Control', 'no-cache');
  if (visit.request.headers['if-none-match'] === etag) visit.response.writeHead(304).end();
  else sendJson(visit, 200, value);
}

function sendJson({ request, response }: Pick<Visit, 'request' | 'response'>, status: number, value: unknown): void {
  const plain = Buffer.from(JSON.stringify(value));
  const isZipped = plain.length >= gzipFromBytes && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = isZipped ? gzipSync(plain) : plain;
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    ...(isZipped && { 'Content-Encoding': 'gzip' }),
    ...(plain.length >= gzipFromBytes && { Vary: 'Accept-Encoding' }),
    'Content-Length': body.length,
  });
  response.end(body);
}

function cookiesOf(request: IncomingMessage): Map<string, string> {
  const pairs = (request.headers.cookie ?? '').split(/;\s*/).map((pair) => pair.split('=', 2) as [string, string]);
  return new Map(pairs);
}

function tokenOf(request: IncomingMessage): string {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  return bearer ?? cookiesOf(request).get('shop_session') ?? '';
}
