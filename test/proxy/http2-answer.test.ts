import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startForwarding } from '../support/forwarding.ts';
import { type OnStream, openHttp2, readHttp2, sendHttp2, startHttp2Upstream } from '../support/http2.ts';

async function between(onStream: OnStream, options: Parameters<typeof startHttp2Upstream>[1] = {}) {
  const upstream = await startHttp2Upstream(onStream, options);
  const { listener } = await startForwarding(upstream.url);
  return { session: openHttp2(listener.url) };
}

describe('large bodies', () => {
  // No multiple of any window: Node's server resets a stream that has used up its window at the end instead of ending it.
  const size = 32 * 1024 * 1024 + 1000;
  const chunk = Buffer.alloc(64 * 1024, 'x');

  function pour(stream: Pick<ServerHttp2Stream, 'write' | 'end' | 'once' | 'destroyed'>): void {
    let left = size;
    const more = (): void => {
      while (left > 0) {
        const piece = chunk.subarray(0, left);
        left -= piece.length;
        if (!stream.write(piece)) {
          (stream as ServerHttp2Stream).once('drain', more);
          return;
        }
      }
      stream.end();
    };
    more();
  }

  test('go both ways whole', async () => {
    const { session } = await between((stream) => {
      stream.respond({ ':status': 200 });
      stream.pipe(stream);
    });
    const stream = session.request({ ':method': 'POST' }, { endStream: false });
    pour(stream as unknown as ServerHttp2Stream);
    const answer = await readHttp2(stream);
    expect(answer.body.length).toBe(size);
    expect(answer.rstCode).toBe(0);
  });

  test('wait for a client that does not read', async () => {
    let sent = 0;
    const { session } = await between((stream) => {
      stream.respond({ ':status': 200 });
      const more = (): void => {
        while (sent < size) {
          const piece = chunk.subarray(0, size - sent);
          sent += piece.length;
          if (!stream.write(piece)) {
            stream.once('drain', more);
            return;
          }
        }
        stream.end();
      };
      more();
    });
    const stream = sendHttp2(session);
    await once(stream, 'response');
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = before === sent;
          before = sent;
          return isStill;
        },
        { interval: 200, timeout: 10_000 },
      )
      .toBe(true);
    expect(sent).toBeLessThan(8 * 1024 * 1024);
    let received = 0;
    stream.on('data', (piece: Buffer) => {
      received += piece.length;
    });
    await once(stream, 'close');
    expect(received).toBe(size);
  });

  test('an answer that a slow client is still reading survives the end of its connection', async () => {
    const sockets: Socket[] = [];
    const part = Buffer.alloc(600_000, 'y');
    const { session } = await between(
      (stream) => {
        stream.respond({ ':status': 200 });
        stream.end(part);
        stream.on('close', () => setImmediate(() => sockets[0]!.destroy()));
      },
      { onConnection: (socket) => sockets.push(socket) },
    );
    const stream = sendHttp2(session);
    await once(stream, 'response');
    await expect.poll(() => sockets[0]!.destroyed).toBe(true);
    const answer = await readHttp2(stream);
    expect(answer).toMatchObject({ rstCode: 0 });
    expect(answer.body.length).toBe(part.length);
  });
});
