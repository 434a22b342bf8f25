import net, { type AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseTarget } from '../../src/model/target.ts';
import { createForwarder } from '../../src/proxy/forward.ts';
import type { HopFailure } from '../../src/proxy/hop-failure.ts';
import { blindObserver } from '../../src/proxy/hop-observer.ts';
import { openListener } from '../../src/proxy/listener.ts';
import { upstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { valueOf } from '../support/byte-reader.ts';
import { startForwarding, upstreamOf } from '../support/forwarding.ts';
import { connectRaw } from '../support/raw-client.ts';
import type { UpstreamConnection } from '../support/raw-upstream.ts';

const get = 'GET /x HTTP/1.1\r\nHost: client.test\r\n\r\n';

/** What client and observer see when upstream does this. */
async function outcomeOf(script: (connection: UpstreamConnection) => Promise<void>, request = get) {
  const upstream = await upstreamOf(script);
  const { send, exchanges } = await startForwarding(upstream.url);
  const answer = await send(request);
  const { end } = await exchanges[0]!.ended;
  return { answer, end, url: upstream.url };
}

async function closedPort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a failure before the response head is answered with a problem that names upstream and cause', () => {
  test('nobody listens', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const { send, exchanges } = await startForwarding(url);
    const answer = await send(get);
    expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect(valueOf(answer.headers, 'content-type')).toBe('application/problem+json');
    expect(valueOf(answer.headers, 'x-retake-failure')).toBe('refused');
    expect(JSON.parse(answer.body.toString())).toEqual({
      type: 'about:blank',
      title: 'Bad Gateway',
      status: 502,
      code: 'refused',
      detail: `upstream ${url} refused the connection (ECONNREFUSED)`,
    });
    expect(exchanges[0]!.seen.end).toMatchObject({ kind: 'failure', code: 'refused' });
  });

  test('the name does not resolve', async () => {
    const { send, exchanges } = await startForwarding('http://no-such-host.invalid');
    expect((await send(get)).startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect(exchanges[0]!.seen.end).toMatchObject({ kind: 'failure', code: 'dns' });
  });

  const misdeeds: readonly (readonly [string, (connection: UpstreamConnection) => Promise<void>, string])[] = [
    ['resets the connection', async ({ reset }) => reset(), 'reset'],
    ['closes the connection', async ({ end }) => end(), 'reset'],
    ['does not speak HTTP', ({ write }) => write('what?\r\n\r\n'), 'protocol'],
    [
      'gives two lengths',
      ({ write }) => write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\nhello'),
      'protocol',
    ],
    [
      'sends a head over the limit',
      ({ write }) => write(`HTTP/1.1 200 OK\r\nX-Big: ${'v'.repeat(300_000)}\r\n\r\n`),
      'protocol',
    ],
    [
      'sends too many header lines',
      ({ write }) => write(`HTTP/1.1 200 OK\r\n${'X-H: 1\r\n'.repeat(2100)}\r\n`),
      'protocol',
    ],
    [
      'switches protocols unasked',
      ({ write }) => write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
      'protocol',
    ],
  ];
  test.for(misdeeds)('upstream %s', async ([, misdeed, code]) => {
    const { answer, end, url } = await outcomeOf(async (connection) => {
      await connection.read.request();
      await misdeed(connection);
    });
    expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect(end).toMatchObject({ kind: 'failure', code });
    expect((JSON.parse(answer.body.toString()) as { detail: string }).detail).toContain(url);
  });

  test('upstream never completes the connection: 504 after the time for connecting', async () => {
    // A listener that says nothing is to TLS what a full backlog is to TCP.
    const silent = await upstreamOf(async ({ read }) => void (await read.rest()));
    const { send, exchanges } = await startForwarding(`https://127.0.0.1:${silent.port}`, {
      settings: upstreamSettings({ connectTimeoutMs: 100 }),
    });
    expect((await send(get)).startLine).toBe('HTTP/1.1 504 Gateway Timeout');
    expect(exchanges[0]!.seen.end).toMatchObject({ kind: 'failure', code: 'timeout' });
  });

  test('no answer within the time that was set: 504', async () => {
    const upstream = await upstreamOf(async ({ read }) => void (await read.rest()));
    const { send, exchanges } = await startForwarding(upstream.url, { answerTimeoutMs: 50 });
    expect((await send(get)).startLine).toBe('HTTP/1.1 504 Gateway Timeout');
    expect(exchanges[0]!.seen.end).toMatchObject({
      code: 'timeout',
      message: `upstream ${upstream.url} did not answer within 0.05 s`,
    });
  });
});

describe('a response that breaks off is seen broken off', () => {
  test.for([
    ['a body with a length, by a reset', 'Content-Length: 1000\r\n\r\npart', 'reset', 'reset', undefined],
    ['a body with a length, by an early end', 'Content-Length: 1000\r\n\r\npart', 'end', 'truncated', undefined],
    [
      'a chunked body, by an early end',
      'Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n',
      'end',
      'truncated',
      undefined,
    ],
    [
      'a chunked body, by a broken chunk',
      'Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\nzz\r\n',
      'end',
      'protocol',
      undefined,
    ],
    ['a body up to the end of the connection, by a reset', '\r\npart', 'reset', 'reset', 'ECONNRESET'],
  ] as const)('%s', async ([, rest, how, code, clientSees]) => {
    const upstream = await upstreamOf(async (connection) => {
      await connection.read.request();
      await connection.write(`HTTP/1.1 200 OK\r\n${rest}`);
      await started.promise;
      connection[how]();
      await connection.closed;
    });
    const started = Promise.withResolvers<void>();
    const { connect, exchanges } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(get);
    await client.read.until('part');
    started.resolve();
    const tail = await client.read.rest();
    expect(tail.includes('0\r\n\r\n')).toBe(false);
    expect(client.read.error?.code).toBe(clientSees);
    const { end, responseBytes } = await exchanges[0]!.ended;
    expect(end).toMatchObject({ kind: 'failure', code });
    expect(responseBytes).toBe(4);
  });
});

describe('a client that leaves', () => {
  test('ends the request upstream at once, and a cut upload never looks complete there', async () => {
    const gone = Promise.withResolvers<boolean>();
    const upstream = await upstreamOf(async ({ read }) => {
      await read.requestHead();
      const rest = await read.rest();
      gone.resolve(rest.length < 1000);
    });
    const { connect, exchanges } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write('POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 1000\r\n\r\npart of it');
    client.reset();
    expect(await gone.promise).toBe(true);
    expect((await exchanges[0]!.ended).end).toMatchObject({ kind: 'failure', code: 'client-aborted' });
  });

  test('in the middle of a download closes the connection to upstream', async () => {
    const upstream = await upstreamOf(async ({ read, write, closed }) => {
      await read.request();
      await write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nfirst');
      await closed;
    });
    const { connect, exchanges } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(get);
    await client.read.until('first');
    client.reset();
    expect((await exchanges[0]!.ended).end).toMatchObject({ kind: 'failure', code: 'client-aborted' });
  });

  test('quietly before the answer closes the connection to upstream', async () => {
    const asked = Promise.withResolvers<void>();
    const upstream = await upstreamOf(async ({ read, closed }) => {
      await read.request();
      asked.resolve();
      await closed;
    });
    const { connect, exchanges } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(get);
    await asked.promise;
    client.close();
    expect((await exchanges[0]!.ended).end).toMatchObject({ kind: 'failure', code: 'client-aborted' });
  });

  test('only with its sending half is asked whether it is there, and gets a late answer too', async () => {
    const late = Promise.withResolvers<void>();
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.request();
      await late.promise;
      await write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate');
    });
    const { connect } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(get);
    client.end();
    expect(await client.read.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    late.resolve();
    expect((await client.read.response()).body.toString()).toBe('late');
  });

  test('quietly in the middle of a silent event stream closes the connection to upstream', async () => {
    const upstream = await upstreamOf(async ({ read, write, closed }) => {
      await read.request();
      await write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n');
      await closed;
    });
    const { connect, exchanges } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(get);
    await client.read.until('data: 1\n\n');
    client.end();
    expect((await exchanges[0]!.ended).end).toMatchObject({ kind: 'failure', code: 'client-aborted' });
  });

  test('while its pipelined request waits leaves that one unsent', async () => {
    const seen: string[] = [];
    const upstream = await upstreamOf(async ({ read }) => {
      seen.push((await read.requestHead()).startLine);
      await read.rest();
    });
    const { connect, exchanges } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(`${get}${get.replace('/x', '/waiting')}`);
    while (exchanges.length < 2 || seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    client.reset();
    await Promise.all(exchanges.map(({ ended }) => ended));
    expect(exchanges.map(({ seen: one }) => one.end)).toMatchObject([
      { code: 'client-aborted' },
      { code: 'client-aborted' },
    ]);
    expect(seen).toEqual(['GET /x HTTP/1.1']);
  });

  test('only with its sending half still gets its answer', async () => {
    const half = Promise.withResolvers<void>();
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.request();
      await half.promise;
      await write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    const { connect } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(get);
    client.end();
    await new Promise((resolve) => setImmediate(resolve));
    half.resolve();
    expect((await client.read.response()).body.toString()).toBe('ok');
  });
});

describe('kept connections', () => {
  test('one that upstream has closed meanwhile is replaced for a request that may be sent twice', async () => {
    const upstream = await upstreamOf(async ({ read, write, index, reset }) => {
      await read.request();
      await write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      if (index > 0) return;
      // The second request on the first connection meets a reset, as if the close had crossed it on the way.
      await read.request();
      reset();
    });
    const { send, exchanges } = await startForwarding(upstream.url);
    await send(get);
    expect((await send(get)).body.toString()).toBe('ok');
    expect(upstream.connectionCount()).toBe(2);
    expect(exchanges[1]!.seen.end).toMatchObject({ kind: 'response' });
  });

  test('a POST is never sent twice', async () => {
    let posts = 0;
    const upstream = await upstreamOf(async ({ read, write, reset }) => {
      for (;;) {
        const { startLine } = await read.request();
        if (startLine.startsWith('POST')) {
          posts += 1;
          reset();
          return;
        }
        await write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }
    });
    const { send } = await startForwarding(upstream.url);
    await send(get);
    expect((await send('POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 1\r\n\r\nx')).startLine).toBe(
      'HTTP/1.1 502 Bad Gateway',
    );
    expect(posts).toBe(1);
  });
});

test('nothing is asked for a client that has left before its request could be sent on', async () => {
  const upstream = await upstreamOf(async ({ read }) => void (await read.rest()));
  const target = parseTarget(upstream.url);
  const forwarder = createForwarder({ target, isOwnAddress: () => false });
  onTestFinished(() => forwarder.close());
  const { promise, resolve } = Promise.withResolvers<HopFailure>();
  const observer = { ...blindObserver, failed: resolve };
  const listener = await openListener({
    name: 'default',
    host: '127.0.0.1',
    port: 0,
    onRequest: (request, response) => {
      response.onClose(() => setImmediate(() => forwarder.forward(request, response, observer)));
      client.reset();
    },
  });
  onTestFinished(() => listener.stop(0));
  const client = await connectRaw(listener.address.port);
  await client.write(get);
  expect(await promise).toMatchObject({ code: 'client-aborted' });
  expect(upstream.connectionCount()).toBe(0);
});
