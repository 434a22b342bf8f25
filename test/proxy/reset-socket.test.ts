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

test('a connection whose end is on its way closes all the same', async () => {
  const { ours, theirs } = await connection();
  ours.on('error', () => {});
  const closed = Promise.all([once(ours, 'close'), once(theirs.resume(), 'close')]);
  ours.end();
  await new Promise<void>((resolve) => process.nextTick(resolve));
  resetSocket(ours);
  expect(await closed).toHaveLength(2);
});

test('one that has ended before, too, and one with bytes still to send', async () => {
  const ended = await connection();
  ended.theirs.resume().on('error', () => {});
  await new Promise<void>((resolve) => ended.ours.end(resolve));
  const { ours, theirs } = await connection();
  const failed = once(theirs, 'error');
  ours.end(Buffer.alloc(50_000_000));
  const closed = Promise.all([once(ended.ours, 'close'), once(ours, 'close')]);
  resetSocket(ended.ours);
  resetSocket(ours);
  await closed;
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
});
