import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { type Listener, type ListenerOptions, openListener } from '../../src/proxy/listener.ts';
import { answerText } from '../support/answer-text.ts';
import { connectRaw, sendRaw } from '../support/raw-client.ts';

async function listening(options: Partial<ListenerOptions> = {}): Promise<Listener> {
  const listener = await openListener({
    name: 'default',
    host: '127.0.0.1',
    port: 0,
    onRequest: (_request, response) => answerText(response, 'ok'),
    ...options,
  });
  onTestFinished(() => listener.stop(0));
  return listener;
}

async function errorOf(work: Promise<unknown>): Promise<AppError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(AppError);
  return thrown as AppError;
}

/** Ticks of 10 ms until TCP asks the peer of this connection whether it is still there; undefined when it never will. */
function probeTicks(localPort: number, remotePort: number): number | undefined {
  const hex = (port: number): string => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const line = lines.find((one) => one.includes(` ${hex(localPort)} ${hex(remotePort)} `));
  const ticks = / 02:([0-9A-F]{8}) /.exec(line ?? '')?.[1];
  return ticks === undefined ? undefined : Number.parseInt(ticks, 16);
}

test.runIf(process.platform === 'linux')(
  'a client that is silent for a minute is asked whether it is there',
  async () => {
    const { address } = await listening();
    const client = await connectRaw(address.port);
    onTestFinished(client.close);
    await client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await client.read.response();
    const ticks = probeTicks(address.port, client.socket.localPort!);
    expect(ticks).toBeGreaterThan(5000);
    expect(ticks).toBeLessThanOrEqual(6000);
  },
);

describe('opening', () => {
  test('gives a URL with the port that was free', async () => {
    const { url, address } = await listening();
    expect(url).toBe(`http://127.0.0.1:${address.port}`);
    expect(await (await fetch(url)).text()).toBe('ok');
  });

  test('a wildcard address is shown as one to connect to', async () => {
    const { url, address } = await listening({ host: '0.0.0.0' });
    expect(url).toBe(`http://127.0.0.1:${address.port}`);
  });

  test('a port that is taken is an error that names it', async () => {
    const { address } = await listening();
    const error = await errorOf(listening({ port: address.port }));
    expect(error.code).toBe('PORT_IN_USE');
    expect(error.message).toBe(`port ${address.port} on 127.0.0.1 is already in use`);
  });

  test('an address that is not ours is an error', async () => {
    expect((await errorOf(listening({ host: '192.0.2.1' }))).code).toBe('LISTEN_FAILED');
  });
});

describe('requests that are no requests', () => {
  test.for([
    [
      'both framings',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 60\r\n\r\n', 400],
    ['a space before the colon', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['a head over the limit', `GET / HTTP/1.1\r\nHost: a\r\nX-Big: ${'v'.repeat(300_000)}\r\n\r\n`, 431],
    ['not HTTP', 'what?\r\n\r\n', 400],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', 405],
  ] as const)('%s: refused, and the connection ends', async ([, bytes, status]) => {
    const { address } = await listening();
    const client = await connectRaw(address.port);
    onTestFinished(client.close);
    await client.write(bytes);
    const answer = await client.read.response();
    expect(answer.startLine.split(' ')[1]).toBe(String(status));
    expect(await client.read.some()).toBeUndefined();
  });

  test('a request to switch protocols is refused in words, too', async () => {
    const refused: string[] = [];
    const { address } = await listening({
      onUpgrade: (_request, socket) => void socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
      onRefused: ({ detail }) => void refused.push(detail),
    });
    const client = await connectRaw(address.port);
    onTestFinished(client.close);
    await client.write('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    expect((await client.read.response()).startLine).toBe('HTTP/1.1 400 Bad Request');
    expect(await client.read.some()).toBeUndefined();
    expect(refused).toEqual(['the request is ambiguous: it has more than one Host header']);
  });

  test('a head of 200 KB with 1,500 lines is no problem', async () => {
    let count = 0;
    const { address } = await listening({
      onRequest: (request, response) => {
        count = request.rawHeaders.length / 2;
        answerText(response, '');
      },
    });
    const lines = Array.from({ length: 1500 }, (_, i) => `X-${i}: ${'v'.repeat(120)}\r\n`).join('');
    await sendRaw(address.port, `GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`);
    expect(count).toBe(1501);
  });
});

describe('Expect: 100-continue', () => {
  test('is answered by us where nobody takes it over', async () => {
    const { address } = await listening();
    const client = await connectRaw(address.port);
    onTestFinished(client.close);
    await client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n');
    expect(await client.read.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  });
});

describe('stopping', () => {
  test('lets an exchange in flight finish, closes its connection, and takes nothing new', async () => {
    const arrived = Promise.withResolvers<() => void>();
    const listener = await listening({
      onRequest: (_request, response) => arrived.resolve(() => answerText(response, 'late')),
    });
    const client = await connectRaw(listener.address.port);
    onTestFinished(client.close);
    await client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const finish = await arrived.promise;
    const stopped = listener.stop(10_000);
    await expect(connectRaw(listener.address.port)).rejects.toThrow('ECONNREFUSED');
    finish();
    expect((await client.read.response()).body.toString()).toBe('late');
    await stopped;
  });

  test('cuts what has not ended in time, after saying so', async () => {
    const events: string[] = [];
    const arrived = Promise.withResolvers<void>();
    const listener = await listening({
      onRequest: (_request, response) => {
        response.onClose(() => events.push('closed'));
        arrived.resolve();
      },
    });
    const client = await connectRaw(listener.address.port);
    onTestFinished(client.close);
    await client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await arrived.promise;
    await listener.stop(10, () => events.push('cut'));
    expect(events).toEqual(['cut', 'closed']);
  });

  test('does not wait for idle connections and tunnels', async () => {
    const listener = await listening({ onUpgrade: (_request, socket) => socket.write('HTTP/1.1 101 OK\r\n\r\n') });
    const idle = await connectRaw(listener.address.port);
    const tunnel = await connectRaw(listener.address.port);
    const unused = await connectRaw(listener.address.port);
    onTestFinished(() => {
      unused.close();
      idle.close();
      tunnel.close();
    });
    await idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await idle.read.response();
    await tunnel.write('GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n');
    await tunnel.read.until('\r\n\r\n');
    const stopped = listener.stop(60_000);
    expect(await tunnel.read.some()).toBeUndefined();
    tunnel.end();
    await stopped;
  });
});
