import { expect, test } from 'vitest';
import { startForwarding, upstreamOf } from '../support/forwarding.ts';

const request = 'GET /chat HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

test('what upstream answers instead of switching keeps its chunks and trailers, and ends the connection', async () => {
  const upstream = await upstreamOf(async ({ read, write, closed }) => {
    await read.request();
    await write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    await write('HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\nX-T: 1\r\n\r\n');
    await closed;
  });
  const { connect } = await startForwarding(upstream.url);
  const client = await connect();
  await client.write(request);
  expect(await client.read.response()).toMatchObject({
    startLine: 'HTTP/1.1 403 No',
    informational: [{ startLine: 'HTTP/1.1 103 Early Hints', headers: [['Link', '</a>']] }],
    headers: [
      ['Transfer-Encoding', 'chunked'],
      ['Connection', 'close'],
    ],
    body: Buffer.from('no'),
    trailers: [['X-T', '1']],
    complete: true,
  });
  expect(await client.read.rest()).toHaveLength(0);
});

test('a large one is read from upstream only as fast as the client takes it, and arrives whole', async () => {
  const body = Buffer.alloc(8 * 1024 * 1024, 'x');
  const upstream = await upstreamOf(async ({ read, write }) => {
    await read.request();
    await write(`HTTP/1.1 403 No\r\nContent-Length: ${body.length}\r\n\r\n`);
    await write(body);
  });
  const { connect } = await startForwarding(upstream.url);
  const client = await connect();
  await client.write(request);
  expect((await client.read.response()).body.equals(body)).toBe(true);
});
