import Database from 'better-sqlite3';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ExchangeSummary } from '../../src/model/exchange.ts';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { upstreamOf } from '../support/forwarding.ts';
import { sendRaw } from '../support/raw-client.ts';
import { answering } from '../support/raw-upstream.ts';
import { startRecording, until } from '../support/recording.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok';
const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n`;
const post = (target: string): string =>
  `POST ${target} HTTP/1.1\r\nHost: c\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;

/** The newest session as another process sees it at this moment. */
function rowsIn(file: string): readonly ExchangeSummary[] {
  const reader = CassetteReader.open(file);
  try {
    return reader.tail(reader.session().id, 100);
  } finally {
    reader.close();
  }
}

/** Nobody can write until the returned function is called. */
function lockForWriting(file: string): () => void {
  const database = new Database(file);
  database.exec('BEGIN IMMEDIATE');
  return () => void database.close();
}

describe('what a recording leaves', () => {
  test('one finished session in exactly one file, positions and epochs by arrival', async () => {
    const upstream = await upstreamOf(answering(ok));
    const recording = await startRecording(upstream.url);
    for (const request of [get('/a'), post('/b'), get('/c'), post('/d'), get('/e')])
      await sendRaw(recording.port, request);
    const { result, reader, exchanges } = await recording.stop();
    expect(result).toEqual({
      session: 'session-1',
      exchangeCount: 5,
      outcome: 'written',
      problem: undefined,
      lostCount: 0,
    });
    expect(exchanges.map(({ position, request }) => `${position} ${request.target}`)).toEqual([
      '0 /a',
      '1 /b',
      '2 /c',
      '3 /d',
      '4 /e',
    ]);
    const epochs = exchanges.map(({ requestKey, sessionId }) => reader.candidates(sessionId, requestKey)[0]!.epoch);
    expect(epochs).toEqual([0, 0, 1, 1, 2]);
    expect(reader.session()).toMatchObject({ name: 'session-1', redacted: true, exchangeCount: 5 });
    expect(reader.session().endedAt).toBeGreaterThan(0);
    expect(readdirSync(path.dirname(recording.file))).toEqual(['test.cassette']);
  });

  test('no session when nothing came by', async () => {
    const recording = await startRecording('http://127.0.0.1:9');
    const { result, reader } = await recording.stop();
    expect(result).toMatchObject({ outcome: 'none', exchangeCount: 0 });
    expect(reader.sessions()).toEqual([]);
  });

  test('value flows, found at the end', async () => {
    const body = '{"id":"ord_8f3a2c91"}';
    const upstream = await upstreamOf(
      answering(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    );
    const recording = await startRecording(upstream.url);
    await sendRaw(recording.port, post('/orders'));
    await sendRaw(recording.port, get('/orders/ord_8f3a2c91'));
    const { reader } = await recording.stop();
    expect(reader.flows(reader.session().id)).toMatchObject([{ from: 0, to: 1, toPlace: 'path:1' }]);
  });
});

describe('while it runs', () => {
  test('a long exchange is visible to other readers, and those who watch are told of each that is stored', async () => {
    const gate = Promise.withResolvers<void>();
    const upstream = await upstreamOf(async ({ read, write }) => {
      const { startLine } = await read.request();
      if (startLine.includes('/slow')) await gate.promise;
      await write(ok);
    });
    const recording = await startRecording(upstream.url);
    const told: ExchangeSummary[] = [];
    const unsubscribe = recording.proxy.recorder.subscribe((summaries) => told.push(...summaries));
    const slow = sendRaw(recording.port, get('/slow'));
    await until(() => existsSync(recording.file) && rowsIn(recording.file).length === 1);
    expect(rowsIn(recording.file)).toMatchObject([{ position: 0, target: '/slow' }]);
    expect(rowsIn(recording.file)[0]!.status).toBeUndefined();
    await sendRaw(recording.port, get('/fast'));
    await until(() => told.length === 1);
    gate.resolve();
    await slow;
    await until(() => told.length === 2);
    expect(told.map(({ position, target, status }) => ({ position, target, status }))).toEqual([
      { position: 1, target: '/fast', status: 200 },
      { position: 0, target: '/slow', status: 200 },
    ]);
    unsubscribe();
    await sendRaw(recording.port, get('/unseen'));
    await until(() => recording.proxy.feed.status().exchanges === 3);
    expect(told).toHaveLength(2);
    expect(recording.proxy.feed.status()).toMatchObject({ mode: 'record', session: 'session-1', misses: 0 });
  });

  test('an exchange still running at the end of a stop is interrupted', async () => {
    const arrived = Promise.withResolvers<void>();
    const upstream = await upstreamOf(async ({ read }) => {
      await read.request();
      arrived.resolve();
      await read.rest();
    });
    const recording = await startRecording(upstream.url);
    const cut = sendRaw(recording.port, get('/for-ever')).catch((error: unknown) => error);
    await arrived.promise;
    const { exchanges } = await recording.stop(50);
    expect(exchanges[0]!.outcome).toMatchObject({
      kind: 'failure',
      code: 'interrupted',
      message: 'the recorder was stopped before the exchange had ended',
    });
    expect(await cut).toBeInstanceOf(Error);
  });
});

describe('limits', () => {
  const body = 'x'.repeat(5000);
  const large = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  test('on a body cut what is stored, never what is passed on', async () => {
    const upstream = await upstreamOf(answering(large));
    const recording = await startRecording(upstream.url, { recorder: { maxBodyBytes: 100 } });
    const announced: ExchangeSummary[] = [];
    recording.proxy.recorder.subscribe((summaries) => announced.push(...summaries));
    expect((await sendRaw(recording.port, get('/'))).body.length).toBe(5000);
    const { exchanges } = await recording.stop();
    expect(exchanges[0]!.outcome).toMatchObject({ body: { sizeBytes: 100, truncated: true, fullSizeBytes: 5000 } });
    expect(announced).toMatchObject([{ truncated: true, responseBytes: 5000 }]);
    expect(rowsIn(recording.file)).toMatchObject([{ truncated: true, responseBytes: 100 }]);
  });

  test('on the whole recording end it, and traffic goes on', async () => {
    const upstream = await upstreamOf(answering(large));
    const recording = await startRecording(upstream.url, { recorder: { maxTotalBytes: 6000 } });
    for (let i = 0; i < 4; i += 1) expect((await sendRaw(recording.port, get(`/${i}`))).body.length).toBe(5000);
    const { result, exchanges } = await recording.stop();
    expect(exchanges).toHaveLength(2);
    expect(result).toMatchObject({ problem: undefined, lostCount: 0 });
    expect(recording.said).toEqual(['--max-size is reached: traffic goes on, nothing more is recorded']);
  });

  test('on the time end it too', async () => {
    const upstream = await upstreamOf(answering(ok));
    const recording = await startRecording(upstream.url, { recorder: { maxDurationMs: 0 } });
    await sendRaw(recording.port, get('/'));
    expect((await recording.stop()).result.outcome).toBe('none');
  });
});

describe('durable recording', () => {
  test('gives the client the end of its answer only when the exchange is in the cassette', async () => {
    const upstream = await upstreamOf(answering(ok));
    const recording = await startRecording(upstream.url, { proxy: { lastByte: 'stored' } });
    for (let i = 0; i < 5; i += 1) {
      expect((await sendRaw(recording.port, get(`/${i}`))).body.toString()).toBe('ok');
      expect(rowsIn(recording.file).map(({ status }) => status)).toEqual(Array.from({ length: i + 1 }, () => 200));
    }
    const head = await sendRaw(recording.port, `HEAD /h HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n`);
    expect(head.startLine).toContain('200');
    expect(rowsIn(recording.file)).toHaveLength(6);
  });
});

describe('a disk that stalls', () => {
  test('pauses the capture, never the traffic; the session says what it lacks', async () => {
    const upstream = await upstreamOf(answering(ok));
    const recording = await startRecording(upstream.url, { recorder: { stallMs: 60 } });
    await sendRaw(recording.port, get('/before'));
    await until(() => recording.proxy.feed.status().exchanges === 1);
    const release = lockForWriting(recording.file);
    await sendRaw(recording.port, get('/lost'));
    await until(() => recording.proxy.feed.status().warning !== undefined);
    expect((await sendRaw(recording.port, get('/not-recorded'))).body.toString()).toBe('ok');
    release();
    await until(() => recording.proxy.feed.status().warning === undefined);
    await sendRaw(recording.port, get('/after'));
    const { result, reader, exchanges } = await recording.stop();
    const targets = exchanges.map(({ request }) => request.target);
    expect(targets[0]).toBe('/before');
    expect(targets.at(-1)).toBe('/after');
    expect(targets).not.toContain('/not-recorded');
    expect(exchanges.map(({ position }) => position)).toEqual(exchanges.map((_, i) => i));
    expect(result.lostCount).toBeGreaterThan(0);
    expect(reader.session().incomplete).toContain('could not be stored');
    expect(recording.said).toHaveLength(1);
    expect(recording.said[0]).toContain('traffic goes on, recording resumes when it can');
  });
});

describe('starting', () => {
  test('throws what the store refuses, as the store says it', async () => {
    const upstream = await upstreamOf(answering(ok));
    const first = await startRecording(upstream.url);
    await expect(startRecording(upstream.url, { file: first.file })).rejects.toMatchObject({
      name: 'AppError',
      code: 'CASSETTE_LOCKED',
      exitCode: 4,
      message: expect.stringContaining(first.file) as string,
    });
    expect(statSync(first.file).size).toBeGreaterThan(0);
  });
});
