import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BodyFacts, emptyBody } from '../src/model/exchange.ts';
import { runProcess } from '../src/demo/start-process.ts';
import { CassetteWriter } from '../src/store/cassette-writer.ts';
import type { CorrelateFacts } from './correlate-session.ts';

const groupSize = 10_000;
const sessionProgram = fileURLToPath(new URL('correlate-session.ts', import.meta.url));

/**
 * Finds the value flows of a session of `count` exchanges of 2 KiB, in a process of its own: orders are made, read,
 * changed and listed with tokens, cursors and numbers that answers issued.
 */
export async function correlateSession(folder: string, count: number): Promise<CorrelateFacts> {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `orders-${count}.cassette`);
  writeOrders(file, count);
  const { code, stdout, stderr } = await runProcess({ command: process.execPath, args: [sessionProgram, file] });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as CorrelateFacts;
}

function writeOrders(file: string, count: number): void {
  const writer = CassetteWriter.open(file, { create: 'if-missing' });
  const sessionId = writer.beginSession({
    name: 'orders',
    startedAt: 0,
    targets: [{ name: 'default', url: 'http://127.0.0.1:3000' }],
    toolVersion: 'bench',
    tags: {},
    redacted: false,
  });
  let token = randomBytes(20).toString('hex');
  let order = makeOrder(0);
  for (let from = 0; from < count; from += groupSize) {
    writer.transaction(() => {
      for (let position = from; position < Math.min(from + groupSize, count); position += 1) {
        const step = position % 5;
        if (position % 100 === 0) token = randomBytes(20).toString('hex');
        if (step === 0) order = makeOrder(position);
        insert(writer, { sessionId, position, ...exchangeOf(step, { order, token, position }) });
      }
    });
  }
  writer.finishSession(sessionId, { endedAt: count });
  writer.close();
}

interface Order {
  readonly id: string;
  readonly number: number;
  readonly json: string;
}

function makeOrder(position: number): Order {
  const id = `ord_${randomBytes(6).toString('hex')}`;
  const lines = Array.from({ length: 12 }, (_, i) => ({
    sku: `P-${(position * 7 + i) % 500}`,
    name: `Product number ${i}`,
    price: i * 1.5 + 0.99,
    quantity: i,
    ref: randomBytes(4).toString('hex'),
    at: '2026-03-01T12:00:00Z',
  }));
  const customer = { id: 1000 + (position % 90), email: `c${position % 90}@example.org` };
  const links = { self: `/orders/${id}`, next: `/orders?after=${position}` };
  return {
    id,
    number: position,
    json: JSON.stringify({ id, status: 'open', total: 99.5, customer, lines, links, note: 'x'.repeat(500) }),
  };
}

interface Moment {
  readonly order: Order;
  readonly token: string;
  readonly position: number;
}

interface Sent {
  readonly method: string;
  readonly target: string;
  readonly sent: string | undefined;
  readonly answer: string;
  readonly token: string;
}

/** A login now and then; else an order is made, read, changed, and the next page of the list is asked for. */
function exchangeOf(step: number, { order, token, position }: Moment): Sent {
  if (position % 100 === 0) {
    return {
      method: 'POST',
      target: '/login',
      sent: '{"user":"ann"}',
      answer: JSON.stringify({ token, order: JSON.parse(order.json) as object }),
      token: '',
    };
  }
  const steps = [
    { method: 'POST', target: '/orders', sent: '{"items":[{"sku":"P-12","quantity":2},{"sku":"P-77","quantity":1}]}' },
    { method: 'GET', target: `/orders/${order.id}`, sent: undefined },
    { method: 'PUT', target: `/orders/${order.id}`, sent: `{"id":"${order.id}","note":"two, please"}` },
    { method: 'GET', target: `/orders/${order.id}/lines?page=2&limit=20`, sent: undefined },
    { method: 'GET', target: `/orders?after=${order.number}`, sent: undefined },
  ];
  return { ...steps[step]!, answer: order.json, token };
}

interface Inserted extends Sent {
  readonly sessionId: number;
  readonly position: number;
}

function insert(writer: CassetteWriter, { sessionId, position, method, target, sent, answer, token }: Inserted): void {
  const json = ['Content-Type', 'application/json'];
  const request = ['Host', '127.0.0.1:3000', 'Accept', '*/*', 'Authorization', `Bearer ${token}`];
  const stored = (text: string | undefined): BodyFacts =>
    text === undefined ? emptyBody : writer.putBody(Buffer.from(text));
  writer.insertExchange({
    sessionId,
    position,
    epoch: 0,
    targetName: 'default',
    startedAt: position,
    firstByteMs: 1,
    durationMs: 1,
    request: {
      method,
      target,
      httpVersion: '1.1',
      headers: sent === undefined ? request : [...request, ...json],
      trailers: [],
      body: stored(sent),
    },
    requestKey: randomBytes(16).toString('hex'),
    slots: [],
    outcome: {
      kind: 'response',
      status: 200,
      reason: 'OK',
      httpVersion: '1.1',
      headers: json,
      trailers: [],
      body: stored(answer),
      framing: 'length',
      informational: [],
    },
  });
}
