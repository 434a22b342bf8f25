import { expect, test } from 'vitest';
import { startForwarding, upstreamOf } from '../support/forwarding.ts';
import type { UpstreamConnection } from '../support/raw-upstream.ts';

const sizeBytes = 16 * 1024 * 1024;
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Reads a whole upload, however large, and answers. */
async function takeAll({ read, write }: UpstreamConnection): Promise<void> {
  await read.requestHead();
  for (let left = sizeBytes; left > 0;) left -= (await read.some())!.length;
  await write(answer);
}

test('an observer without room stops the reading of an upload, although upstream has room', async () => {
  const upstream = await upstreamOf(takeAll);
  const full = Promise.withResolvers<() => void>();
  let seenBytes = 0;
  let hasLimit = true;
  const { connect } = await startForwarding(upstream.url, {
    observer: () => ({
      requestData: (chunk) => {
        seenBytes += chunk.length;
        // Not at once: by then upstream has been full and has drained.
        return !hasLimit || seenBytes < 1024 * 1024;
      },
      requestEnd: () => {},
      informational: () => {},
      responseHead: () => {},
      responseData: () => true,
      responseEnd: () => {},
      conversationData: () => true,
      failed: () => {},
      whenRoom: full.resolve,
    }),
  });
  const client = await connect();
  void client.write(`POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: ${sizeBytes}\r\n\r\n`);
  void client.write(Buffer.alloc(sizeBytes, 'x'));
  const resume = await full.promise;
  const seenWhenFull = seenBytes;
  for (let i = 0; i < 200; i += 1) await new Promise((resolve) => setImmediate(resolve));
  // One chunk may have been read already when the reading was stopped.
  expect(seenBytes - seenWhenFull).toBeLessThanOrEqual(128 * 1024);
  hasLimit = false;
  resume();
  expect((await client.read.response()).startLine).toBe('HTTP/1.1 200 OK');
  expect(seenBytes).toBe(sizeBytes);
});

test('an upstream that does not read stops the client; when it reads again everything arrives', async () => {
  const mayRead = Promise.withResolvers<void>();
  const upstream = await upstreamOf(async (connection) => {
    await mayRead.promise;
    await takeAll(connection);
  });
  const { connect, exchanges } = await startForwarding(upstream.url);
  const client = await connect();
  void client.write(`POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: ${sizeBytes}\r\n\r\n`);
  let isWritten = false;
  void client.write(Buffer.alloc(sizeBytes, 'x')).then(() => (isWritten = true));
  for (let i = 0; i < 500; i += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(isWritten).toBe(false);
  mayRead.resolve();
  expect((await client.read.response()).startLine).toBe('HTTP/1.1 200 OK');
  expect(exchanges[0]!.seen).toMatchObject({ requestBytes: sizeBytes, requestEnded: true });
});
