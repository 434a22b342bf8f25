import { describe, expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { parseTarget } from '../../src/model/target.ts';
import type { RawMessage } from '../support/byte-reader.ts';
import { valueOf } from '../support/byte-reader.ts';
import { connectRaw, sendRaw } from '../support/raw-client.ts';
import { upstreamOf } from '../support/forwarding.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { startReplay } from '../support/replay.ts';
import { replayable } from '../support/replayable.ts';

const empty = (): string => replayable({ exchanges: [] });
const setup = { onMiss: 'forward' } as const;

/** An upstream that answers everything with 200 and remembers what it was asked. */
async function upstreamThatRemembers(): Promise<{ url: string; asked: RawMessage[] }> {
  const asked: RawMessage[] = [];
  const upstream = await startRawUpstream(async (connection) => {
    for (;;) {
      asked.push(await connection.read.request());
      await connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    }
  });
  onTestFinished(() => upstream.close());
  return { url: upstream.url, asked };
}

test('the request arrives as it was sent, although it has been read already', async () => {
  const { url, asked } = await upstreamThatRemembers();
  const replay = await startReplay(empty(), { setup, upstream: { targets: [parseTarget(url)] } });
  const message = await sendRaw(
    replay.port,
    'POST /a//b?x=%zz HTTP/1.1\r\nHost: shop.test\r\nX-Odd: 1\r\nx-odd: 2\r\nX-Retake-Lane: one\r\n' +
      'Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 9\r\n\r\n',
  );
  expect(String(message.body)).toBe('ok');
  expect(valueOf(message.headers, 'x-retake-miss')).toBeUndefined();
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    startLine: 'POST /a//b?x=%zz HTTP/1.1',
    framing: 'chunked',
    trailers: [['X-Sum', '9']],
  });
  expect(String(asked[0]!.body)).toBe('abcde');
  const names = asked[0]!.headers.map(([name]) => name);
  expect(names).toEqual(['Host', 'X-Odd', 'x-odd', 'Transfer-Encoding', 'Trailer']);
});

test('a miss without a body and a pipelined one after it are passed on too', async () => {
  const { url, asked } = await upstreamThatRemembers();
  const replay = await startReplay(empty(), { setup, upstream: { targets: [parseTarget(url)] } });
  for (const target of ['/one', '/two']) expect(String((await replay.send(`GET ${target}`)).body)).toBe('ok');
  expect(asked.map(({ startLine }) => startLine)).toEqual(['GET /one HTTP/1.1', 'GET /two HTTP/1.1']);
  expect((await replay.stop()).ledger).toMatchObject({ misses: 0, forwarded: 2 });
});

test('a server that is not there is the 502 a recording client would get', async () => {
  const replay = await startReplay(empty(), { setup, upstream: { targets: [parseTarget('http://127.0.0.1:9')] } });
  const message = await replay.send('GET /a');
  expect(message.startLine).toBe('HTTP/1.1 502 Bad Gateway');
  expect(valueOf(message.headers, 'x-retake-failure')).toBe('refused');
});

test('a target that is the replay itself is refused at the start', async () => {
  const first = await startReplay(empty());
  const itself = startReplay(empty(), {
    setup,
    listeners: [{ kind: 'reverse', name: 'default', port: first.port }],
    upstream: { targets: [parseTarget(`http://127.0.0.1:${first.port}`)] },
  });
  await expect(itself).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  await first.stop();
  const again = startReplay(empty(), {
    setup,
    listeners: [{ kind: 'reverse', name: 'default', port: first.port }],
    upstream: { targets: [parseTarget(`http://127.0.0.1:${first.port}`)] },
  });
  await expect(again).rejects.toMatchObject({ code: 'TARGET_IS_SELF' });
});

test('a body that was too large to be held is not passed on, and the miss says so', async () => {
  const { url, asked } = await upstreamThatRemembers();
  const replay = await startReplay(empty(), { setup, upstream: { targets: [parseTarget(url)] } });
  const message = await replay.send('POST /big', 'x'.repeat(8 * 1024 * 1024 + 1));
  const problem = JSON.parse(String(message.body)) as { suggestions: string[] };
  expect(valueOf(message.headers, 'x-retake-miss')).toBe('unmatched');
  expect(problem.suggestions[1]).toBe(
    'record it directly: a body of 8388609 bytes is more than a replay keeps to pass it on',
  );
  expect(asked).toEqual([]);
});

test('when nothing can be recorded the client is answered all the same, and the result says why', async () => {
  const { url } = await upstreamThatRemembers();
  const startRecorder = (): Promise<never> =>
    Promise.reject(new AppError('CASSETTE_LOCKED', { path: 'shop.cassette', pid: 1, since: 'now' }));
  const replay = await startReplay(empty(), {
    setup: { onMiss: 'record' },
    upstream: { targets: [parseTarget(url)], startRecorder },
  });
  expect(String((await replay.send('GET /a')).body)).toBe('ok');
  const { problem, recording } = await replay.stop();
  expect(problem?.code).toBe('CASSETTE_LOCKED');
  expect(recording).toBeUndefined();
});

describe('a request to switch protocols that no recording answers', () => {
  const echo = async (): Promise<string> => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      const { headers } = await read.requestHead();
      const protocol = valueOf(headers, 'upgrade')!;
      await write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${protocol}\r\nConnection: Upgrade\r\n\r\n`);
      await write(`lane ${valueOf(headers, 'x-retake-lane')}: ${String(await read.some())}`);
    });
    return upstream.url;
  };
  const ask = async (port: number): Promise<string> => {
    const client = await connectRaw(port);
    onTestFinished(client.close);
    await client.write('GET / HTTP/1.1\r\nHost: h\r\nx-retake-lane: 1\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
    const { startLine } = await client.read.response();
    await client.write('hello');
    return `${startLine} ${(await client.read.rest()).toString()}`;
  };

  test('is passed on, and both sides with it', async () => {
    const replay = await startReplay(empty(), { setup, upstream: { targets: [parseTarget(await echo())] } });
    expect(await ask(replay.port)).toBe('HTTP/1.1 101 Switching Protocols lane undefined: hello');
    expect((await replay.stop()).ledger).toMatchObject({ misses: 0, forwarded: 1 });
  });
});
