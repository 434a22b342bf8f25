import { describe, expect, onTestFinished, test } from 'vitest';
import { upstreamOf } from '../support/forwarding.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startRecording } from '../support/recording.ts';

/** A gate that is opened once for each time it is waited for. */
function turnstile(): { readonly open: () => void; readonly passed: () => Promise<void> } {
  let next = Promise.withResolvers<void>();
  return {
    open: () => next.resolve(),
    passed: async () => {
      await next.promise;
      next = Promise.withResolvers<void>();
    },
  };
}

function chunked(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

async function clientOf(port: number) {
  const client = await connectRaw(port);
  onTestFinished(client.close);
  await client.write('GET /stream HTTP/1.1\r\nHost: c\r\n\r\n');
  await client.read.until('\r\n\r\n');
  return client;
}

describe('a stream through a recording', () => {
  test('passes each of 2,000 events before the next one is sent, and each has its mark', async () => {
    const count = 2000;
    const eventOf = (i: number): string =>
      `data: {"id":"chatcmpl-1","choices":[{"delta":{"content":" token${i}"}}]}\n\n`;
    const seen = turnstile();
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.request();
      await write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
      for (let i = 0; i < count; i += 1) {
        await write(chunked(eventOf(i)));
        // If anything on the way waited for more, the next one would never be sent.
        await seen.passed();
      }
      await write('0\r\n\r\n');
    });
    const { port, stop } = await startRecording(upstream.url);
    const client = await clientOf(port);
    for (let i = 0; i < count; i += 1) {
      expect(await client.read.until('\n\n\r\n')).toBe(chunked(eventOf(i)));
      seen.open();
    }
    await client.read.until('0\r\n\r\n');
    const { reader, exchanges } = await stop();
    const marks = reader.streamMarks(exchanges[0]!.id);
    expect(marks.map(({ sizeBytes }) => sizeBytes)).toEqual(
      Array.from({ length: count }, (_, i) => Buffer.byteLength(eventOf(i))),
    );
    const offsets = marks.map(({ offsetMs }) => offsetMs);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  });

  test('of gRPC has its messages marked in both directions, and its bodies byte for byte', async () => {
    const message = (text: string): Buffer =>
      Buffer.concat([Buffer.from([0, 0, 0, 0, text.length]), Buffer.from(text)]);
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.request();
      await write('HTTP/1.1 200 OK\r\nContent-Type: application/grpc-web+proto\r\nContent-Length: 17\r\n\r\n');
      await write(Buffer.concat([message('one'), message('four')]));
    });
    const { port, stop } = await startRecording(upstream.url);
    const client = await connectRaw(port);
    onTestFinished(client.close);
    await client.write(
      'POST /shop.Orders/Watch HTTP/1.1\r\nHost: c\r\nContent-Type: application/grpc-web+proto\r\nContent-Length: 10\r\n\r\n',
    );
    await client.write(message('hello'));
    await client.read.response();
    const { reader, exchanges } = await stop();
    expect(
      reader.streamEvents(exchanges[0]!.id).map(({ direction, sizeBytes, sha256 }) => [direction, sizeBytes, sha256]),
    ).toEqual([
      ['request', 10, undefined],
      ['response', 8, undefined],
      ['response', 9, undefined],
    ]);
    expect(reader.body(exchanges[0]!.request.body.sha256)).toEqual(message('hello'));
  });
});
