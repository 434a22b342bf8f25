import { existsSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseRecordFilter } from '../../src/proxy/record-filter.ts';
import { parseTarget } from '../../src/model/target.ts';
import { valueOf } from '../support/byte-reader.ts';
import { upstreamOf } from '../support/forwarding.ts';
import { connectRaw, sendRaw } from '../support/raw-client.ts';
import { answering } from '../support/raw-upstream.ts';
import { startRecording } from '../support/recording.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok';
const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n`;

test('a paused recording lets traffic pass, says so in the session, and goes on', async () => {
  const upstream = await upstreamOf(answering(ok));
  const { port, proxy, stop } = await startRecording(upstream.url);
  await sendRaw(port, get('/before'));
  proxy.recorder.mode = 'passthrough';
  expect(proxy.feed.status().warning).toBe('the recording is paused: traffic passes unrecorded');
  expect((await sendRaw(port, get('/while'))).body.toString()).toBe('ok');
  proxy.recorder.mode = 'record';
  expect(proxy.feed.status().warning).toBeUndefined();
  await sendRaw(port, get('/after'));
  const { exchanges, reader, result } = await stop();
  expect(exchanges.map(({ request }) => request.target)).toEqual(['/before', '/after']);
  expect(reader.session().incomplete).toBe('1 exchange passed unrecorded while the recording was paused');
  expect(result).toMatchObject({ lostCount: 0, problem: undefined });
});

describe('what is recorded', () => {
  test('is what was on the wire: headers of the connection, framing, duplicates, Latin-1', async () => {
    const answer =
      'HTTP/1.1 200 OK\r\nx-A: 1\r\nX-a: caf\xe9\r\nConnection: X-Hop\r\nX-Hop: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n';
    const upstream = await upstreamOf(answering(Buffer.from(answer, 'latin1')));
    const recording = await startRecording(upstream.url);
    await sendRaw(recording.port, get('/a?b=1'));
    const { exchanges } = await recording.stop();
    expect(exchanges[0]!.request).toMatchObject({
      target: '/a?b=1',
      headers: ['Host', 'c', 'Connection', 'close'],
    });
    expect(exchanges[0]!.outcome).toMatchObject({
      framing: 'chunked',
      headers: ['x-A', '1', 'X-a', 'caf\xe9', 'Connection', 'X-Hop', 'X-Hop', '1', 'Transfer-Encoding', 'chunked'],
    });
  });

  test('of a failed hop is the failure that the client was told of', async () => {
    const upstream = await upstreamOf(async ({ read, reset }) => {
      await read.request();
      reset();
    });
    const recording = await startRecording(upstream.url);
    const answer = await sendRaw(recording.port, get('/'));
    const { exchanges } = await recording.stop();
    const told = JSON.parse(answer.body.toString()) as { detail: string };
    expect(exchanges[0]!.outcome).toEqual({ kind: 'failure', code: 'reset', message: told.detail });
  });

  test('of a switch of protocols is the 101', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.requestHead();
      await write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      await read.rest();
    });
    const recording = await startRecording(upstream.url);
    const client = await connectRaw(recording.port);
    await client.write('GET /ws HTTP/1.1\r\nHost: c\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    await client.read.until('\r\n\r\n');
    client.end();
    const { exchanges } = await recording.stop();
    expect(exchanges[0]!.outcome).toMatchObject({ kind: 'response', status: 101 });
  });

  test('is only what the filter admits; positions have no gaps', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      const { startLine } = await read.request();
      await write(startLine.includes('.png') ? ok.replace('text/plain', 'image/png') : ok);
    });
    const filter = parseRecordFilter(['/api/**'], ['method:DELETE', 'type:image/*']);
    const recording = await startRecording(upstream.url, { proxy: { filter } });
    const requests = ['/api/1', '/other', '/api/2.png', '/api/3'].map(get);
    for (const request of [...requests, get('/api/4').replace('GET', 'DELETE'), get('/api/5')]) {
      expect((await sendRaw(recording.port, request)).body.toString()).toBe('ok');
    }
    const { exchanges } = await recording.stop();
    expect(exchanges.map(({ position, request }) => `${position} ${request.target}`)).toEqual([
      '0 /api/1',
      '1 /api/3',
      '2 /api/5',
    ]);
  });

  test('of several targets is one session with one listener each', async () => {
    const [api, auth] = [await upstreamOf(answering(ok)), await upstreamOf(answering(ok))];
    const recording = await startRecording(api.url, { targets: { api: api.url, auth: auth.url } });
    const ports = recording.proxy.listeners.map(({ url }) => Number(new URL(url).port));
    await sendRaw(ports[0]!, get('/1'));
    await sendRaw(ports[1]!, get('/2'));
    const { reader, exchanges } = await recording.stop();
    expect(exchanges.map(({ targetName, request }) => `${targetName} ${request.target}`)).toEqual([
      'api /1',
      'auth /2',
    ]);
    expect(reader.session().targets).toEqual([
      { name: 'api', url: api.url },
      { name: 'auth', url: auth.url },
    ]);
    expect([api.connectionCount(), auth.connectionCount()]).toEqual([1, 1]);
  });

  test('of 64 clients at full speed is every exchange, each with its own answer', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      for (;;) {
        const { startLine } = await read.request();
        const body = startLine.split(' ')[1]!;
        await write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      }
    });
    const recording = await startRecording(upstream.url);
    const perClient = 40;
    await Promise.all(
      Array.from({ length: 64 }, async (_, client) => {
        const connection = await connectRaw(recording.port);
        for (let i = 0; i < perClient; i += 1) {
          await connection.write(`GET /${client}-${i} HTTP/1.1\r\nHost: c\r\n\r\n`);
          expect((await connection.read.response()).body.toString()).toBe(`/${client}-${i}`);
        }
        connection.close();
      }),
    );
    const { result, reader, exchanges } = await recording.stop();
    expect(result).toMatchObject({ exchangeCount: 64 * perClient, lostCount: 0, problem: undefined });
    expect(exchanges.map(({ position }) => position)).toEqual(exchanges.map((_, i) => i));
    expect(new Set(exchanges.map(({ request }) => request.target)).size).toBe(64 * perClient);
    for (const { request, outcome } of exchanges) {
      expect(outcome?.kind === 'response' && reader.body(outcome.body.sha256).toString()).toBe(request.target);
    }
    // Positions are by arrival: no exchange began before the one in front of it.
    const starts = exchanges.map(({ startedAt }) => startedAt);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });
});

describe('what the client gets', () => {
  test('a request that can be read in two ways is refused, and upstream never sees it', async () => {
    const upstream = await upstreamOf(answering(ok));
    const recording = await startRecording(upstream.url);
    const answer = await sendRaw(recording.port, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n');
    expect(answer.startLine).toBe('HTTP/1.1 400 Bad Request');
    expect(valueOf(answer.headers, 'connection')).toBe('close');
    expect(upstream.connectionCount()).toBe(0);
    expect((await recording.stop()).exchanges).toEqual([]);
  });

  test('redirects to the target lead back here when asked for; the cassette keeps what upstream said', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      const { headers } = await read.request();
      await write(
        `HTTP/1.1 302 Found\r\nLocation: http://${valueOf(headers, 'host')}/next\r\nContent-Length: 0\r\n\r\n`,
      );
    });
    const recording = await startRecording(upstream.url, { proxy: { clientHeaders: 'mapped' } });
    const answer = await sendRaw(recording.port, get('/'));
    expect(valueOf(answer.headers, 'location')).toBe('http://c/next');
    const { exchanges } = await recording.stop();
    expect(exchanges[0]!.outcome).toMatchObject({
      headers: ['Location', `${upstream.url}/next`, 'Content-Length', '0'],
    });
  });
});

describe('a target that leads back to us', () => {
  test('is refused at the start, and nothing is left behind', async () => {
    const port = await freePort();
    const file = path.join(tempFolder(), 'a.cassette');
    const listeners = [{ kind: 'reverse' as const, target: parseTarget(`http://localhost:${port}`), port }];
    const start = startRecording('http://localhost', { file, proxy: { listeners } });
    await expect(start).rejects.toMatchObject({ code: 'TARGET_IS_SELF' });
    expect(existsSync(file)).toBe(false);
    await expect(connectRaw(port)).rejects.toThrow('ECONNREFUSED');
  });

  test('later on is answered with 508, by the address connected to', async () => {
    const upstream = await upstreamOf(answering(ok));
    const recording = await startRecording(upstream.url);
    // As if the review UI had been started there.
    recording.proxy.addOwnAddress({ address: '127.0.0.1', port: upstream.port });
    const answer = await sendRaw(recording.port, get('/'));
    expect(answer.startLine).toBe('HTTP/1.1 508 Loop Detected');
    const client = await connectRaw(recording.port);
    onTestFinished(client.close);
    await client.write('GET / HTTP/1.1\r\nHost: c\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    expect((await client.read.response()).startLine).toBe('HTTP/1.1 508 Loop Detected');
  });
});

test('a recorder that cannot start leaves no listener', async () => {
  const port = await freePort();
  const listeners = [{ kind: 'reverse' as const, target: parseTarget('http://127.0.0.1:9'), port }];
  const folder = tempFolder();
  await expect(startRecording('http://127.0.0.1:9', { file: folder, proxy: { listeners } })).rejects.toMatchObject({
    exitCode: 4,
  });
  await expect(connectRaw(port)).rejects.toThrow('ECONNREFUSED');
});

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
