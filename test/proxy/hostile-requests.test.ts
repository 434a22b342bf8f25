import net, { type AddressInfo, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { upstreamSettings } from '../../src/proxy/upstream-settings.ts';
import type { Refused } from '../../src/proxy/refused-request.ts';
import { upstreamOf } from '../support/forwarding.ts';
import { connectRaw, sendRaw } from '../support/raw-client.ts';
import { startForwardRecording, startRecording, type TestRecording, until } from '../support/recording.ts';

/** What follows a hostile message on its connection, and must never become a request of its own. */
const hidden = 'GET /hidden HTTP/1.1\r\nHost: h.test\r\n\r\n';

const host = 'Host: h.test\r\n';
const post = (headers: string, body = '', version = '1.1'): string =>
  `POST /hostile HTTP/${version}\r\n${host}${headers}\r\n${body}`;
const chunked = 'Transfer-Encoding: chunked\r\n';

/** Heads that are refused before upstream hears of them. */
const refused: readonly (readonly [what: string, bytes: string, status?: number])[] = [
  ['two lengths', post('Content-Length: 5\r\nContent-Length: 6\r\n', 'abcdef')],
  ['two equal lengths', post('Content-Length: 5\r\nContent-Length: 5\r\n', 'abcde')],
  ['two lengths in one line', post('Content-Length: 5, 6\r\n', 'abcdef')],
  ['a length and chunks', post(`Content-Length: 5\r\n${chunked}`, '0\r\n\r\n')],
  ['chunks and a length', post(`${chunked}Content-Length: 5\r\n`, '0\r\n\r\n')],
  ['chunks and an empty length', post(`${chunked}Content-Length:\r\n`, '0\r\n\r\n')],
  ['chunked, gzip', post('Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n')],
  ['gzip, chunked', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')],
  ['identity', post('Transfer-Encoding: identity\r\n', 'abc')],
  ['identity, chunked', post('Transfer-Encoding: identity, chunked\r\n', '0\r\n\r\n')],
  ['chunked twice', post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n')],
  ['chunked in two lines', post(`${chunked}${chunked}`, '0\r\n\r\n')],
  ['chunked and another coding in two lines', post(`${chunked}Transfer-Encoding: x\r\n`, '0\r\n\r\n')],
  ['a coding that only looks like chunked', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')],
  ['a quoted coding', post('Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n')],
  ['a coding behind a vertical tab', post('Transfer-Encoding: \u000bchunked\r\n', '0\r\n\r\n')],
  ['chunks in HTTP/1.0', post(chunked, '0\r\n\r\n', '1.0')],
  ['a space before the colon', post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n')],
  ['a tab before the colon', post('Content-Length\t: 5\r\n', 'abcde')],
  ['a folded line', post('X-A: 1\r\n Transfer-Encoding: chunked\r\n', '0\r\n\r\n')],
  ['a folded first line', `GET /hostile HTTP/1.1\r\n X: 1\r\n${host}\r\n`],
  ['NUL in a value', post('X-A: a\u0000b\r\n')],
  ['CR in a value', post('X-A: a\rContent-Length: 5\r\n', 'abcde')],
  ['lines that end with LF alone', `GET /hostile HTTP/1.1\nHost: h.test\nX: 1\n\n`],
  ['one line that ends with LF alone', post('X-A: 1\nContent-Length: 5\r\n', 'abcde')],
  ['a name with a space', post('Content Length: 5\r\n', 'abcde')],
  ['a name with control characters', post('X\u0001A: 5\r\n')],
  ['an empty name', post(': 5\r\n')],
  ['a line without a colon', post('nonsense\r\n')],
  ['two Hosts', post('Host: other.test\r\n')],
  ['no Host', 'GET /hostile HTTP/1.1\r\n\r\n'],
  ['a length with a sign', post('Content-Length: +5\r\n', 'abcde')],
  ['a negative length', post('Content-Length: -5\r\n', 'abcde')],
  ['a length in hexadecimal', post('Content-Length: 0x5\r\n', 'abcde')],
  ['a length with a space inside', post('Content-Length: 5 5\r\n', 'abcde')],
  ['an empty length', post('Content-Length:\r\n')],
  ['a length beyond all numbers', post('Content-Length: 99999999999999999999999\r\n', 'abcde')],
  ['a version that is none', `GET /hostile HTTP/1.1x\r\n${host}\r\n`],
  ['version 9.9', `GET /hostile HTTP/9.9\r\n${host}\r\n`],
  ['HTTP/2.0 in text', `GET /hostile HTTP/2.0\r\n${host}\r\n`],
  ['no version', `GET /hostile\r\n${host}\r\n`],
  ['a space in the target', `GET /hostile x HTTP/1.1\r\n${host}\r\n`],
  ['a control character in the target', `GET /hostile\u0001 HTTP/1.1\r\n${host}\r\n`],
  ['a method that is none', `G@T /hostile HTTP/1.1\r\n${host}\r\n`],
  ['a head of 300 KB', post(`X-A: ${'a'.repeat(300_000)}\r\n`), 431],
  ['a target of 300 KB', `GET /hostile${'a'.repeat(300_000)} HTTP/1.1\r\n${host}\r\n`, 431],
  ['3000 header lines', post('X-A: 1\r\n'.repeat(3000)), 431],
];

/** What comes behind a head and a chunk that upstream has read already: it must not see the request end. */
const broken: readonly (readonly [what: string, bytes: string, status?: number])[] = [
  ['a chunk size that is no number', 'zz\r\nabc\r\n0\r\n\r\n'],
  ['a chunk size beyond all numbers', 'FFFFFFFFFFFFFFFFFF1\r\nabc\r\n0\r\n\r\n'],
  ['a negative chunk size', '-1\r\nabc\r\n0\r\n\r\n'],
  ['a chunk size with a prefix', '0x3\r\nabc\r\n0\r\n\r\n'],
  ['an empty chunk size', '\r\nabc\r\n0\r\n\r\n'],
  ['a chunk longer than its size', '3\r\nabcdef\r\n0\r\n\r\n'],
  ['a chunk size with LF alone', '3\nabc\r\n0\r\n\r\n'],
  ['a chunk that ends with LF alone', '3\r\nabc\n0\r\n\r\n'],
  ['a chunk extension of 300 KB', `3;${'x'.repeat(300_000)}\r\nabc\r\n0\r\n\r\n`],
  ['NUL in a trailer', '0\r\nX-T: a\u0000b\r\n\r\n'],
  ['a trailer of 300 KB', `0\r\nX-T: ${'x'.repeat(300_000)}\r\n\r\n`, 431],
];

interface Upstream {
  readonly port: number;
  /** Resolves once these bytes have arrived. */
  readonly has: (text: string) => Promise<void>;
  /** All bytes that arrived since the last call. */
  readonly taken: () => string;
  /** Connections that are open and have carried something: an unused one says nothing. */
  readonly openCount: () => number;
  readonly close: () => void;
}

/** Reads all, and answers whenever a head has ended. */
async function startUpstream(): Promise<Upstream> {
  let received = '';
  const open = new Set<Socket>();
  const server = net.createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      received += text;
      for (const _ of text.matchAll(/ HTTP\/1\.1\r\n/g)) {
        if (!text.includes('/hostile')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    has: (text) => until(() => received.includes(text)),
    taken: () => {
      const text = received;
      received = '';
      return text;
    },
    openCount: () => [...open].filter((socket) => socket.bytesRead > 0).length,
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

const ways = ['a reverse listener', 'CONNECT'] as const;
const engines = ['node', 'http-proxy'] as const;
const each = engines.flatMap((engine) => ways.map((way) => ({ engine, way })));

interface Stage {
  readonly upstream: Upstream;
  readonly recording: TestRecording;
  /** What we told about refusals since the last call. */
  readonly told: () => Refused[];
  /** Says these bytes on a connection of its own, the second once the first are there, and reads all that comes back. */
  readonly say: (first: string, then?: string) => Promise<string>;
}

async function startStage({ engine, way }: (typeof each)[number]): Promise<Stage> {
  const upstream = await startUpstream();
  onTestFinished(upstream.close);
  let told: Refused[] = [];
  const proxy = { settings: upstreamSettings({ engine }), onRefused: (one: Refused) => void told.push(one) };
  const recording =
    way === 'CONNECT'
      ? await startForwardRecording({ proxy })
      : await startRecording(`http://127.0.0.1:${upstream.port}`, { proxy });
  return {
    upstream,
    recording,
    told: () => {
      const since = told;
      told = [];
      return since;
    },
    say: async (first, then) => {
      const client = await connectRaw(recording.port);
      try {
        if (way === 'CONNECT') {
          await client.write(`CONNECT 127.0.0.1:${upstream.port} HTTP/1.1\r\nHost: x\r\n\r\n`);
          await client.read.until('\r\n\r\n');
        }
        await client.write(first);
        if (then !== undefined) {
          await upstream.has(first.slice(-5));
          await client.write(then);
        }
        return (await client.read.rest()).toString('latin1');
      } finally {
        client.close();
      }
    },
  };
}

/** Status lines of the answers in these bytes. */
function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

describe.for(each)('engine $engine, through $way', (one) => {
  test('heads that can be read in two ways are refused, told, not stored, and nothing of them reaches upstream', async () => {
    const { upstream, recording, told, say } = await startStage(one);
    // Behind a CONNECT this is another protocol, on a connection to upstream of its own.
    const heads = refused.filter(([what]) => one.way !== 'CONNECT' || what !== 'a method that is none');
    const seen: unknown[] = [];
    for (const [what, bytes] of heads) {
      const statuses = statusesIn(await say(bytes + hidden));
      seen.push([what, statuses, [...new Set(told().map(({ status }) => status))], upstream.taken()]);
    }
    expect(seen).toEqual(heads.map(([what, , status = 400]) => [what, [status], [status], '']));
    expect((await recording.stop()).exchanges).toEqual([]);
  });

  test('bodies that break are refused and told, and upstream sees no complete request', async () => {
    const { upstream, recording, told, say } = await startStage(one);
    const seen: unknown[] = [];
    for (const [what, bytes] of broken) {
      const statuses = statusesIn(await say(post(chunked, '3\r\nxyz\r\n'), bytes + hidden));
      const isTold = told().length > 0;
      await until(() => upstream.openCount() === 0);
      const got = upstream.taken();
      const isComplete = /\r\n0+\r\n/.test(got) || got.includes('hidden');
      seen.push([what, statuses, isTold, isComplete ? got : 'nothing complete']);
    }
    expect(seen).toEqual(broken.map(([what, , status = 400]) => [what, [status], true, 'nothing complete']));
    const { exchanges } = await recording.stop();
    expect(exchanges.map(({ outcome }) => outcome?.kind)).toEqual(broken.map(() => 'failure'));
  });

  test('requests that ask for more than they may lose it on the way', async () => {
    const { upstream, say } = await startStage(one);
    const heads: string[] = [];
    const last = `GET /last HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;
    for (const headers of [
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n',
      'Connection: Host, Content-Length, Transfer-Encoding\r\nContent-Length: 3\r\n',
      'Connection: X-Secret\r\nX-Secret: 1\r\nKeep-Alive: 1\r\n',
    ]) {
      const body = headers.includes('Length: 3') ? 'abc' : '';
      await say(`POST /fine HTTP/1.1\r\n${host}${headers}\r\n${body}${last}`);
      const [fine = ''] = upstream.taken().split('GET /last');
      heads.push(fine.replace(/127\.0\.0\.1:\d+/, 'h.test'));
    }
    expect(heads).toEqual([
      `POST /fine HTTP/1.1\r\n${host}\r\n`,
      `POST /fine HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc`,
      `POST /fine HTTP/1.1\r\n${host}\r\n`,
    ]);
  });
});

/** Answers that are not passed on. */
const answers: readonly (readonly [what: string, bytes: string])[] = [
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'],
  ['two lengths in one line', 'HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\nabc'],
  ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['NUL in a value', 'HTTP/1.1 200 OK\r\nX-A: a\u0000b\r\nContent-Length: 0\r\n\r\n'],
  ['CR in a value', 'HTTP/1.1 200 OK\r\nX-A: a\rSet-Cookie: x=1\r\nContent-Length: 0\r\n\r\n'],
  ['a folded line', 'HTTP/1.1 200 OK\r\nX-A: a\r\n Set-Cookie: x=1\r\nContent-Length: 0\r\n\r\n'],
  ['a space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ['a head of 300 KB', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(300_000)}\r\nContent-Length: 0\r\n\r\n`],
];

test.for(engines)('engine %s: answers that can be read in two ways are a failure', async (engine) => {
  let bytes = '';
  const upstream = await upstreamOf(async ({ read, write }) => {
    await read.requestHead();
    await write(bytes);
  });
  const recording = await startRecording(upstream.url, { proxy: { settings: upstreamSettings({ engine }) } });
  const seen: unknown[] = [];
  for (const [what, answer] of answers) {
    bytes = answer;
    const { startLine } = await sendRaw(recording.port, `GET / HTTP/1.1\r\n${host}\r\n`);
    seen.push([what, startLine]);
  }
  expect(seen).toEqual(answers.map(([what]) => [what, 'HTTP/1.1 502 Bad Gateway']));
  const { exchanges } = await recording.stop();
  expect(exchanges.map(({ outcome }) => outcome)).toMatchObject(answers.map(() => ({ code: 'protocol' })));
});

test('where the target names a server itself, Host names that one', async () => {
  const upstream = await startUpstream();
  onTestFinished(upstream.close);
  const { port } = await startForwardRecording();
  const authority = `127.0.0.1:${upstream.port}`;
  await sendRaw(port, `GET http://${authority}/x HTTP/1.1\r\nHost: other.test\r\n\r\n`);
  expect(upstream.taken()).toBe(`GET /x HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
});
