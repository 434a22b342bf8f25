import { once } from 'node:events';
import http from 'node:http';
import type net from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readReadyFile, waitUntilReady } from '../../src/demo/start-process.ts';
import { openReader } from '../support/cassette.ts';
import { startCli, startRetake } from '../support/process.ts';
import { replayFolder, shop } from '../support/replayable.ts';
import { tempFolder } from '../support/temp-folder.ts';

const get = async (url: string, target: string): Promise<string> => (await fetch(`${url}${target}`)).text();

describe('the API of the control listener', () => {
  interface Steered {
    readonly ready: { readonly control?: { readonly url: string; readonly token: string } };
  }
  const api = async ({ ready }: Steered, method: string, target: string, body?: object): Promise<Response> => {
    const { url, token } = ready.control!;
    return fetch(`${url}/api/v1${target}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  };

  test('switches what misses get, and ends the replay with its verdict', async () => {
    const server = http.createServer((_, response) => response.end('upstream')).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const target = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
    const replay = await startRetake(['replay', 'shop', '--on-miss', 'forward', '--target', target], {
      cwd: replayFolder(shop),
    });
    expect(await get(replay.url, '/new')).toBe('upstream');
    const switched = await api(replay, 'PUT', '/mode', { onMiss: 'error' });
    expect(await switched.json()).toMatchObject({ mode: { onMiss: 'error', allowed: ['error', 'forward'] } });
    expect((await fetch(`${replay.url}/new`)).status).toBe(502);
    expect((await api(replay, 'PUT', '/mode', { onMiss: 'record' })).status).toBe(409);
    expect((await api(replay, 'PUT', '/mode', { onMiss: 'forward' })).status).toBe(200);
    expect(await get(replay.url, '/new')).toBe('upstream');
    expect(await (await api(replay, 'GET', '/status')).json()).toMatchObject({ counts: { misses: 1, forwarded: 2 } });
    const stopping = await api(replay, 'POST', '/stop');
    expect([stopping.status, await stopping.json()]).toEqual([202, { schema: 'retake.stop/1', stopping: true }]);
    const { code, stderr } = await replay.ended;
    expect(stderr).toContain('0 hits, 1 miss, 2 passed on to upstream');
    expect(code).toBe(1);
  });

  test('pauses a recording, and ends it', async () => {
    const server = http.createServer((_, response) => response.end('upstream')).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const target = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
    const cwd = tempFolder();
    const recorder = await startRetake(['record', '--target', target, '--cassette', 'shop'], { cwd });
    await get(recorder.url, '/before');
    const paused = await api(recorder, 'PUT', '/mode', { mode: 'passthrough' });
    expect(await paused.json()).toMatchObject({ mode: { kind: 'record', mode: 'passthrough' } });
    expect(await get(recorder.url, '/while')).toBe('upstream');
    expect((await api(recorder, 'PUT', '/mode', { onMiss: 'error' })).status).toBe(409);
    expect((await api(recorder, 'GET', '/lanes')).status).toBe(409);
    expect((await api(recorder, 'POST', '/stop')).status).toBe(202);
    expect((await recorder.ended).code).toBe(0);
    const reader = openReader(path.join(cwd, 'cassettes', 'shop.cassette'));
    const session = reader.session();
    expect([session.exchangeCount, session.incomplete]).toEqual([
      1,
      '1 exchange passed unrecorded while the recording was paused',
    ]);
  });

  test('ends a program that exec runs', async () => {
    const cwd = tempFolder();
    const ready = path.join(cwd, 'ready.json');
    const forever = [process.execPath, '-e', 'setInterval(() => {}, 1000)'];
    const running = startCli(
      ['exec', '--ca-dir', path.join(cwd, 'ca'), '--cassette', 'shop', '--ready-file', ready, '--', ...forever],
      { cwd },
    );
    const file = await waitUntilReady(running, () => readReadyFile(ready));
    expect((await api({ ready: file }, 'POST', '/stop')).status).toBe(202);
    expect((await running.ended).code).toBe(143);
  });
});
