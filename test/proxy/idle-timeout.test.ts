import { describe, expect, test } from 'vitest';
import { upstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { valueOf } from '../support/byte-reader.ts';
import { startForwarding, upstreamOf } from '../support/forwarding.ts';
import type { UpstreamConnection } from '../support/raw-upstream.ts';

/** Long enough for every exchange that does move. */
const limitMs = 300;
const settings = upstreamSettings({ idleTimeoutMs: limitMs });
/** More than the buffers of all sockets on the way hold. */
const largeBytes = 64 * 1024 * 1024;
const large = Buffer.alloc(largeBytes, 'x');

const neverAnswers = async ({ closed }: UpstreamConnection): Promise<void> => closed;

describe('a client that stalls', () => {
  test('in its request body is answered 408, upstream sees the request cut, the exchange is the client’s failure', async () => {
    const cut = Promise.withResolvers<void>();
    const upstream = await upstreamOf(async ({ read }) => {
      await read.requestHead();
      await read.rest();
      cut.resolve();
    });
    const { connect, exchanges } = await startForwarding(upstream.url, { settings });
    const client = await connect();
    await client.write('POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf');
    const answer = await client.read.response('POST');
    expect(answer.startLine).toBe('HTTP/1.1 408 Request Timeout');
    expect(valueOf(answer.headers, 'x-retake-failure')).toBe('request-timeout');
    expect(valueOf(answer.headers, 'connection')).toBe('close');
    expect(await client.read.some()).toBeUndefined();
    await cut.promise;
    expect((await exchanges[0]!.ended).end).toEqual({
      kind: 'failure',
      code: 'client-aborted',
      message: 'the client sent nothing of its request body for 0.3 s',
    });
  });

  test('in reading its response is cut, and so is upstream', async () => {
    const cut = Promise.withResolvers<void>();
    const upstream = await upstreamOf(async ({ read, write, closed }) => {
      await read.request();
      void write(`HTTP/1.1 200 OK\r\nContent-Length: ${largeBytes}\r\n\r\n`);
      void write(large);
      await closed;
      cut.resolve();
    });
    const { connect, exchanges } = await startForwarding(upstream.url, { settings });
    const client = await connect();
    client.socket.pause();
    await client.write('GET /x HTTP/1.1\r\nHost: h\r\n\r\n');
    await cut.promise;
    expect((await exchanges[0]!.ended).end).toEqual({
      kind: 'failure',
      code: 'client-aborted',
      message: 'the client read nothing of the response for 0.3 s',
    });
    expect((await client.read.rest()).length).toBeLessThan(largeBytes);
  });

  test('in a body that nobody needs any more is closed', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.requestHead();
      await write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n');
    });
    const { connect } = await startForwarding(upstream.url, { settings });
    const client = await connect();
    await client.write('POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf');
    expect((await client.read.response('POST')).startLine).toContain('413');
    expect(await client.read.some()).toBeUndefined();
  });

  test('as a WebSocket that reads nothing of what comes ends the conversation', async () => {
    const cut = Promise.withResolvers<void>();
    const upstream = await upstreamOf(async ({ read, write, closed }) => {
      await read.request();
      await write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: chatter\r\nConnection: Upgrade\r\n\r\n');
      void write(large);
      await closed;
      cut.resolve();
    });
    const { connect, exchanges } = await startForwarding(upstream.url, { settings });
    const client = await connect();
    client.socket.pause();
    await client.write('GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: chatter\r\n\r\n');
    await cut.promise;
    expect((await exchanges[0]!.ended).end).toMatchObject({ kind: 'response' });
  });
});

test('an upstream that takes nothing of a request body is answered for with 504', async () => {
  const upstream = await upstreamOf(neverAnswers);
  const { connect, exchanges } = await startForwarding(upstream.url, { settings });
  const client = await connect();
  void client.write(`POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: ${largeBytes}\r\n\r\n`);
  void client.write(large);
  const answer = await client.read.response('POST');
  expect(answer.startLine).toBe('HTTP/1.1 504 Gateway Timeout');
  const { end } = await exchanges[0]!.ended;
  expect(end).toMatchObject({
    code: 'timeout',
    message: expect.stringMatching(/took nothing of the request body/) as string,
  });
});

describe('silence that is nobody’s fault', () => {
  /** Answers a request when another client has been given up: later than the limit, and without a sleep. */
  async function outlasting(
    request: string,
    script: (connection: UpstreamConnection, later: Promise<unknown>) => Promise<void>,
  ) {
    const given = await startForwarding((await upstreamOf(neverAnswers)).url, { settings });
    const gaveUp = async (): Promise<void> => {
      const client = await given.connect();
      await client.write('POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n');
      await client.read.response('POST');
    };
    const upstream = await upstreamOf((connection) => script(connection, gaveUp()));
    const { connect, exchanges } = await startForwarding(upstream.url, { settings });
    const client = await connect();
    await client.write(request);
    return { client, exchanges };
  }

  test('an answer that takes its time', async () => {
    const { client } = await outlasting(
      'POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok',
      async (upstream, later) => {
        await upstream.read.request();
        await later;
        await upstream.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      },
    );
    expect((await client.read.response('POST')).startLine).toBe('HTTP/1.1 200 OK');
  });

  test('a stream without news', async () => {
    const { client } = await outlasting('GET /x HTTP/1.1\r\nHost: h\r\n\r\n', async (upstream, later) => {
      await upstream.read.request();
      await upstream.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n');
      await later;
      await upstream.write('data: 2\n\n');
    });
    expect((await client.read.response()).body.toString()).toBe('data: 1\n\ndata: 2\n\n');
  });

  test('a client that waits for 100 Continue', async () => {
    const head = 'POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n';
    const { client } = await outlasting(head, async (upstream, later) => {
      await upstream.read.requestHead();
      await later;
      await upstream.write('HTTP/1.1 100 Continue\r\n\r\n');
      await upstream.read.some(2);
      await upstream.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    expect(await client.read.until('\r\n\r\n')).toContain('100 Continue');
    await client.write('ok');
    expect((await client.read.response('POST')).startLine).toBe('HTTP/1.1 200 OK');
  });

  test('a call of gRPC whose client thinks', async () => {
    const head = 'POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n';
    const { client } = await outlasting(head, async (upstream, later) => {
      await upstream.read.requestHead();
      await later;
      await upstream.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    expect((await client.read.response('POST')).startLine).toBe('HTTP/1.1 200 OK');
  });
});
