import { createHash } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseTarget } from '../../src/model/target.ts';
import { Sender } from '../../src/suite/send.ts';
import { keptBodyBytes } from '../../src/suite/response-collector.ts';
import type { OutgoingRequest } from '../../src/suite/wire-request.ts';
import type { RawMessage } from '../support/byte-reader.ts';
import { type RawUpstream, type UpstreamConnection, startRawUpstream } from '../support/raw-upstream.ts';

async function upstream(script: (connection: UpstreamConnection) => Promise<void>): Promise<RawUpstream> {
  const server = await startRawUpstream(script);
  onTestFinished(() => server.close());
  return server;
}

function sender(url: string, concurrency = 4): Sender {
  const made = new Sender({ target: parseTarget(url), concurrency });
  onTestFinished(() => made.close());
  return made;
}

function request(parts: Partial<OutgoingRequest> & { readonly text?: string } = {}): OutgoingRequest {
  const { text = '', ...rest } = parts;
  const bytes = Buffer.from(text);
  return {
    method: 'GET',
    target: '/items',
    headers: ['Host', 'recorded.example', 'Accept', '*/*'],
    trailers: [],
    body: { sizeBytes: bytes.length, chunks: () => [bytes] },
    ...rest,
  };
}

const limits = { timeoutMs: 10_000 };

describe('sending a recorded request', () => {
  test('the target gets the recorded head in order, with its own authority, and the response comes back raw', async () => {
    let received: RawMessage | undefined;
    const server = await upstream(async (connection) => {
      received = await connection.read.request();
      await connection.write('HTTP/1.1 200 Fine\r\nX-a: 1\r\nx-A: 2\r\nContent-Length: 2\r\n\r\nok');
    });
    const headers = ['Accept', '*/*', 'X-Two', 'b', 'host', 'recorded.example', 'X-Two', 'a'];
    const sent = await sender(`${server.url}/base/`).send(request({ headers, target: '/items?a=%20b' }), limits);
    expect(received?.startLine).toBe('GET /base/items?a=%20b HTTP/1.1');
    expect(received?.headers.slice(0, 4)).toEqual([
      ['Accept', '*/*'],
      ['X-Two', 'b'],
      ['host', `127.0.0.1:${server.port}`],
      ['X-Two', 'a'],
    ]);
    expect(sent.outcome).toMatchObject({
      kind: 'response',
      status: 200,
      reason: 'Fine',
      framing: 'length',
      headers: ['X-a', '1', 'x-A', '2', 'Content-Length', '2'],
      body: { sizeBytes: 2, truncated: false, sha256: createHash('sha256').update('ok').digest('hex') },
    });
    expect(sent.body?.toString()).toBe('ok');
    expect(server.problems).toEqual([]);
  });

  test('a body goes out with its length, a chunked one in chunks with its trailers', async () => {
    const received: Pick<RawMessage, 'framing' | 'trailers'>[] = [];
    const server = await upstream(async (connection) => {
      const { framing, trailers, body } = await connection.read.request();
      expect(body.toString()).toBe('hello');
      received.push({ framing, trailers });
      await connection.write('HTTP/1.1 204 No Content\r\n\r\n');
    });
    const client = sender(server.url);
    await client.send(request({ method: 'POST', headers: ['Content-Length', '999'], text: 'hello' }), limits);
    const headers = ['Transfer-Encoding', 'chunked'];
    await client.send(request({ method: 'POST', headers, text: 'hello', trailers: ['X-Sum', '5'] }), limits);
    expect(received).toEqual([
      { framing: 'length', trailers: [] },
      { framing: 'chunked', trailers: [['X-Sum', '5']] },
    ]);
    expect(server.problems).toEqual([]);
  });

  test('1xx, trailers and chunked framing of the response are kept', async () => {
    const server = await upstream(async (connection) => {
      await connection.read.request();
      await connection.write('HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n');
      await connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n');
    });
    const { outcome } = await sender(server.url).send(request(), limits);
    expect(outcome).toMatchObject({
      framing: 'chunked',
      trailers: ['X-Sum', '3'],
      informational: [{ status: 103, headers: ['Link', '</a.css>'] }],
    });
  });

  test('a body that ends with the connection is complete, a redirect is an answer', async () => {
    const server = await upstream(async (connection) => {
      await connection.read.request();
      await connection.write('HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\ngone');
    });
    const sent = await sender(server.url).send(request(), limits);
    expect(sent.outcome).toMatchObject({ kind: 'response', status: 302, framing: 'close' });
    expect(sent.body?.toString()).toBe('gone');
  });

  test('reads share connections, each write has its own', async () => {
    const server = await upstream(async (connection) => {
      for (;;) {
        await connection.read.request();
        await connection.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }
    });
    const client = sender(server.url, 1);
    for (let i = 0; i < 3; i++) await client.send(request(), limits);
    expect(server.connectionCount()).toBe(1);
    for (let i = 0; i < 2; i++) await client.send(request({ method: 'PUT' }), limits);
    expect(server.connectionCount()).toBe(3);
  });

  test('a read on a connection the server has just closed is sent once more', async () => {
    const server = await upstream(async (connection) => {
      await connection.read.request();
      await connection.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      if (connection.index > 0) return;
      await connection.read.request();
      connection.reset();
    });
    const client = sender(server.url, 1);
    await client.send(request(), limits);
    expect((await client.send(request(), limits)).outcome).toMatchObject({ kind: 'response', status: 200 });
    expect(server.connectionCount()).toBe(2);
  });
});

describe('a request without a complete response', () => {
  test('a port nobody listens on is refused', async () => {
    const server = await startRawUpstream(async () => {});
    await server.close();
    const { outcome } = await sender(server.url).send(request(), limits);
    expect(outcome).toMatchObject({ kind: 'failure', code: 'refused' });
  });

  test('a connection reset before any answer to a write is told as a reset, not repeated', async () => {
    const server = await upstream(async (connection) => {
      await connection.read.request();
      connection.reset();
      await connection.closed;
    });
    const { outcome } = await sender(server.url).send(request({ method: 'POST' }), limits);
    expect(outcome).toMatchObject({ kind: 'failure', code: 'reset' });
    expect(server.connectionCount()).toBe(1);
  });

  test('a body cut off in the middle keeps what had arrived', async () => {
    const server = await upstream(async (connection) => {
      await connection.read.request();
      await connection.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
    });
    const sent = await sender(server.url).send(request(), limits);
    expect(sent.outcome).toMatchObject({
      kind: 'failure',
      code: 'truncated',
      message: 'the connection was closed in the middle of the response',
      response: { status: 200, body: { sizeBytes: 4 } },
    });
    expect(sent.body?.toString()).toBe('half');
  });

  test('a body that stops coming ends after the time limit, with what had arrived', async () => {
    const server = await upstream(async (connection) => {
      await connection.read.request();
      await connection.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
      await connection.closed;
    });
    const { outcome } = await sender(server.url).send(request(), { timeoutMs: 200 });
    expect(outcome).toMatchObject({ code: 'timeout', response: { status: 200, body: { sizeBytes: 4 } } });
  });

  test('a reset in the middle of a body is told as such', async () => {
    const server = await upstream(async (connection) => {
      await connection.read.request();
      await connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n');
      connection.reset();
      await connection.closed;
    });
    const { outcome } = await sender(server.url).send(request(), limits);
    expect(outcome).toMatchObject({ kind: 'failure', code: 'reset' });
  });

  test('what is not HTTP is a protocol failure', async () => {
    const server = await upstream(async (connection) => {
      await connection.read.request();
      await connection.write('SSH-2.0-OpenSSH_9.2\r\n');
    });
    const { outcome } = await sender(server.url).send(request(), limits);
    expect(outcome).toMatchObject({ kind: 'failure', code: 'protocol' });
  });

  test('silence ends after the time limit', async () => {
    const server = await upstream(async (connection) => {
      await connection.read.request();
      await connection.closed;
    });
    const { outcome } = await sender(server.url).send(request(), { timeoutMs: 50 });
    expect(outcome).toMatchObject({ kind: 'failure', code: 'timeout', message: 'no complete response within 0.1 s' });
  });

  test('an interrupted run gives up at once', async () => {
    const controller = new AbortController();
    const server = await upstream(async (connection) => {
      await connection.read.request();
      controller.abort();
      await connection.closed;
    });
    const client = sender(server.url);
    const { outcome } = await client.send(request(), { timeoutMs: 60_000, signal: controller.signal });
    expect(outcome).toMatchObject({ kind: 'failure', code: 'interrupted' });
    const after = await client.send(request(), { timeoutMs: 60_000, signal: controller.signal });
    expect(after.outcome).toMatchObject({ kind: 'failure', code: 'interrupted' });
  });

  test('a body too large to keep is known by its length and hash', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const count = keptBodyBytes / piece.length + 1;
    const server = await upstream(async (connection) => {
      await connection.read.request();
      await connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${count * piece.length}\r\n\r\n`);
      for (let i = 0; i < count; i++) await connection.write(piece);
    });
    const sent = await sender(server.url).send(request(), { timeoutMs: 60_000 });
    const hash = createHash('sha256');
    for (let i = 0; i < count; i++) hash.update(piece);
    expect(sent.body).toBeUndefined();
    expect(sent.outcome).toMatchObject({
      kind: 'response',
      body: { sizeBytes: count * piece.length, sha256: hash.digest('hex') },
    });
  });

  test('a request that cannot be put on the wire is a failure, not an exception', async () => {
    const { outcome } = await sender('http://127.0.0.1:9').send(request({ target: '/\u0000' }), limits);
    expect(outcome).toMatchObject({ kind: 'failure', code: 'protocol' });
  });
});
