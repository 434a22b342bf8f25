import { createHash } from 'node:crypto';
import { onTestFinished, expect, test } from 'vitest';
import { hasBody } from '../../src/proxy/client-side.ts';
import { openListener } from '../../src/proxy/listener.ts';
import { maxMatchedBodyBytes, type ReadBody, readRequestBody } from '../../src/proxy/request-body.ts';
import { answerText } from '../support/answer-text.ts';
import { connectRaw, sendRaw } from '../support/raw-client.ts';

/** Sends one request to a server that reads it, and returns what was read. */
async function readAt(send: (port: number) => Promise<unknown>): Promise<{ read: ReadBody | undefined; has: boolean }> {
  const { promise, resolve } = Promise.withResolvers<{ read: ReadBody | undefined; has: boolean }>();
  const listener = await openListener({
    name: 'default',
    host: '127.0.0.1',
    port: 0,
    onRequest: (request, response) => {
      const has = hasBody(request);
      const leave = response.onClose(() => resolve({ read: undefined, has }));
      readRequestBody(request, (read) => {
        leave();
        answerText(response, 'ok');
        resolve({ read, has });
      });
    },
  });
  onTestFinished(() => listener.stop(0));
  const [seen] = await Promise.all([promise, send(listener.address.port)]);
  return seen;
}

test('a request without a body has none', async () => {
  const { read, has } = await readAt((port) => sendRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  expect(read).toEqual({ body: undefined, trailers: [] });
  expect(has).toBe(false);
});

test('a body comes with its length', async () => {
  const { read, has } = await readAt((port) =>
    sendRaw(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'),
  );
  expect(read?.body).toEqual(Buffer.from('hello'));
  expect(has).toBe(true);
});

test('a chunked body comes without its framing, with its trailers', async () => {
  const { read } = await readAt((port) =>
    sendRaw(
      port,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 9\r\n\r\n',
    ),
  );
  expect(read?.body).toEqual(Buffer.from('abcde'));
  expect(read?.trailers).toEqual(['X-Sum', '9']);
});

test('a body over the limit is reduced to its size and checksum', async () => {
  const bytes = Buffer.alloc(maxMatchedBodyBytes + 1, 'z');
  const head = Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes.length}\r\n\r\n`);
  const { read } = await readAt((port) => sendRaw(port, Buffer.concat([head, bytes])));
  expect(read?.body).toEqual({ sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
});

test('a body that breaks off is undefined', async () => {
  const { read } = await readAt(async (port) => {
    const client = await connectRaw(port);
    await client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhello');
    client.close();
  });
  expect(read).toBeUndefined();
});
