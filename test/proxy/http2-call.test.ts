import { once } from 'node:events';
import http2, { type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startForwarding, upstreamOf } from '../support/forwarding.ts';
import { askHttp2, collect, type OnStream, openHttp2, sendHttp2, startHttp2Upstream } from '../support/http2.ts';
import { endHeaders, frame, hpack, number32, preface } from '../support/raw-http2.ts';

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = http2.constants;

/** Begins an answer that can be cut: Node marks the end of one without trailers also where it resets it. */
function begin(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200 }, { waitForTrailers: true });
}

/** A client over HTTP/2, us, and a server over HTTP/2, in clear text. */
async function between(onStream: OnStream, options: Parameters<typeof startHttp2Upstream>[1] = {}) {
  const upstream = await startHttp2Upstream(onStream, options);
  const { listener, exchanges, send } = await startForwarding(upstream.url);
  return { session: openHttp2(listener.url), upstream, exchanges, send, url: listener.url };
}

describe('a request over HTTP/2 on both sides', () => {
  test('arrives as it was sent: order, duplicates, split cookies, te, trailers; and so does its answer', async () => {
    let seen: readonly string[] = [];
    let got: unknown;
    const { session, upstream, exchanges } = await between((stream, { raw, headers }) => {
      seen = raw;
      got = headers[':authority'];
      void collect(stream).then(({ body, trailers }) => {
        stream.additionalHeaders({ ':status': 103, link: '</a.css>; rel=preload' });
        stream.respond(
          [':status', '201', 'b', '1', 'set-cookie', 'x=1', 'a', 'Zo\u00eb', 'set-cookie', 'y=2', 'b', '2'],
          {
            sendDate: false,
            waitForTrailers: true,
          } as http2.ServerStreamResponseOptions,
        );
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'x-seen': trailers.join() }));
        stream.end(`${body}!`);
      });
    });
    const headers = ['b', '1', 'cookie', 'a=1', 'te', 'trailers', 'cookie', 'b=2', 'a', '3', 'b', '4'];
    const answer = await askHttp2(session, { path: '/p?q', headers, body: 'hello', trailers: { sum: '5' } });
    expect(seen).toEqual(headers);
    expect(got).toBe(`127.0.0.1:${upstream.port}`);
    expect(answer).toMatchObject({
      status: 201,
      headers: ['b', '1', 'set-cookie', 'x=1', 'a', 'Zo\u00eb', 'set-cookie', 'y=2', 'b', '2'],
      interim: [[103, ['link', '</a.css>; rel=preload']]],
      trailers: ['grpc-status', '0', 'x-seen', 'sum,5'],
      rstCode: 0,
    });
    expect(answer.body.toString()).toBe('hello!');
    const { seen: exchange } = exchanges[0]!;
    expect(exchange.head).toMatchObject({ status: 201, httpVersion: '2.0', framing: 'chunked' });
    expect(exchange.requestTrailers).toEqual(['sum', '5']);
    expect(exchange.end).toEqual({ kind: 'response', trailers: ['grpc-status', '0', 'x-seen', 'sum,5'] });
  });

  test('a head that is the whole answer is one on the other side as well', async () => {
    const { session, exchanges } = await between((stream) => {
      stream.respond({ ':status': 200, 'grpc-status': '5' }, { endStream: true });
    });
    const answer = await askHttp2(session);
    expect(answer).toMatchObject({ status: 200, endedWithHead: true, rstCode: 0 });
    expect(exchanges[0]!.seen.head?.framing).toBe('none');
  });

  test('HEAD, 204, 304 and an empty body keep their lengths and have no body', async () => {
    const { session } = await between((stream, { headers }) => {
      const path = headers[':path']!;
      const status = Number(path.slice(1));
      stream.respond(status === 200 ? { ':status': 200, 'content-length': '42' } : { ':status': status });
      stream.end();
    });
    expect(await askHttp2(session, { method: 'HEAD', path: '/200' })).toMatchObject({ status: 200, rstCode: 0 });
    expect(await askHttp2(session, { path: '/204' })).toMatchObject({ status: 204, endedWithHead: true });
    expect(await askHttp2(session, { path: '/304' })).toMatchObject({ status: 304, endedWithHead: true });
  });

  test('all requests share one session', async () => {
    const { session, upstream } = await between((stream) => {
      stream.respond({ ':status': 200 });
      stream.end('x');
    });
    await Promise.all(Array.from({ length: 50 }, () => askHttp2(session)));
    await askHttp2(session);
    expect(upstream.sessionCount()).toBe(1);
  });

  test('as many sessions as upstream wants streams on one', async () => {
    const waiting: ServerHttp2Stream[] = [];
    const { session, upstream } = await between(
      (stream) => {
        waiting.push(stream);
        if (waiting.length < 6) return;
        for (const one of waiting) {
          one.respond({ ':status': 200 });
          one.end();
        }
      },
      { settings: { maxConcurrentStreams: 2 } },
    );
    const answers = await Promise.all(Array.from({ length: 6 }, () => askHttp2(session)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(upstream.sessionCount()).toBe(3);
  });

  test('both talk at the same time', async () => {
    const { session } = await between((stream) => {
      stream.respond({ ':status': 200 });
      stream.on('data', (chunk: Buffer) => stream.write(`<${chunk.toString()}>`));
      stream.on('end', () => stream.end());
    });
    const stream = session.request({ ':method': 'POST' }, { endStream: false });
    stream.write('one');
    expect(String((await once(stream, 'data'))[0])).toBe('<one>');
    stream.write('two');
    expect(String((await once(stream, 'data'))[0])).toBe('<two>');
    stream.end();
    await once(stream, 'close');
    expect(stream.rstCode).toBe(0);
  });
});

describe('a stream that breaks off', () => {
  test('upstream resets it before its answer: the client gets the same code, and the failure says so', async () => {
    const { session, exchanges, upstream } = await between((stream) => stream.close(NGHTTP2_CANCEL));
    const answer = await askHttp2(session);
    expect(answer).toMatchObject({ status: 0, rstCode: NGHTTP2_CANCEL });
    expect(exchanges[0]!.seen.end).toEqual({
      kind: 'failure',
      code: 'reset',
      message: `upstream ${upstream.url} reset the stream (H2_CANCEL)`,
    });
  });

  test('upstream resets it in the middle: what came before it arrives, and then the code', async () => {
    const { session, exchanges } = await between((stream) => {
      begin(stream);
      stream.write('part', () => stream.close(NGHTTP2_INTERNAL_ERROR));
    });
    const answer = await askHttp2(session);
    expect(answer).toMatchObject({ status: 200, rstCode: NGHTTP2_INTERNAL_ERROR });
    expect(answer.body.toString()).toBe('part');
    expect(exchanges[0]!.seen.end).toMatchObject({ kind: 'failure', code: 'reset' });
  });

  test('upstream resets it in the middle without an error: that is no end for us, and the client sees the same', async () => {
    const upstream = await upstreamOf(async ({ write, read, closed }) => {
      await write(frame('settings', {}));
      await read.bytes(preface.length);
      await write(frame('settings', { flags: 1 }));
      await write(frame('headers', { flags: endHeaders, stream: 1, payload: hpack([':status', '200']) }));
      await write(frame('data', { stream: 1, payload: Buffer.from('part') }));
      await write(frame('reset', { stream: 1, payload: number32(NGHTTP2_NO_ERROR) }));
      await closed;
    });
    const { listener, exchanges } = await startForwarding(upstream.url);
    const answer = await askHttp2(openHttp2(listener.url));
    expect(answer).toMatchObject({ status: 200, rstCode: NGHTTP2_NO_ERROR });
    expect(exchanges[0]!.seen.end).toMatchObject({ kind: 'failure', code: 'reset' });
  });

  test('a content-length that is not kept is a failure', async () => {
    const { session, exchanges } = await between((stream) => {
      stream.respond({ ':status': 200, 'content-length': '10' });
      stream.end('five!');
    });
    const answer = await askHttp2(session);
    expect(answer.rstCode).not.toBe(0);
    expect(exchanges[0]!.seen.end).toMatchObject({ kind: 'failure', code: 'protocol' });
  });

  test('upstream closes the connection in the middle: truncated, and a reset for the client', async () => {
    const sockets: Socket[] = [];
    const { session, exchanges } = await between(
      (stream) => {
        begin(stream);
        stream.write('part', () => setImmediate(() => sockets[0]!.end()));
      },
      { onConnection: (socket) => sockets.push(socket) },
    );
    const answer = await askHttp2(session);
    expect(answer).toMatchObject({ status: 200, rstCode: NGHTTP2_INTERNAL_ERROR });
    expect(answer.body.toString()).toBe('part');
    expect(exchanges[0]!.seen.end).toMatchObject({ kind: 'failure', code: 'truncated' });
  });

  test('the client cancels: upstream is told at once', async () => {
    const reset = Promise.withResolvers<number>();
    const { session, exchanges } = await between((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('first');
      stream.on('close', () => reset.resolve(stream.rstCode));
    });
    const stream = sendHttp2(session, { body: 'x' });
    await once(stream, 'data');
    stream.close(NGHTTP2_CANCEL);
    expect(await reset.promise).toBe(NGHTTP2_CANCEL);
    expect((await exchanges[0]!.ended).end).toMatchObject({ kind: 'failure', code: 'client-aborted' });
  });

  test('the client cuts an upload: upstream never takes it for whole, whatever code the client gives', async () => {
    for (const code of [NGHTTP2_CANCEL, NGHTTP2_NO_ERROR]) {
      const ends: string[] = [];
      const closed = Promise.withResolvers<void>();
      const { session, exchanges } = await between((stream) => {
        stream.on('data', () => ends.push('data'));
        stream.on('end', () => ends.push(stream.aborted ? 'cut' : 'whole'));
        stream.on('close', () => closed.resolve());
      });
      const stream = session.request({ ':method': 'POST' }, { endStream: false, waitForTrailers: true });
      stream.on('error', () => {});
      stream.write('part of it');
      await expect.poll(() => ends).toContain('data');
      stream.close(code);
      await closed.promise;
      expect(ends).not.toContain('whole');
      expect(exchanges[0]!.seen).toMatchObject({ requestEnded: false, end: { code: 'client-aborted' } });
    }
  });
});

describe('a request that upstream has not touched', () => {
  test('is sent again when its stream is refused, with its body', async () => {
    let count = 0;
    const { session } = await between((stream) => {
      count += 1;
      if (count < 3) {
        stream.close(NGHTTP2_REFUSED_STREAM);
        return;
      }
      void collect(stream).then(({ body }) => {
        stream.respond({ ':status': 200 });
        stream.end(`${count} ${body}`);
      });
    });
    const answer = await askHttp2(session, { body: 'hello' });
    expect(answer.body.toString()).toBe('3 hello');
  });

  test('and is refused in the end, the client learns that too', async () => {
    const { session } = await between((stream) => stream.close(NGHTTP2_REFUSED_STREAM));
    expect(await askHttp2(session)).toMatchObject({ status: 0, rstCode: NGHTTP2_REFUSED_STREAM });
  });

  test('goes over a new session when the old one is going away', async () => {
    const { session, upstream } = await between((stream) => {
      stream.respond({ ':status': 200 });
      stream.end(String(upstream.sessionCount()));
    });
    expect((await askHttp2(session)).body.toString()).toBe('1');
    for (const one of upstream.sessions) one.close();
    expect((await askHttp2(session)).body.toString()).toBe('2');
    for (const one of upstream.sessions) one.destroy();
    expect((await askHttp2(session)).body.toString()).toBe('3');
  });
});
