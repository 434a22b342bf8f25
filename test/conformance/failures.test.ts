import http2 from 'node:http2';
import { expect, test } from 'vitest';
import type { FailureCode } from '../../src/model/exchange.ts';
import { upstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { ConnectionClosed } from '../support/byte-reader.ts';
import { upstreamOf } from '../support/forwarding.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startRawUpstream, type UpstreamConnection } from '../support/raw-upstream.ts';
import { startRecording } from '../support/recording.ts';
import { startReplay } from '../support/replay.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const bodies = {
  length: `${ok}X-A: 1\r\nContent-Length: 100\r\n\r\nhello`,
  chunked: `${ok}X-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`,
  'until the end': `${ok}X-A: 1\r\n\r\nhello`,
} as const;

type Deed = (connection: UpstreamConnection, clientHasBody: Promise<void>) => Promise<void>;

/** What upstream does, by the path of the request, and what becomes of the exchange. */
const deeds: readonly (readonly [path: string, code: FailureCode, deed: Deed])[] = [
  ['/ends-before-head', 'reset', async ({ end }) => end()],
  ['/resets-before-head', 'reset', async ({ reset }) => reset()],
  [
    '/ends-in-head',
    'reset',
    async ({ write, end }) => {
      await write(`${ok}X-A:`);
      end();
    },
  ],
  [
    '/ends-after-hints',
    'reset',
    async ({ write, end }) => {
      await write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
      end();
    },
  ],
  ['/never-answers', 'timeout', ({ closed }) => closed],
  ['/is-no-http', 'protocol', ({ write }) => write('220 mail.example ESMTP\r\n')],
  ['/two-lengths', 'protocol', ({ write }) => write(`${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`)],
  ['/huge-head', 'protocol', ({ write }) => write(`${ok}X-A: ${'a'.repeat(300_000)}\r\n\r\n`)],
  [
    '/switches-unasked',
    'protocol',
    ({ write }) => write(`HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n`),
  ],
  ['/ends-in-length', 'truncated', breakingOff('length', 'end')],
  ['/resets-in-length', 'reset', breakingOff('length', 'reset')],
  ['/ends-in-chunks', 'truncated', breakingOff('chunked', 'end')],
  ['/resets-in-chunks', 'reset', breakingOff('chunked', 'reset')],
  ['/resets-before-the-end', 'reset', breakingOff('until the end', 'reset')],
  [
    '/breaks-its-chunks',
    'protocol',
    async ({ write }, clientHasBody) => {
      await write(bodies.chunked);
      await clientHasBody;
      await write('no size\r\n');
    },
  ],
];

function breakingOff(framing: keyof typeof bodies, how: 'end' | 'reset'): Deed {
  return async (connection, clientHasBody) => {
    await connection.write(bodies[framing]);
    // A reset would overtake what was sent before.
    await clientHasBody;
    connection[how]();
  };
}

interface Seen {
  readonly head: unknown;
  readonly interims: readonly unknown[];
  readonly body: string;
  readonly end: string;
}

type Send = (port: number, path: string, onBody: () => void) => Promise<Seen>;

const overHttp1: Send = async (port, path, onBody) => {
  const client = await connectRaw(port);
  client.socket.on('data', (chunk: Buffer) => {
    if (chunk.includes('hello')) onBody();
  });
  try {
    await client.write(`GET ${path} HTTP/1.1\r\nHost: odd.test\r\nConnection: close\r\n\r\n`);
    const { startLine, headers, informational, body, complete } = await client.read.response();
    await client.read.rest();
    const end = complete ? 'whole' : `cut by ${client.read.error?.code ?? 'FIN'}`;
    return { head: [startLine, ...headers], interims: [...informational], body: body.toString('latin1'), end };
  } catch (thrown) {
    if (!(thrown instanceof ConnectionClosed)) throw thrown;
    return { head: undefined, interims: [], body: '', end: `no answer, ${client.read.error?.code ?? 'FIN'}` };
  } finally {
    client.close();
  }
};

const overHttp2: Send = async (port, path, onBody) => {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  try {
    const stream = session.request({ ':path': path, ':authority': 'odd.test' });
    const interims: unknown[] = [];
    let head: unknown;
    let body = '';
    let failed: NodeJS.ErrnoException | undefined;
    stream.on('headers', (headers) => void interims.push({ ...headers }));
    stream.on('response', (headers) => {
      head = { ...headers };
    });
    stream.on('data', (chunk: Buffer) => {
      body += chunk.toString('latin1');
      if (body.includes('hello')) onBody();
    });
    stream.on('error', (error: NodeJS.ErrnoException) => {
      failed = error;
    });
    await new Promise<void>((resolve) => stream.on('close', resolve));
    return { head, interims, body, end: failed ? `${failed.code}, ${stream.rstCode}` : 'whole' };
  } finally {
    session.destroy();
  }
};

test.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
])('what failed while a client recorded over %s fails in the same way when replayed', async (_, send) => {
  let heard = Promise.withResolvers<void>();
  const upstream = await upstreamOf(async (connection) => {
    const path = (await connection.read.request()).startLine.split(' ')[1];
    await deeds.find(([name]) => name === path)![2](connection, heard.promise);
    await connection.closed;
  });
  const nobody = await startRawUpstream(async () => {});
  await nobody.close();
  const recording = await startRecording('', {
    targets: { default: upstream.url, nobody: nobody.url },
    // Upstream need not be asked for HTTP/2 first.
    proxy: { answerTimeoutMs: 1000, settings: upstreamSettings({ http: '1.1' }) },
  });
  const ports = recording.proxy.listeners.map(({ url }) => Number(new URL(url).port));
  const recorded: Seen[] = [await send(ports[1]!, '/refused', () => {})];
  for (const [path] of deeds) {
    heard = Promise.withResolvers();
    recorded.push(await send(ports[0]!, path, heard.resolve));
  }
  const { exchanges } = await recording.stop();
  const codes = exchanges.map(({ outcome }) => (outcome?.kind === 'failure' ? outcome.code : 'none'));
  expect(codes).toEqual(['refused', ...deeds.map(([, code]) => code)]);

  const replay = await startReplay(recording.file);
  const replayed: Seen[] = [await send(replay.ports[1]!, '/refused', () => {})];
  for (const [path] of deeds) replayed.push(await send(replay.ports[0]!, path, () => {}));
  expect(replayed).toEqual(recorded);
  // An answer of ours, or what had come and then a cut: never anything that looks whole.
  for (const { end, body } of recorded) expect(end === 'whole').toBe(body.includes('"code"'));
  expect((await replay.stop()).ledger.misses).toBe(0);
});
