import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { blindObserver } from '../../src/proxy/hop-observer.ts';
import { valueOf, valuesOf } from '../support/byte-reader.ts';
import { startForwarding, upstreamOf } from '../support/forwarding.ts';
import type { UpstreamConnection } from '../support/raw-upstream.ts';

const ask =
  'GET /chat?x=//y HTTP/1.1\r\nHost: client.test\r\nX-Dup: 1\r\nUpgrade: websocket\r\nX-Dup: 2\r\nConnection: keep-alive, Upgrade\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

const accepted = createHash('sha1')
  .update('dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
  .digest('base64');

const answer =
  'HTTP/1.1 101 Switching Protocols\r\nUPGRADE: websocket\r\nConnection: Upgrade\r\nX-a: 1\r\nX-a: 2\r\n' +
  `Sec-WebSocket-Accept: ${accepted}\r\n\r\n`;

/** Agrees, then sends back whatever comes until the client ends. */
async function echo({ read, write }: UpstreamConnection): Promise<void> {
  await read.requestHead();
  await write(answer);
  for (let chunk = await read.some(); chunk; chunk = await read.some()) await write(chunk);
  await write('bye');
}

/** A client frame (RFC 6455 §5.2) with the mask 0. */
function textFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

describe('a WebSocket', () => {
  test('of a real client talks to a real server through the proxy', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      const { headers } = await read.requestHead();
      const key = valueOf(headers, 'sec-websocket-key')!;
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      await write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      for (;;) {
        const frame = (await read.some())!;
        const length = frame[1]! & 0x7f;
        const mask = frame.subarray(2, 6);
        const data = Buffer.from(frame.subarray(6, 6 + length)).map((byte, i) => byte ^ mask[i % 4]!);
        if (frame[0] === 0x88) {
          await write(Buffer.concat([Buffer.from([0x88, length]), data]));
          return;
        }
        await write(Buffer.concat([Buffer.from([frame[0]!, length]), data]));
      }
    });
    const { port } = await startForwarding(upstream.url);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`);
    const received = new Promise((resolve, reject) => {
      socket.addEventListener('error', reject);
      socket.addEventListener('message', (event) => resolve(event.data));
    });
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    socket.send('hello');
    expect(await received).toBe('hello');
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve));
    socket.close(1000);
    expect((await closed).code).toBe(1000);
  });

  test('both heads arrive as sent, bytes flow both ways, and the exchange is recorded as the 101', async () => {
    let head = '';
    const upstream = await upstreamOf(async (connection) => {
      head = await connection.read.until('\r\n\r\n');
      await connection.write(answer);
      for (let chunk = await connection.read.some(); chunk; chunk = await connection.read.some()) {
        await connection.write(chunk);
      }
      await connection.write('bye');
    });
    const { connect, exchanges } = await startForwarding(`${upstream.url}/base`);
    const client = await connect();
    await client.write(Buffer.concat([Buffer.from(ask), textFrame('early')]));
    const switched = await client.read.until('\r\n\r\n');
    expect(switched).toContain('UPGRADE: websocket\r\n');
    expect(switched).toContain('X-a: 1\r\nX-a: 2\r\n');
    expect(await client.read.some()).toEqual(textFrame('early'));
    expect(head.split('\r\n').slice(0, 4)).toEqual([
      'GET /base/chat?x=//y HTTP/1.1',
      `Host: 127.0.0.1:${upstream.port}`,
      'X-Dup: 1',
      'X-Dup: 2',
    ]);
    expect(head).toContain('Upgrade: websocket\r\nConnection: Upgrade\r\n');
    // The client ends its side; what upstream still says arrives.
    client.end();
    expect((await client.read.rest()).toString()).toBe('bye');
    const { head: recorded, end } = await exchanges[0]!.ended;
    expect(recorded).toMatchObject({ status: 101, reason: 'Switching Protocols' });
    expect(end).toEqual({ kind: 'response', trailers: [] });
  });

  test('prints no deprecation warning', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error & { code?: string }): void => void warnings.push(warning.code ?? warning.message);
    process.on('warning', listen);
    onTestFinished(() => void process.off('warning', listen));
    const upstream = await upstreamOf(echo);
    const { connect } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(ask);
    await client.read.until('\r\n\r\n');
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  });

  test('that upstream refuses gets the refusal whole', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.requestHead();
      await write(
        'HTTP/1.1 426 Upgrade Required\r\nX-Why: a\r\nX-Why: b\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnope\r\n0\r\n\r\n',
      );
    });
    const { send, exchanges } = await startForwarding(upstream.url);
    const refusal = await send(ask);
    expect(refusal.startLine).toBe('HTTP/1.1 426 Upgrade Required');
    expect(valuesOf(refusal.headers, 'x-why')).toEqual(['a', 'b']);
    expect(refusal.body.toString()).toBe('nope');
    expect((await exchanges[0]!.ended).end).toMatchObject({ kind: 'response' });
  });

  test('whose upstream is not there gets a problem', async () => {
    const upstream = await upstreamOf(async ({ read, reset }) => {
      await read.requestHead();
      reset();
    });
    const { send, exchanges } = await startForwarding(upstream.url);
    const refusal = await send(ask);
    expect(refusal.startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect(JSON.parse(refusal.body.toString())).toMatchObject({ code: 'reset' });
    expect((await exchanges[0]!.ended).end).toMatchObject({ kind: 'failure', code: 'reset' });
  });

  test('whose client leaves before the answer ends the request upstream', async () => {
    const gone = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const upstream = await upstreamOf(async ({ read }) => {
      await read.requestHead();
      asked.resolve();
      await read.rest();
      gone.resolve();
    });
    const { connect, exchanges } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(ask);
    await asked.promise;
    client.reset();
    await gone.promise;
    expect((await exchanges[0]!.ended).end).toMatchObject({ kind: 'failure', code: 'client-aborted' });
  });

  test('that breaks on one side breaks on the other', async () => {
    const upstream = await upstreamOf(async ({ read, write, reset }) => {
      await read.requestHead();
      await write(answer);
      await read.some();
      reset();
    });
    const { connect, exchanges } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(ask);
    await client.read.until('\r\n\r\n');
    await client.write('x');
    expect((await client.read.rest()).length).toBe(0);
    const { head, end } = await exchanges[0]!.ended;
    expect(head).toMatchObject({ status: 101 });
    expect(end).toMatchObject({ kind: 'failure', code: 'reset' });
  });

  test('whose client breaks off has ended, with nothing to blame upstream for', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.requestHead();
      await write(answer);
      await read.rest().catch(() => {});
    });
    const { connect, exchanges } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(ask);
    await client.read.until('\r\n\r\n');
    client.reset();
    expect((await exchanges[0]!.ended).end).toEqual({ kind: 'response', trailers: [] });
  });

  test('passes any bytes unchanged both ways, and the observer sees the same', async () => {
    const noise = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff));
    const arrived = Promise.withResolvers<Buffer>();
    const upstream = await upstreamOf(async ({ read, write, socket }) => {
      await read.requestHead();
      await write(answer);
      socket.write(noise);
      arrived.resolve(await read.bytes(noise.length));
      socket.end();
    });
    const { connect, exchanges } = await startForwarding(upstream.url);
    const client = await connect();
    // The first bytes come with the head.
    await client.write(Buffer.concat([Buffer.from(ask), noise]));
    await client.read.until('\r\n\r\n');
    expect((await client.read.rest()).equals(noise)).toBe(true);
    expect((await arrived.promise).equals(noise)).toBe(true);
    client.end();
    const { conversation } = await exchanges[0]!.ended;
    expect(Buffer.concat(conversation.request).equals(noise)).toBe(true);
    expect(Buffer.concat(conversation.response).equals(noise)).toBe(true);
  });

  test.each(['request', 'response'] as const)(
    'waits with reading while the observer has no room, for what goes with the %s',
    async (direction) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const total = 256;
      let sent = 0;
      const flood = async (socket: Writable): Promise<void> => {
        for (; sent < total; sent += 1) if (!socket.write(chunk)) await once(socket, 'drain');
      };
      const took = Promise.withResolvers<number>();
      const upstream = await upstreamOf(async ({ read, write, socket }) => {
        await read.requestHead();
        await write(answer);
        if (direction === 'response') await flood(socket);
        else took.resolve((await read.bytes(total * chunk.length)).length);
        socket.end();
      });
      const full = Promise.withResolvers<() => void>();
      let seenBytes = 0;
      let isFull = true;
      const { connect } = await startForwarding(upstream.url, {
        observer: () => ({
          ...blindObserver,
          conversationData: (_direction, data) => {
            seenBytes += data.length;
            return !isFull;
          },
          whenRoom: full.resolve,
        }),
      });
      const client = await connect();
      await client.write(ask);
      await client.read.until('\r\n\r\n');
      const flooding = direction === 'request' ? flood(client.socket) : undefined;
      const resume = await full.promise;
      const seenWhenFull = seenBytes;
      for (let i = 0; i < 50; i += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(seenBytes).toBe(seenWhenFull);
      expect(sent).toBeLessThan(total);
      isFull = false;
      resume();
      await flooding;
      if (direction === 'response') took.resolve((await client.read.rest()).length);
      expect(await took.promise).toBe(total * chunk.length);
    },
  );
});

describe('an upgrade that is not for upstream', () => {
  test('to another protocol than WebSocket is tunnelled just so', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      const { headers } = await read.requestHead();
      await write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${valueOf(headers, 'upgrade')}\r\nConnection: Upgrade\r\n\r\nhi`,
      );
      await read.rest();
    });
    const { connect } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(ask.replace('websocket', 'custom/1'));
    expect(await client.read.until('\r\n\r\n')).toContain('Upgrade: custom/1');
    expect((await client.read.some())!.toString()).toBe('hi');
  });

  test('to HTTP/2 is served as the plain request it also is, and the connection stays usable', async () => {
    const heads: string[] = [];
    const upstream = await upstreamOf(async ({ read, write }) => {
      for (;;) {
        const { startLine, headers, body } = await read.request();
        heads.push(`${startLine} ${headers.map(([name]) => name).join()} ${body.toString()}`);
        await write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }
    });
    const { connect } = await startForwarding(upstream.url);
    const client = await connect();
    await client.write(
      'POST / HTTP/1.1\r\nHost: c\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 4\r\n\r\nbo',
    );
    await client.write('dy');
    expect((await client.read.response()).body.toString()).toBe('ok');
    await client.write('GET /2 HTTP/1.1\r\nHost: c\r\n\r\n');
    expect((await client.read.response()).body.toString()).toBe('ok');
    expect(heads).toEqual(['POST / HTTP/1.1 Host,Content-Length body', 'GET /2 HTTP/1.1 Host ']);
  });
});
