import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { valueOf, valuesOf } from '../support/byte-reader.ts';
import { startForwarding, upstreamOf } from '../support/forwarding.ts';
import { answering } from '../support/raw-upstream.ts';

const simple = 'GET /x HTTP/1.1\r\nHost: client.test\r\n\r\n';

describe('what upstream gets', () => {
  test('is the request as sent: target bytes, header order, case and duplicates; only Host names the target', async () => {
    let head = '';
    const upstream = await upstreamOf(async ({ read, write }) => {
      head = await read.until('\r\n\r\n');
      await write('HTTP/1.1 204 No Content\r\n\r\n');
    });
    const { send } = await startForwarding(upstream.url);
    const lines = [
      'GET //a//%7E/%2e%2E?q=%20+&&z HTTP/1.1',
      'X-Dup: one',
      'hOsT: client.test',
      'Accept: a/b',
      'X-Dup: two',
      'x-latin1: caf\xe9',
      'Accept: c/d',
    ];
    await send(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
    lines[2] = `hOsT: 127.0.0.1:${upstream.port}`;
    expect(head).toBe(`${lines.join('\r\n')}\r\n\r\n`);
  });

  test('has the base path in front and, if asked for, the host of the client', async () => {
    const upstream = await upstreamOf(answering('HTTP/1.1 204 No Content\r\n\r\n'));
    let line = '';
    const second = await upstreamOf(async ({ read, write }) => {
      const head = await read.requestHead();
      line = `${head.startLine} ${valueOf(head.headers, 'host')}`;
      await write('HTTP/1.1 204 No Content\r\n\r\n');
    });
    await (await startForwarding(upstream.url)).send(simple);
    await (await startForwarding(`${second.url}/base/`, { host: 'client' })).send(simple);
    expect(line).toBe('GET /base/x HTTP/1.1 client.test');
  });

  test('does not have headers of the connection, nor those that Connection names', async () => {
    let names: string[] = [];
    const upstream = await upstreamOf(async ({ read, write }) => {
      names = (await read.requestHead()).headers.map(([name]) => name);
      await write('HTTP/1.1 204 No Content\r\n\r\n');
    });
    const { send } = await startForwarding(upstream.url);
    await send(
      'GET / HTTP/1.1\r\nHost: c\r\nConnection: X-Hop, keep-alive\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\nX-Kept: 1\r\n\r\n',
    );
    expect(names).toEqual(['Host', 'X-Kept']);
  });

  test('has the framing of the client: a chunked DELETE stays chunked, with its trailers', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      const { headers, body, trailers, framing } = await read.request();
      const text = JSON.stringify({
        te: valuesOf(headers, 'transfer-encoding'),
        body: body.toString(),
        trailers,
        framing,
      });
      await write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    });
    const { send, exchanges } = await startForwarding(upstream.url);
    const answer = await send(
      'DELETE / HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 9\r\n\r\n',
    );
    expect(JSON.parse(answer.body.toString())).toEqual({
      te: ['chunked'],
      body: 'abc',
      trailers: [['X-Sum', '9']],
      framing: 'chunked',
    });
    expect(exchanges[0]!.seen).toMatchObject({ requestBytes: 3, requestTrailers: ['X-Sum', '9'], requestEnded: true });
  });

  test('a POST without a body does not become one with a body', async () => {
    let headers: readonly (readonly [string, string])[] = [];
    const upstream = await upstreamOf(async ({ read, write }) => {
      ({ headers } = await read.requestHead());
      await write('HTTP/1.1 204 No Content\r\n\r\n');
    });
    await (await startForwarding(upstream.url)).send('POST / HTTP/1.1\r\nHost: c\r\n\r\n');
    expect(headers.map(([name]) => name)).toEqual(['Host']);
  });

  test('the next request on a connection is passed on only when the one before is answered', async () => {
    const order: string[] = [];
    const upstream = await upstreamOf(async ({ read, write }) => {
      for (;;) {
        const { startLine } = await read.request();
        order.push(`got ${startLine.split(' ')[1]}`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`answered ${startLine.split(' ')[1]}`);
        await write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }
    });
    const { connect } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(
      ['/1', '/2', '/3'].map((path) => `PUT ${path} HTTP/1.1\r\nHost: c\r\nContent-Length: 0\r\n\r\n`).join(''),
    );
    for (let i = 0; i < 3; i += 1) await client.read.response();
    expect(order).toEqual(['got /1', 'answered /1', 'got /2', 'answered /2', 'got /3', 'answered /3']);
  });
});

describe('what the client gets', () => {
  test('is the response as sent: status, reason, header order, case and duplicates, Latin-1 bytes', async () => {
    const head = [
      'HTTP/1.1 299 Fine And Dandy',
      'x-lower: 1',
      'Set-Cookie: a=1',
      'X-UPPER: caf\xe9',
      'Set-Cookie: b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
      'Content-Length: 2',
      'X-Empty: ',
    ];
    const upstream = await upstreamOf(answering(Buffer.from(`${head.join('\r\n')}\r\n\r\nhi`, 'latin1')));
    const { send } = await startForwarding(upstream.url);
    const answer = await send(simple);
    expect(answer.startLine).toBe(head[0]);
    const expected = head.slice(1).map((line) => [line.split(':')[0]!, line.slice(line.indexOf(':') + 1).trim()]);
    expect(answer.headers.slice(0, expected.length)).toEqual(expected);
    expect(answer.headers.slice(expected.length).map(([name]) => name)).toEqual(['Connection', 'Keep-Alive']);
    expect(answer.body.toString()).toBe('hi');
  });

  test('has chunks and trailers where upstream sent them', async () => {
    const upstream = await upstreamOf(
      answering(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nab\r\n1;ext=1\r\nc\r\n0\r\nX-T: 1\r\nX-T: 2\r\n\r\n',
      ),
    );
    const { send, exchanges } = await startForwarding(upstream.url);
    const answer = await send(simple);
    expect(answer).toMatchObject({
      framing: 'chunked',
      complete: true,
      trailers: [
        ['X-T', '1'],
        ['X-T', '2'],
      ],
    });
    expect(answer.body.toString()).toBe('abc');
    expect(exchanges[0]!.seen).toMatchObject({
      head: { framing: 'chunked' },
      end: { kind: 'response', trailers: ['X-T', '1', 'X-T', '2'] },
    });
  });

  test('a body that ends with the connection ends with the connection here too', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.request();
      await write('HTTP/1.0 200 OK\r\n\r\nuntil the end');
    });
    const { send } = await startForwarding(upstream.url);
    const answer = await send(simple);
    expect(answer).toMatchObject({ framing: 'close', complete: true });
    expect(answer.body.toString()).toBe('until the end');
  });

  test('HEAD, 204 and 304 have no body and keep their headers', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      for (;;) {
        const { startLine } = await read.request();
        if (startLine.startsWith('HEAD')) await write('HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n');
        else if (startLine.includes('/204')) await write('HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n');
        else await write('HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 99\r\n\r\n');
      }
    });
    const { send } = await startForwarding(upstream.url);
    expect(valueOf((await send('HEAD / HTTP/1.1\r\nHost: c\r\n\r\n')).headers, 'content-length')).toBe('12345');
    expect(valueOf((await send('GET /204 HTTP/1.1\r\nHost: c\r\n\r\n')).headers, 'x-a')).toBe('1');
    expect(valueOf((await send('GET /304 HTTP/1.1\r\nHost: c\r\n\r\n')).headers, 'content-length')).toBe('99');
  });

  test('interim responses arrive before the final one, with their headers; HTTP/1.0 clients get none', async () => {
    const upstream = await upstreamOf(
      answering(
        'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
      ),
    );
    const { send, exchanges } = await startForwarding(upstream.url);
    expect((await send(simple)).informational).toEqual([
      {
        startLine: 'HTTP/1.1 103 Early Hints',
        headers: [
          ['Link', '</a>'],
          ['Link', '</b>'],
        ],
      },
    ]);
    expect(exchanges[0]!.seen.informational).toEqual([{ status: 103, headers: ['Link', '</a>', 'Link', '</b>'] }]);
    expect((await send('GET / HTTP/1.0\r\n\r\n')).informational).toEqual([]);
  });

  test('the head arrives before a body that takes its time', async () => {
    const gate = Promise.withResolvers<void>();
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.request();
      await write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n');
      await gate.promise;
      await write('data: 1\n\n');
    });
    const { connect } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(simple);
    expect(await client.read.until('\r\n\r\n')).toContain('text/event-stream');
    gate.resolve();
    expect((await client.read.rest()).toString()).toContain('data: 1');
  });

  test('an answer that comes before the upload has ended arrives at once', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.requestHead();
      await write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 7\r\n\r\ntoo big');
      await read.rest();
    });
    const { connect } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write('POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 1000000\r\n\r\n');
    expect((await client.read.response()).body.toString()).toBe('too big');
  });
});

describe('Expect: 100-continue', () => {
  const head = 'POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n';

  test('the 100 comes from upstream, and only then the body goes', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      const { headers } = await read.requestHead();
      expect(valueOf(headers, 'expect')).toBe('100-continue');
      await write('HTTP/1.1 100 Continue\r\n\r\n');
      expect((await read.some(4))!.toString()).toBe('body');
      await write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    const { connect } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(head);
    expect(await client.read.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    await client.write('body');
    expect((await client.read.response()).startLine).toBe('HTTP/1.1 200 OK');
  });

  test('a Latin-1 header beside it arrives as sent', async () => {
    let name: string | undefined;
    const upstream = await upstreamOf(async ({ read, write }) => {
      name = valueOf((await read.requestHead()).headers, 'x-name');
      await write('HTTP/1.1 100 Continue\r\n\r\n');
      await read.bytes(4);
      await write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    const { connect } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(head.replace('Expect', 'X-Name: caf\xe9\r\nExpect'));
    await client.read.until('100 Continue\r\n\r\n');
    await client.write('body');
    await client.read.response();
    expect(name).toBe('caf\xe9');
  });

  test('a refusal instead of the 100 arrives and ends the connection', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.requestHead();
      await write('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n');
      await read.rest();
    });
    const { connect } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(head);
    const answer = await client.read.response();
    expect(answer.startLine).toBe('HTTP/1.1 417 Expectation Failed');
    expect(valueOf(answer.headers, 'connection')).toBe('close');
  });
});

describe('back-pressure', () => {
  test('an observer without room stops the reading from upstream until there is room', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const total = 256;
    let sent = 0;
    const upstream = await upstreamOf(async ({ read, socket }) => {
      await read.request();
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${total * chunk.length}\r\n\r\n`);
      for (; sent < total; sent += 1) if (!socket.write(chunk)) await once(socket, 'drain');
    });
    const full = Promise.withResolvers<() => void>();
    let seenBytes = 0;
    let isFull = true;
    const { connect } = await startForwarding(upstream.url, {
      observer: () => ({
        requestData: () => true,
        requestEnd: () => {},
        informational: () => {},
        responseHead: () => {},
        responseData: (data) => {
          seenBytes += data.length;
          return !isFull;
        },
        conversationData: () => true,
        responseEnd: () => {},
        failed: () => {},
        whenRoom: full.resolve,
      }),
    });
    const client = await connect();
    await client.write(simple);
    const response = client.read.response();
    const resume = await full.promise;
    const seenWhenFull = seenBytes;
    // Whatever the kernel's buffers take is not read: the observer sees nothing more.
    for (let i = 0; i < 50; i += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(seenBytes).toBe(seenWhenFull);
    expect(sent).toBeLessThan(total);
    isFull = false;
    resume();
    expect((await response).body.length).toBe(total * chunk.length);
  });
});
