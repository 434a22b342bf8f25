import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { secondsUntil } from './measured-process.ts';
import { answerTo, type TestUpstream } from './test-upstream.ts';

export interface Scene {
  readonly port: number;
  readonly url: string;
  readonly upstream: TestUpstream;
}

/** Something bad clients do, and what must come of it. */
export interface Misdeed {
  readonly title: string;
  /** Gives what went wrong, undefined when nothing did. */
  readonly run: (scene: Scene) => Promise<string | undefined>;
}

/** For a head: 60 s, looked at every 30. */
export const headPatienceMs = 95_000;
const tickMs = 50;
const ticks = 40;

interface Client {
  readonly socket: Socket;
  /** What came so far. */
  readonly text: () => string;
  /** The connection is over, in whatever way. */
  readonly closed: Promise<void>;
}

async function open(port: number): Promise<Client> {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([once(socket, 'connect'), closed]);
  return { socket, text: () => text, closed };
}

/** Opens many, in groups: a thousand at once is more than a backlog takes. */
async function openMany(port: number, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  while (clients.length < count) {
    clients.push(
      ...(await Promise.all(Array.from({ length: Math.min(100, count - clients.length) }, () => open(port)))),
    );
  }
  return clients;
}

/** Sends texts bit by bit, one byte each tick. */
async function drip(clients: readonly Client[], text: string): Promise<void> {
  for (let tick = 0; tick < Math.min(ticks, text.length); tick += 1) {
    for (const { socket } of clients) socket.write(text[tick]!);
    await pause(tickMs);
  }
}

/** How many of them are still open after ten seconds. */
async function stillOpen(clients: readonly Client[]): Promise<number> {
  await Promise.race([Promise.all(clients.map(({ closed }) => closed)), pause(10_000)]);
  return clients.filter(({ socket }) => !socket.destroyed).length;
}

function leave(clients: readonly Client[]): undefined {
  for (const { socket } of clients) socket.resetAndDestroy();
}

/** All of upstream's connections beyond the few of good clients are gone. */
async function upstreamIsLeftAlone({ upstream }: Scene): Promise<string | undefined> {
  const isLeft = await secondsUntil(() => upstream.connectionCount() <= 3, 10_000);
  return isLeft === undefined ? `upstream still has ${upstream.connectionCount()} connections` : undefined;
}

const getItem = 'GET /items/bad/1 HTTP/1.1\r\nHost: h\r\n\r\n';

/** Twenty clients that never finish their head, and stay. */
export async function staysSilent({ port }: Scene): Promise<string | undefined> {
  const clients = await openMany(port, 20);
  for (const { socket } of clients) socket.write('GET /items/bad/1 HTTP/1.1\r\nHost: h\r\nX-Never: ');
  await Promise.race([Promise.all(clients.map(({ closed }) => closed)), pause(headPatienceMs)]);
  const refused = clients.filter(({ text }) => text().startsWith('HTTP/1.1 408 ')).length;
  leave(clients);
  return refused === clients.length ? undefined : `${refused} of ${clients.length} were refused with 408`;
}

/** In the order in which they are tried. To add one, add a line. */
export const misdeeds: readonly Misdeed[] = [
  {
    title: '200 clients send their heads byte by byte and leave',
    run: async ({ port }) => {
      const clients = await openMany(port, 200);
      await drip(clients, getItem);
      return leave(clients);
    },
  },
  {
    title: '100 clients send their bodies byte by byte; half of them leave, the others get their answers',
    run: async (scene) => {
      const clients = await openMany(scene.port, 100);
      const body = 'x'.repeat(ticks);
      for (const { socket } of clients) {
        socket.write(`POST /sum HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: ${ticks}\r\n\r\n`);
      }
      await drip(clients, body.slice(1));
      const [leaving, staying] = [clients.slice(0, 50), clients.slice(50)];
      leave(leaving);
      for (const { socket } of staying) socket.write('x');
      await stillOpen(staying);
      const answered = staying.filter(({ text }) => text().includes(`{"size":${ticks},`)).length;
      return answered === staying.length ? upstreamIsLeftAlone(scene) : `${answered} of ${staying.length} got answers`;
    },
  },
  {
    title: '50 clients ask for 64 MiB each and read nothing',
    run: async (scene) => {
      const clients = await openMany(scene.port, 50);
      for (const { socket } of clients) {
        socket.pause();
        socket.write(`GET /bytes/${2 ** 26} HTTP/1.1\r\nHost: h\r\n\r\n`);
      }
      await pause(3000);
      leave(clients);
      return upstreamIsLeftAlone(scene);
    },
  },
  {
    title: '1,000 connections say nothing',
    run: async ({ port }) => {
      const clients = await openMany(port, 1000);
      await pause(2000);
      return leave(clients);
    },
  },
  {
    title: '500 connections are reset as soon as they are made',
    run: async ({ port }) => leave(await openMany(port, 500)),
  },
  {
    title: '200 downloads and 200 uploads are broken off by their clients',
    run: async (scene) => {
      const clients = await openMany(scene.port, 400);
      for (const [index, { socket }] of clients.entries()) {
        if (index % 2 === 0) socket.write(`GET /bytes/${2 ** 24} HTTP/1.1\r\nHost: h\r\n\r\n`);
        else socket.write(`POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: ${2 ** 20}\r\n\r\n${'x'.repeat(50_000)}`);
        socket.on('data', () => socket.resetAndDestroy());
      }
      await pause(1000);
      leave(clients);
      return upstreamIsLeftAlone(scene);
    },
  },
  {
    title: '200 answers are broken off by upstream: no client takes one for whole',
    run: async (scene) => {
      const clients = await openMany(scene.port, 200);
      for (const [index, { socket }] of clients.entries()) {
        socket.write(`GET /break/${['length', 'chunked', 'close'][index % 3]} HTTP/1.1\r\nHost: h\r\n\r\n`);
      }
      let resetCount = 0;
      for (const { socket } of clients) socket.once('error', () => (resetCount += 1));
      const open = await stillOpen(clients);
      const whole = clients.filter(({ text }) => text().endsWith('0\r\n\r\n') || text().length > 2000).length;
      if (open > 0) return `${open} clients were left waiting`;
      if (whole > 0) return `${whole} took it for whole`;
      // Only a reset tells that an answer that lasts until the connection ends is not whole.
      const mustBeReset = clients.filter((_, index) => index % 3 === 2).length;
      return resetCount < mustBeReset ? `${resetCount} of ${mustBeReset} were reset` : upstreamIsLeftAlone(scene);
    },
  },
  {
    title: '400 mutated requests end in an answer or a closed connection',
    run: async (scene) => {
      const clients = await openMany(scene.port, 400);
      for (const [index, text] of mutatedRequests(clients.length).entries()) clients[index]!.socket.end(text, 'latin1');
      const open = await stillOpen(clients);
      leave(clients);
      return open > 0 ? `${open} connections stayed open` : upstreamIsLeftAlone(scene);
    },
  },
  {
    title: '100 clients end their side after the request and get their answer; 100 in the middle of it and are closed',
    run: async (scene) => {
      const clients = await openMany(scene.port, 200);
      const [whole, cut] = [clients.slice(0, 100), clients.slice(100)];
      for (const { socket } of whole) socket.end(getItem);
      const starts = ['', 'GET /items/bad', 'POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\nonly this'];
      for (const [index, { socket }] of cut.entries()) socket.end(starts[index % starts.length] ?? '');
      const open = await stillOpen(clients);
      const answered = whole.filter(({ text }) => text().endsWith(answerTo('/items/bad/1'))).length;
      leave(clients);
      if (answered < whole.length) return `${answered} of ${whole.length} got their answer`;
      return open > 0 ? `${open} connections stayed open` : upstreamIsLeftAlone(scene);
    },
  },
  {
    title: '50 clients pipeline 50 requests each and leave after the first answer',
    run: async (scene) => {
      const clients = await openMany(scene.port, 50);
      for (const { socket } of clients) {
        socket.write(getItem.repeat(50));
        socket.once('data', () => socket.resetAndDestroy());
      }
      const open = await stillOpen(clients);
      return open > 0 ? `${open} got no answer` : upstreamIsLeftAlone(scene);
    },
  },
  {
    title: '20 WebSockets send 8 MiB each and read nothing of the echo',
    run: async (scene) => {
      const sockets = Array.from(
        { length: 20 },
        (_, i) => new WebSocket(`${scene.url.replace('http', 'ws')}/talk/bad-${i}`),
      );
      await Promise.all(sockets.map((socket) => once(socket, 'open')));
      for (const socket of sockets) {
        socket.on('error', () => {});
        socket.pause();
        for (let i = 0; i < 128; i += 1) socket.send('x'.repeat(65_536));
      }
      await pause(2000);
      for (const socket of sockets) socket.terminate();
      return upstreamIsLeftAlone(scene);
    },
  },
];

const seeds: readonly string[] = [
  'GET /items/bad/1?q=a%20b HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nCookie: a=b; c=d\r\n\r\n',
  'POST /sum HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\nhello world',
  'POST /sum HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n',
  'GET /talk/bad HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  'PUT /sum HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n\r\nabc',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000',
];

/** The same numbers from 0 to 1 in every run (Park and Miller). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Requests that are nearly right, the same in every run. */
export function mutatedRequests(count: number): string[] {
  const random = randomNumbers(4711);
  return Array.from({ length: count }, (_, index) => mutated(seeds[index % seeds.length]!, random));
}

/** One to four times: a byte changed, a piece taken out, doubled, or put in, or the end cut off. */
function mutated(text: string, random: () => number): string {
  const pick = (limit: number): number => Math.floor(random() * limit);
  let result = text;
  for (let left = 1 + pick(4); left > 0; left -= 1) {
    const at = pick(result.length);
    const piece = result.slice(at, at + 1 + pick(12));
    const [before, after] = [result.slice(0, at), result.slice(at)];
    const ways = [
      () => before + String.fromCharCode(pick(256)) + after.slice(1),
      () => before + after.slice(piece.length),
      () => before + piece + after,
      () => before + ['\r\n', '\n', '\u0000', ' ', ':', '\r\n\r\n', '9', 'Content-Length: 4\r\n'][pick(8)]! + after,
      () => before,
    ];
    result = ways[pick(ways.length)]!();
  }
  return result;
}
