import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startRawUpstream, type UpstreamConnection } from '../support/raw-upstream.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startRecording } from '../support/recording.ts';
import { startReplay } from '../support/replay.ts';
import { splitResponses } from '../support/split-responses.ts';

const runs = 50;

const json = (value: object): string => {
  const body = JSON.stringify(value);
  return `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};
const gzipped = gzipSync('{"compressed":true}').toString('latin1');
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

/** By start line: the pieces in which the server answers. */
const answers: Readonly<Record<string, readonly string[]>> = {
  'GET /json': [`HTTP/1.1 200 OK\r\nX-One: 1\r\nx-two: 2\r\nX-One: 3\r\n${json({ a: 1, b: [2, 3] })}`],
  'GET /gzip': [`HTTP/1.1 200 Fine\r\nContent-Encoding: gzip\r\nContent-Length: ${gzipped.length}\r\n\r\n${gzipped}`],
  'GET /chunked': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', chunk('one'), `${chunk('two')}0\r\n\r\n`],
  'GET /events': [
    'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
    chunk('data: 1\n\n'),
    chunk('data: 2\n\n'),
    '0\r\n\r\n',
  ],
  'HEAD /json': ['HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n'],
  'GET /missing': [`HTTP/1.1 404 Not Found\r\n${json({ error: 'no such thing' })}`],
  'GET /moved': ['HTTP/1.1 302 Found\r\nLocation: /json\r\nContent-Length: 0\r\n\r\n'],
  'GET /unchanged': ['HTTP/1.1 304 Not Modified\r\nETag: "7"\r\n\r\n'],
  'GET /hints': [
    'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n',
    `HTTP/1.1 200 OK\r\nX-Latin: gr\u00fc\u00df\r\n${json({ hints: 1 })}`,
  ],
  'GET /trailers': [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n',
    `${chunk('counted')}0\r\nX-Sum: 7\r\n\r\n`,
  ],
  'GET /large': [`HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n${'0123456789'.repeat(7000)}`],
  'DELETE /orders/1': ['HTTP/1.1 204 No Content\r\nX-Gone: yes\r\n\r\n'],
};

interface Asked {
  readonly line: string;
  readonly body?: string;
}

const read = (line: string): Asked => ({ line });
const reads = Object.keys(answers)
  .filter((line) => !line.startsWith('DELETE'))
  .map(read);
const order = (n: number): Asked => ({ line: 'POST /orders', body: JSON.stringify({ product: 'pot', n }) });

/** What a test asks; the parts of one step need not wait for each other. */
const steps: readonly (readonly Asked[])[] = [
  [...reads, read('GET /orders')],
  [order(1)],
  [read('GET /orders'), read('GET /json'), read('GET /events')],
  [order(2)],
  [...reads, read('GET /orders')],
  [read('DELETE /orders/1')],
  [read('GET /orders'), read('HEAD /json')],
];

/** A server with state: a list of orders that grows and shrinks. */
function shop(): (connection: UpstreamConnection) => Promise<void> {
  const orders: unknown[] = [];
  return async (connection) => {
    for (;;) {
      const { startLine, body } = await connection.read.request();
      const line = startLine.replace(/ HTTP\/1\.1$/, '');
      if (line === 'POST /orders') orders.push(JSON.parse(String(body)));
      if (line === 'DELETE /orders/1') orders.shift();
      const made = `HTTP/1.1 ${line.startsWith('POST') ? '201 Created' : '200 OK'}\r\n${json({ orders })}`;
      for (const piece of answers[line] ?? [made]) {
        await connection.write(piece);
        await nextTurn();
      }
    }
  };
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

function bytesOf({ line, body }: Asked, { isLast, random }: { isLast: boolean; random: Random }): string {
  const head = `${line} HTTP/1.1\r\nHost: shop.test\r\n${isLast ? 'Connection: close\r\n' : ''}`;
  if (body === undefined) return `${head}\r\n`;
  const typed = `${head}Content-Type: application/json\r\n`;
  if (random() < 0.5) return `${typed}Content-Length: ${body.length}\r\n\r\n${body}`;
  const middle = 1 + Math.floor(random() * (body.length - 1));
  return `${typed}Transfer-Encoding: chunked\r\n\r\n${chunk(body.slice(0, middle))}${chunk(body.slice(middle))}0\r\n\r\n`;
}

/** Sends these one behind the other on one connection, all at once or in pieces, and returns what came for each. */
async function converse(port: number, asked: readonly Asked[], random: Random): Promise<string[]> {
  const client = await connectRaw(port);
  const requests = asked.map((one, i) => bytesOf(one, { isLast: i === asked.length - 1, random })).join('');
  const pieceLength = random() < 0.5 ? requests.length : 1 + Math.floor(random() * 200);
  for (let at = 0; at < requests.length; at += pieceLength) {
    await client.write(requests.slice(at, at + pieceLength));
    if (random() < 0.3) await nextTurn();
  }
  const raw = (await client.read.rest()).toString('latin1');
  client.close();
  return splitResponses(
    raw,
    asked.map(({ line }) => line.split(' ', 1)[0]!),
  );
}

/** Everything a test gets, by step and request; which connections carry it is left to chance. */
async function runTest(port: number, random: Random): Promise<Record<string, string>> {
  const got: Record<string, string> = {};
  for (const [step, asked] of steps.entries()) {
    const conversations: Asked[][] = [];
    for (const one of shuffled(asked, random)) {
      const last = conversations.at(-1);
      if (last && random() < 0.6) last.push(one);
      else conversations.push([one]);
    }
    await Promise.all(
      conversations.map(async (conversation) => {
        const responses = await converse(port, conversation, random);
        for (const [i, { line }] of conversation.entries()) got[`${step} ${line}`] = responses[i]!;
      }),
    );
  }
  return got;
}

test(`recorded once, replayed ${runs} times over other connections in another order: equal bytes every time`, async () => {
  const upstream = await startRawUpstream(shop());
  const recording = await startRecording(upstream.url);
  const live: Record<string, string> = {};
  for (const [step, asked] of steps.entries()) {
    for (const one of asked) {
      const [response = ''] = await converse(recording.port, [one], () => 0.4);
      // Only streams keep the borders of their chunks; the bytes of other bodies come as they fit.
      live[`${step} ${one.line}`] = response.replace(chunk('one') + chunk('two'), chunk('onetwo'));
    }
  }
  await recording.stop();
  await upstream.close();
  expect(upstream.problems).toEqual([]);
  expect(Object.keys(live)).toHaveLength(steps.flat().length);

  for (let seed = 1; seed <= runs; seed += 1) {
    const replay = await startReplay(recording.file);
    expect(await runTest(replay.port, randomFrom(seed)), `seed ${seed}`).toEqual(live);
    const { ledger } = await replay.stop();
    expect(ledger, `seed ${seed}`).toMatchObject({ hits: steps.flat().length, misses: 0, relaxed: 0, unused: 0 });
  }
});
