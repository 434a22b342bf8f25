import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { parseTarget } from '../../src/model/target.ts';
import { Http2Pool } from '../../src/proxy/http2-pool.ts';

const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
/** Nothing was done with any stream. */
const goaway = Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/** A pool of connections to a server that does with each what it is told. */
async function poolTo(onConnection: (socket: Socket) => void) {
  let connections = 0;
  const server = net.createServer((socket) => {
    connections += 1;
    socket.on('error', () => socket.destroy());
    socket.resume();
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const pool = new Http2Pool({
    target: parseTarget(`http://127.0.0.1:${port}`),
    alpn: ['h2'],
    connect: async () => {
      const socket = net.connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
  });
  return { pool, connections: () => connections };
}

test('a pool that is closed while it connects does not connect again and again', async () => {
  const { pool, connections } = await poolTo((socket) => {
    pool.close();
    socket.write(settings);
  });
  await expect(pool.acquire()).rejects.toMatchObject({ code: 'H2_NOT_SENT' });
  expect(connections()).toBe(1);
});

test('nor does one whose server goes away as soon as it has been reached', async () => {
  const { pool, connections } = await poolTo((socket) => void socket.write(Buffer.concat([settings, goaway])));
  const place = pool.acquire().then(
    ({ session }) => session.closed,
    ({ code }: NodeJS.ErrnoException) => code,
  );
  expect(['H2_NOT_SENT', false]).toContain(await place);
  expect(connections()).toBe(1);
});
