/**
 * Sends HTTP/1.1 requests over keep-alive connections and prints what happened as one JSON line. Raw sockets, because a
 * client library would cost more CPU than the server it measures. Understands responses with Content-Length only.
 *
 *   node load-generator.ts --url URL [--method GET] [--body TEXT] --connections N (--seconds S | --requests N) [--rate PER_SECOND]
 *
 * `{connection}` and `{sequence}` in the URL become the connection's number and its request's number on it, `{random:N}` a
 * number from 0 to N - 1. With `--rate`
 * requests leave on a fixed schedule and latency counts from the scheduled moment, so that a stall is not hidden by the
 * requests it held back.
 */
import net from 'node:net';
import { parseArgs } from 'node:util';
import type { LoadResult } from './load.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    method: { type: 'string', default: 'GET' },
    body: { type: 'string' },
    connections: { type: 'string', default: '32' },
    seconds: { type: 'string' },
    requests: { type: 'string' },
    rate: { type: 'string' },
  },
});

const template = /^http:\/\/([^/:]+):(\d+)(\/.*)$/.exec(values.url ?? '')!;
const [, host = '', port = '', pathTemplate = '/'] = template;
const connectionCount = Number(values.connections);
const requestLimit = values.requests === undefined ? Number.POSITIVE_INFINITY : Number(values.requests);
const ratePerSecond = values.rate === undefined ? undefined : Number(values.rate);
const bodyPart =
  values.body === undefined
    ? '\r\n'
    : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(values.body)}\r\n\r\n${values.body}`;

const startedAt = performance.now();
const endsAt = values.seconds === undefined ? Number.POSITIVE_INFINITY : startedAt + Number(values.seconds) * 1000;
const latenciesMs: number[] = [];
let sent = 0;
let failed = 0;
let firstFailure: string | undefined;

function requestBytes(connection: number, sequence: number): Buffer {
  const path = pathTemplate
    .replace('{connection}', String(connection))
    .replace('{sequence}', String(sequence))
    .replace(/\{random:(\d+)\}/, (_, count: string) => String(Math.floor(Math.random() * Number(count))));
  return Buffer.from(`${values.method} ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\n${bodyPart}`);
}

/** The next moment this connection may send, or undefined when the work is done. Takes one request from the budget. */
function nextSlot(connection: number, sequence: number): number | undefined {
  if (sent >= requestLimit) return undefined;
  const now = performance.now();
  const due =
    ratePerSecond === undefined ? now : startedAt + ((sequence * connectionCount + connection) * 1000) / ratePerSecond;
  if (due >= endsAt) return undefined;
  sent += 1;
  return due;
}

function fail(problem: string): void {
  failed += 1;
  firstFailure ??= problem;
}

function runConnection(connection: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port: Number(port), noDelay: true });
    let sequence = 0;
    let due = 0;
    let isWaiting = false;
    let pending: Buffer = Buffer.alloc(0);

    const sendNext = (): void => {
      const slot = nextSlot(connection, sequence);
      if (slot === undefined) {
        socket.destroy();
        return;
      }
      due = slot;
      const send = (): void => {
        isWaiting = true;
        // A timer may fire a little early, too.
        due = Math.min(due, performance.now());
        socket.write(requestBytes(connection, sequence));
        sequence += 1;
      };
      const waitMs = due - performance.now();
      if (waitMs > 0.5) setTimeout(send, waitMs);
      else send();
    };

    socket.on('connect', sendNext);
    socket.on('data', (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const headEnd = pending.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const head = pending.toString('latin1', 0, headEnd);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN);
      if (pending.length < headEnd + 4 + length) return;
      if (Number.isNaN(length) || !head.startsWith('HTTP/1.1 2')) {
        fail(head.split('\r\n', 1)[0] ?? '');
        isWaiting = false;
        socket.destroy();
        return;
      }
      latenciesMs.push(performance.now() - due);
      pending = pending.subarray(headEnd + 4 + length);
      isWaiting = false;
      sendNext();
    });
    socket.on('error', (problem) => fail(problem.message));
    socket.on('close', () => {
      if (isWaiting) fail('connection closed before the answer');
      resolve();
    });
  });
}

await Promise.all(Array.from({ length: connectionCount }, (_, connection) => runConnection(connection)));

const seconds = (performance.now() - startedAt) / 1000;
latenciesMs.sort((a, b) => a - b);
const quantile = (q: number): number =>
  latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * q))] ?? Number.NaN;
const result: LoadResult = {
  requests: latenciesMs.length,
  failures: failed,
  ...(firstFailure !== undefined && { firstFailure }),
  seconds,
  requestsPerSecond: latenciesMs.length / seconds,
  p50Ms: quantile(0.5),
  p99Ms: quantile(0.99),
  maxMs: latenciesMs.at(-1) ?? Number.NaN,
};
console.log(JSON.stringify(result));
