import http2 from 'node:http2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openReader } from '../support/cassette.ts';
import { connectSecurely } from '../support/proxy-client.ts';
import { connectRaw } from '../support/raw-client.ts';
import { readHttp2 } from '../support/http2.ts';
import { startForwardReplay, startReplay } from '../support/replay.ts';
import { bytesOf, playTogether, type PlayStep, recordShop, script } from '../support/lane-shop.ts';

const names = Array.from({ length: 8 }, (_, i) => `test ${i + 1}`);
const basic = (user: string): string => `Basic ${Buffer.from(`${user}:x`).toString('base64')}`;

const secureHost = 'shop.test:443';

/** The same recording, as of a server behind TLS. */
async function startSecureReplay() {
  const shop = await recordShop();
  const reader = openReader(shop.file);
  const session = { ...reader.session(), targets: [{ name: 'default', url: 'https://shop.test' }] };
  return { shop, replay: await startForwardReplay(shop.file, { layers: [{ reader, cassette: 'shop', session }] }) };
}

/** A client that keeps one connection. */
async function keeping(port: number, how: Parameters<typeof bytesOf>[1]): Promise<PlayStep> {
  const client = await connectRaw(port);
  onTestFinished(client.close);
  return async (step) => {
    await client.write(bytesOf(step, how));
    return client.read.response(step.method);
  };
}

describe('eight clients play one recording side by side, told apart by', () => {
  test.for([
    ['the header', (name: string) => ({ headers: [`X-Retake-Lane: ${name}`] })],
    ['baggage', (name: string) => ({ headers: [`baggage: user=7,retake.lane=${encodeURIComponent(name)};x=y`] })],
    ['the path', (name: string) => ({ prefix: `/_retake/lane/${encodeURIComponent(name)}` })],
  ] as const)('%s', async ([, markOf], { task }) => {
    const shop = await recordShop();
    const replay = await startReplay(shop.file);
    const clients = await Promise.all(names.map((name) => keeping(replay.port, markOf(name))));
    await playTogether(shop, clients, task.name.length);
    expect(replay.lanes().map(({ name, hits, misses }) => ({ name, hits, misses }))).toEqual(
      expect.arrayContaining(names.map((name) => ({ name, hits: script.length, misses: 0 }))),
    );
    expect((await replay.stop()).ledger).toMatchObject({ hits: 8 * script.length, misses: 0, relaxed: 0, unused: 0 });
  });

  test('the port', async () => {
    const shop = await recordShop();
    const listeners = names.map((lane) => ({ kind: 'reverse', name: 'default', port: 0, lane }) as const);
    const replay = await startReplay(shop.file, { listeners });
    expect(replay.listeners.map(({ lane }) => lane)).toEqual(names);
    await playTogether(shop, await Promise.all(replay.ports.map((port) => keeping(port, {}))), 4);
    expect((await replay.stop()).ledger).toMatchObject({ hits: 8 * script.length, misses: 0, relaxed: 0 });
  });

  test('the user name that a proxy is asked with', async () => {
    const shop = await recordShop();
    const replay = await startForwardReplay(shop.file);
    const clients = await Promise.all(
      names.map((name) => keeping(replay.port, { prefix: shop.url, headers: [`Proxy-Authorization: ${basic(name)}`] })),
    );
    await playTogether(shop, clients, 5);
    expect((await replay.stop()).ledger).toMatchObject({ hits: 8 * script.length, misses: 0, relaxed: 0 });
  });

  test('the user name of a CONNECT, also for HTTP/1.1 inside TLS', async () => {
    const { shop, replay } = await startSecureReplay();
    const clients = await Promise.all(
      names.map(async (name): Promise<PlayStep> => {
        const headers = [`Proxy-Authorization: ${basic(name)}`];
        const { socket, reader } = await connectSecurely(replay.port, secureHost, { ca: replay.ca, headers });
        const read = reader();
        return async (step) => {
          socket.write(bytesOf(step, {}));
          return read.response(step.method);
        };
      }),
    );
    await playTogether(shop, clients, 6);
    expect(replay.lanes().every(({ how }) => how === 'proxy-user')).toBe(true);
    expect((await replay.stop()).ledger).toMatchObject({ hits: 8 * script.length, misses: 0, relaxed: 0 });
  });
});

test('the user name of a CONNECT holds for HTTP/2 inside', async () => {
  const { replay } = await startSecureReplay();
  const headers = [`Proxy-Authorization: ${basic('over h2')}`];
  const { socket } = await connectSecurely(replay.port, secureHost, { ca: replay.ca, alpn: ['h2'], headers });
  const session = http2.connect('https://shop.test', { createConnection: () => socket });
  onTestFinished(() => session.destroy());
  expect((await readHttp2(session.request({ ':path': '/cart' }))).status).toBe(200);
  expect(replay.lanes()).toMatchObject([{ name: 'over h2', how: 'proxy-user', hits: 1 }]);
});
