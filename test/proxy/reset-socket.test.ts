import net from 'node:net';
import { TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { resetSocket } from '../../src/proxy/reset-socket.ts';

/** Both ends of a connection. */
async function connection(): Promise<{ readonly ours: net.Socket; readonly theirs: net.Socket }> {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const theirs = net.connect((listener.address() as net.AddressInfo).port, '127.0.0.1');
  const [ours] = (await once(listener, 'connection')) as [net.Socket];
  listener.close();
  return { ours, theirs };
}

test('a connection ends with a reset', async () => {
  const { ours, theirs } = await connection();
  const failed = once(theirs.resume(), 'error');
  resetSocket(ours);
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
});

test('TLS, which has no reset, ends all the same', async () => {
  const { ours, theirs } = await connection();
  const closed = once(theirs.resume(), 'close');
  const secure = new TLSSocket(ours, { isServer: true });
  secure.on('error', () => {});
  resetSocket(secure);
  await closed;
  expect(secure.destroyed).toBe(true);
});
