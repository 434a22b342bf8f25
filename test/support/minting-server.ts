import { randomBytes, randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer; `text` is JSON unless a type is given. */
interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
}

interface Asked {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base64url = (text: string): string => Buffer.from(text).toString('base64url');
/** With characters that each place writes in its own way. */
const mint = (): string => `${randomBytes(9).toString('hex')}+/&"<${randomBytes(3).toString('hex')}=`;
const mintWord = (): string => randomBytes(9).toString('hex');

/**
 * A server that makes up every identifier and token anew whenever it is started, and refuses (403) every request that
 * does not hold the right one in the right spelling.
 */
export async function startMintingServer(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const app = { id: mintWord(), secret: mintWord(), user: `${randomInt(10_000, 99_999)}` };
  const jwt = `${base64url('{"alg":"none"}')}.${base64url(JSON.stringify({ uid: Number(app.user) }))}.c2ln`;
  const form = { token: mint(), version: `${randomInt(100, 999)}` };
  const upload = { id: mintWord(), state: mint() };
  const ticket = mint();
  const order = randomInt(100, 999);
  const page = mintWord();

  const answers: Readonly<Record<string, (asked: Asked) => Answer | false>> = {
    'POST /apps': () => ({ text: JSON.stringify({ client: { id: app.id, key: app.secret }, jwt }) }),
    'GET /token': ({ headers }) =>
      headers.authorization === `Basic ${base64(`${app.id}:${app.secret}`)}` && { text: '{"granted":true}' },
    [`GET /users/${app.user}`]: ({ headers }) => headers['x-jwt'] === jwt && { text: '{"seats":3}' },
    'GET /form': () => ({
      type: 'text/html',
      text: `<form action="/form" method=post><input type=hidden name=token value="${form.token.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"><input type=hidden name=v value=${form.version}></form>`,
    }),
    'POST /form': ({ body }) => {
      const sent = new URLSearchParams(body);
      return sent.get('token') === form.token && sent.get('v') === form.version && { text: '{"saved":true}' };
    },
    'POST /uploads': () => ({
      status: 202,
      headers: { Location: `/uploads/${upload.id}?state=${encodeURIComponent(upload.state)}` },
      text: '{}',
    }),
    [`PUT /uploads/${upload.id}`]: ({ url, body }) =>
      url.searchParams.get('state') === upload.state &&
      /name="upload"\r\n\r\n(.*)\r\n/.exec(body)?.[1] === upload.id && { text: '{"stored":true}' },
    'POST /tickets': () => ({
      type: 'text/xml',
      text: `<t><ticket>${ticket.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</ticket></t>`,
    }),
    'POST /tickets/use': ({ headers, body }) =>
      body === JSON.stringify({ ticket, state: base64(JSON.stringify({ ticket })) }) &&
      headers['x-ticket'] === encodeURIComponent(ticket) && { text: '{"used":true}' },
    'POST /orders': () => ({ status: 201, text: JSON.stringify({ id: order, total: 5 }) }),
    [`GET /orders/${order}`]: () => ({ text: JSON.stringify({ id: order, total: 5 }) }),
    'POST /links': ({ body }) =>
      body === JSON.stringify({ href: `http://shop.test/orders/${order}?total=5` }) && { text: '{"linked":true}' },
    'GET /feed': ({ url }) => {
      if (!url.searchParams.has('at')) return { headers: { Link: `</feed?at=${page}>; rel="next"` }, text: '[]' };
      return url.searchParams.get('at') === page && { text: '[1]' };
    },
  };
  const answering = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url!, 'http://host');
    const asked = { url, headers: request.headers, body: Buffer.concat(chunks).toString() };
    const answer = answers[`${request.method} ${url.pathname}`]?.(asked);
    const {
      status = 200,
      type = 'application/json',
      headers = {},
      text,
    } = answer || { status: 403, text: '{"refused":true}' };
    response.writeHead(status, { 'Content-Type': type, ...headers }).end(text);
  };
  const server = createServer((request, response) => void answering(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** Uses everything the server makes up. Throws when one request is refused. */
export async function useMintingServer(base: string): Promise<void> {
  const ask = async (method: string, path: string, init: Omit<RequestInit, 'method'> = {}): Promise<Response> => {
    const response = await fetch(base + path, { method, redirect: 'manual', ...init });
    if (response.status >= 400) throw new Error(`${method} ${path}: ${response.status}`);
    return response;
  };
  const json = { 'Content-Type': 'application/json' };
  const made = (await (await ask('POST', '/apps')).json()) as { client: { id: string; key: string }; jwt: string };
  await ask('GET', '/token', { headers: { Authorization: `Basic ${base64(`${made.client.id}:${made.client.key}`)}` } });
  const { uid } = JSON.parse(Buffer.from(made.jwt.split('.')[1]!, 'base64url').toString()) as { uid: number };
  await ask('GET', `/users/${uid}`, { headers: { 'X-JWT': made.jwt } });

  const page = await (await ask('GET', '/form')).text();
  const [token, version] = [...page.matchAll(/value="?([^">]+)/g)].map(([, value]) => value!);
  const read = token!.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  await ask('POST', '/form', { body: new URLSearchParams({ token: read, v: version! }) });

  const place = (await ask('POST', '/uploads')).headers.get('location')!;
  const id = new URL(place, base).pathname.split('/').at(-1)!;
  const body = `--B\r\nContent-Disposition: form-data; name="upload"\r\n\r\n${id}\r\n--B--\r\n`;
  await ask('PUT', place, { headers: { 'Content-Type': 'multipart/form-data; boundary=B' }, body });

  const xml = await (await ask('POST', '/tickets')).text();
  const ticket = /<ticket>(.*)<\/ticket>/.exec(xml)![1]!.replaceAll('&lt;', '<').replaceAll('&amp;', '&');
  const state = base64(JSON.stringify({ ticket }));
  const headers = { ...json, 'X-Ticket': encodeURIComponent(ticket) };
  await ask('POST', '/tickets/use', { headers, body: JSON.stringify({ ticket, state }) });

  const order = ((await (await ask('POST', '/orders')).json()) as { id: number }).id;
  await ask('GET', `/orders/${order}`);
  const href = `http://shop.test/orders/${order}?total=5`;
  await ask('POST', '/links', { headers: json, body: JSON.stringify({ href }) });

  const next = /<([^>]+)>/.exec((await ask('GET', '/feed')).headers.get('link')!)![1]!;
  await ask('GET', next);
}
