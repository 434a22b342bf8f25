import { describe, expect, test } from 'vitest';
import { failure, response, served } from '../support/served.ts';

describe('what goes over the wire', () => {
  test.each(['instant', 'recorded'] as const)(
    'trailers that would be read as something else are never written: the body is cut, at %s pace',
    async (kind) => {
      const { client, ended } = await served({
        outcome: response({
          framing: 'chunked',
          headers: ['Transfer-Encoding', 'chunked'],
          trailers: ['X-Sum', '1\r\n\r\nHTTP/1.1 200 OK'],
        }),
        body: 'hello',
        pace: kind === 'instant' ? { kind } : { kind, speed: 1000 },
      });
      expect((await client.read.response()).complete).toBe(false);
      expect(await ended).toMatchObject({ kind: 'unreadable' });
    },
  );

  test.each([
    ['header', { status: 103, reason: 'Early Hints', headers: ['Link', '</a>\r\n\r\nHTTP/1.1 200 OK'] }],
    ['name', { status: 103, reason: 'Early Hints', headers: ['Link\r\n\r\nHTTP/1.1 200 OK', '1'] }],
    ['reason', { status: 103, reason: 'OK\r\n\r\nHTTP/1.1 200 OK', headers: [] }],
  ])('nor is an interim response with such a %s', async (_part, interim) => {
    for (const outcome of [response({ informational: [interim] }), { ...failure('reset'), informational: [interim] }]) {
      const { client, ended } = await served({ outcome, body: '' });
      expect(await ended).toMatchObject({ kind: 'unreadable' });
      client.end();
      client.close();
    }
  });

  test('the recorded head byte for byte: reason, order, case, duplicates, Latin-1, nothing added', async () => {
    const { client, ended } = await served({
      outcome: response({
        status: 418,
        reason: 'Short and Stout',
        headers: [
          'X-b',
          '1',
          'x-A',
          'caf\u00e9',
          'X-b',
          '2',
          'Content-Length',
          '2',
          'Connection',
          'X-Hop',
          'X-Hop',
          'no',
        ],
      }),
      body: 'hi',
    });
    const head = await client.read.until('\r\n\r\n');
    expect(head).toBe(
      'HTTP/1.1 418 Short and Stout\r\nX-b: 1\r\nx-A: caf\u00e9\r\nX-b: 2\r\nContent-Length: 2\r\n' +
        'Connection: keep-alive\r\nKeep-Alive: timeout=65\r\n\r\n',
    );
    expect(String(await client.read.some(2))).toBe('hi');
    expect(await ended).toEqual({ kind: 'served' });
  });

  test('a chunked body is chunked again, with its trailers', async () => {
    const { client } = await served({
      outcome: response({
        framing: 'chunked',
        headers: ['Trailer', 'X-Sum', 'transfer-Encoding', 'chunked'],
        trailers: ['X-Sum', 'caf\u00e9'],
      }),
      body: 'hello',
    });
    const message = await client.read.response();
    expect(message).toMatchObject({ framing: 'chunked', complete: true, trailers: [['X-Sum', 'caf\u00e9']] });
    expect(message.headers).toContainEqual(['transfer-Encoding', 'chunked']);
    expect(String(message.body)).toBe('hello');
  });

  test('an HTTP/1.0 client gets a chunked recording until the connection closes', async () => {
    const { client } = await served({
      outcome: response({ framing: 'chunked', headers: ['Transfer-Encoding', 'chunked'], trailers: ['X-Sum', '1'] }),
      body: 'hello',
      request: 'GET / HTTP/1.0\r\n\r\n',
    });
    const message = await client.read.response();
    expect(message).toMatchObject({ framing: 'close', complete: true });
    expect(String(message.body)).toBe('hello');
  });

  test('a body that ended with the connection does so again', async () => {
    const { client } = await served({ outcome: response({ framing: 'close', httpVersion: '1.0' }), body: 'hello' });
    const message = await client.read.response();
    expect(message).toMatchObject({ framing: 'close', complete: true });
    expect(String(message.body)).toBe('hello');
  });

  test.each([
    ['HEAD', 200, ['Content-Length', '12345']],
    ['GET', 204, ['X-Empty', '1']],
    ['GET', 304, ['ETag', '"v1"', 'Content-Length', '12345']],
  ])('%s answered with %i has its headers and no body', async (method, status, headers) => {
    const { client } = await served({
      outcome: response({ status, reason: 'R', framing: 'none', headers }),
      request: `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    });
    const message = await client.read.response(method);
    expect(message.headers.slice(0, headers.length / 2).flat()).toEqual(headers);
    expect(await client.read.rest()).toHaveLength(0);
  });

  test('interim responses come first, not to an HTTP/1.0 client', async () => {
    const outcome = response({
      headers: ['Content-Length', '0'],
      informational: [
        { status: 103, headers: ['Link', '</a.css>; rel=preload'] },
        { status: 103, reason: 'Hints', headers: [] },
      ],
    });
    const newer = await (await served({ outcome })).client.read.response();
    expect(newer.informational).toEqual([
      { startLine: 'HTTP/1.1 103 Early Hints', headers: [['Link', '</a.css>; rel=preload']] },
      { startLine: 'HTTP/1.1 103 Hints', headers: [] },
    ]);
    const older = await (await served({ outcome, request: 'GET / HTTP/1.0\r\n\r\n' })).client.read.response();
    expect(older.informational).toEqual([]);
  });

  test('a body that is not held streams in pieces', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const total = 12 * piece.length;
    const { client, ended } = await served({
      outcome: response({ headers: ['Content-Length', String(total)] }),
      pieces: Array.from({ length: 12 }, () => piece),
    });
    const message = await client.read.response();
    expect(message.complete).toBe(true);
    expect(message.body).toHaveLength(total);
    expect(await ended).toEqual({ kind: 'served' });
  });

  test('pieces are read only as fast as the client takes them', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    let taken = 0;
    const pieces = {
      *[Symbol.iterator]() {
        for (; taken < 200; taken += 1) yield piece;
      },
    };
    const { client, ended } = await served({
      outcome: response({ headers: ['Content-Length', String(200 * piece.length)] }),
      pieces,
    });
    await client.read.until('\r\n\r\n');
    await client.read.some();
    expect(taken).toBeLessThan(50);
    client.reset();
    expect(await ended).toEqual({ kind: 'client-left' });
    expect(taken).toBeLessThan(50);
  });

  test('a body that turns out unreadable is cut, never ended', async () => {
    const pieces = {
      *[Symbol.iterator]() {
        yield Buffer.from('first half');
        throw new Error('body 0815 does not fit its checksum');
      },
    };
    const { client, ended } = await served({
      outcome: response({ framing: 'chunked', headers: ['Transfer-Encoding', 'chunked'] }),
      pieces,
    });
    const message = await client.read.response();
    expect(message.complete).toBe(false);
    expect(await ended).toEqual({ kind: 'unreadable', problem: 'body 0815 does not fit its checksum' });
  });

  test('a head that cannot be written is said, and nothing is sent', async () => {
    const { client, ended } = await served({ outcome: response({ headers: ['X-Bad', 'a\u0001b'] }) });
    const end = await ended;
    expect(end).toMatchObject({ kind: 'unreadable' });
    expect((end as { problem: string }).problem).toMatch(/^its response head cannot be written: /);
    expect(client.socket.bytesRead).toBe(0);
  });
});

describe('recorded failures', () => {
  test.each([
    ['refused', 502, 'Bad Gateway'],
    ['dns', 502, 'Bad Gateway'],
    ['tls', 502, 'Bad Gateway'],
    ['timeout', 504, 'Gateway Timeout'],
  ] as const)('%s is the %i the recording client got', async (code, status, reason) => {
    const { client } = await served({ outcome: failure(code) });
    const message = await client.read.response();
    expect(message.startLine).toBe(`HTTP/1.1 ${status} ${reason}`);
    expect(message.headers).toContainEqual(['x-retake-failure', code]);
    expect(JSON.parse(String(message.body))).toEqual({
      type: 'about:blank',
      title: reason,
      status,
      code,
      detail: `upstream failed: ${code}`,
    });
  });

  test.each([
    ['length', ['Content-Length', '100']],
    ['chunked', ['Transfer-Encoding', 'chunked']],
    ['close', []],
  ] as const)('a %s body that broke off breaks off at the same byte', async (framing, headers) => {
    const { client, ended } = await served({ outcome: failure('reset', { framing, headers }), body: 'only this' });
    const message = await client.read.response();
    expect(message.complete).toBe(false);
    expect(String(message.body)).toBe('only this');
    expect(await ended).toEqual({ kind: 'served' });
  });
});

describe('recorded time', () => {
  test('head, chunks and end come when they came', async () => {
    const startedAt = performance.now();
    const { client, ended } = await served({
      outcome: response({ framing: 'chunked', headers: ['Transfer-Encoding', 'chunked'] }),
      body: 'onetwo',
      marks: [
        { offsetMs: 80, sizeBytes: 3 },
        { offsetMs: 160, sizeBytes: 3 },
      ],
      firstByteMs: 40,
      durationMs: 200,
      pace: { kind: 'recorded', speed: 1 },
    });
    const times: number[] = [];
    const at = async (text: string): Promise<void> => {
      await client.read.until(text);
      times.push(performance.now() - startedAt);
    };
    await at('\r\n\r\n');
    await at('one\r\n');
    await at('two\r\n');
    await at('0\r\n\r\n');
    expect(await ended).toEqual({ kind: 'served' });
    [40, 80, 160, 200].forEach((due, index) => expect(times[index]).toBeGreaterThanOrEqual(due - 2));
    // Far enough below the next step that this cannot be the whole body at its end.
    expect(times[0]).toBeLessThan(times[3]! - 80);
  });

  test('twice the speed takes half the time', async () => {
    const startedAt = performance.now();
    const { client } = await served({
      outcome: response({ headers: ['Content-Length', '2'] }),
      body: 'hi',
      firstByteMs: 200,
      durationMs: 400,
      pace: { kind: 'recorded', speed: 2 },
    });
    await client.read.response();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(198);
    expect(performance.now() - startedAt).toBeLessThan(390);
  });

  test('a client that leaves is not served on', async () => {
    const { client, ended } = await served({
      outcome: response({ headers: ['Content-Length', '2'] }),
      body: 'hi',
      firstByteMs: 60_000,
      durationMs: 60_000,
      pace: { kind: 'recorded', speed: 1 },
    });
    client.reset();
    expect(await ended).toEqual({ kind: 'client-left' });
  });

  test('a recorded failure takes its time too', async () => {
    const startedAt = performance.now();
    const { client } = await served({
      outcome: failure('timeout'),
      durationMs: 100,
      pace: { kind: 'recorded', speed: 1 },
    });
    await client.read.response();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(98);
  });
});
