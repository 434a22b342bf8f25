import { describe, expect, onTestFinished, test } from 'vitest';
import { broken, kilobytes, request, startFaultyReplay } from '../support/faulty-replay.ts';
import { askHttp2, openHttp2 } from '../support/http2.ts';
import { connectRaw } from '../support/raw-client.ts';

describe('a body', () => {
  test('after its head: slow-first-byte', async () => {
    const replay = await startFaultyReplay(['*: slow-first-byte 3s']);
    const client = await connectRaw(replay.port);
    onTestFinished(() => client.close());
    await client.write(request('/a'));
    expect(await client.read.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK/);
    await replay.clock.awaited();
    replay.clock.advance(2999);
    expect(replay.clock.waiting()).toBe(1);
    replay.clock.advance(1);
    expect((await client.read.some(3))?.toString()).toBe('one');
  });

  test('of 64 kB takes a second at 64 kB/s, and comes whole', async () => {
    const answer = kilobytes(64);
    const replay = await startFaultyReplay(['*: bandwidth 64kB/s'], [{ target: '/a', answer }]);
    const message = replay.send('GET /a');
    await replay.clock.run(message);
    expect(replay.clock.nowMs() - 1000).toBeGreaterThanOrEqual(1000);
    expect((await message).body.equals(answer)).toBe(true);
    expect((await message).complete).toBe(true);
    expect(replay.told()).toEqual(['fault bandwidth 64kB/s for GET /a']);
  });

  test('cut at a share of it: the client sees that it is not whole', async () => {
    const answer = kilobytes(4);
    const replay = await startFaultyReplay(['*: truncated at 50%'], [{ target: '/a', answer }]);
    const { complete, body } = await replay.send('GET /a');
    expect(complete).toBe(false);
    expect(body.equals(answer.subarray(0, 2048))).toBe(true);
    expect(replay.told()).toEqual(['fault truncated at 50% for GET /a']);
    expect((await replay.stop()).ledger).toMatchObject({ hits: 1, misses: 0, faults: 1 });
  });

  test('cut where it comes in chunks has no last chunk', async () => {
    const answer = kilobytes(2);
    const response = { headers: ['Transfer-Encoding', 'chunked'], framing: 'chunked' } as const;
    const replay = await startFaultyReplay(['*: truncated at 1kB'], [{ target: '/a', answer, response }]);
    const { body } = await broken(replay.port, request('/a'));
    expect(body).toMatch(/^400\r\nretake! /);
    expect(body).not.toMatch(/0\r\n\r\n$/);
  });

  test('cut where the end of the connection ends it, is reset', async () => {
    const response = { headers: [], framing: 'close' } as const;
    const replay = await startFaultyReplay(['*: truncated at 1kB'], [{ target: '/a', answer: kilobytes(2), response }]);
    expect((await broken(replay.port, request('/a'))).code).toBe('ECONNRESET');
  });

  test('reset after so many bytes', async () => {
    const replay = await startFaultyReplay(['*: reset at 1kB'], [{ target: '/a', answer: kilobytes(4) }]);
    const { head, body, code } = await broken(replay.port, request('/a'));
    expect(head).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(body.length).toBeLessThanOrEqual(1024);
    expect(code).toBe('ECONNRESET');
  });

  test('that ends before the place stays whole, and nothing is told', async () => {
    const replay = await startFaultyReplay(['*: truncated at 1kB', '*: reset at 2kB']);
    const { complete, body } = await replay.send('GET /a');
    expect([complete, body.toString()]).toEqual([true, 'one']);
    expect(replay.told()).toEqual([]);
  });

  test('of noise has the length of the real one, and is the same every time', async () => {
    const answer = kilobytes(2);
    const replay = await startFaultyReplay(['*: garbage'], [{ target: '/a', answer }]);
    const [first, second] = [await replay.send('GET /a'), await replay.send('GET /a')];
    expect(first.complete).toBe(true);
    expect(first.body).toHaveLength(2048);
    expect(first.body.equals(answer)).toBe(false);
    expect(second.body.equals(first.body)).toBe(true);
  });

  test('slow and cut: as much as was to come, at its time', async () => {
    const answer = kilobytes(64);
    const replay = await startFaultyReplay(['*: bandwidth 32kB/s', '*: truncated at 50%'], [{ target: '/a', answer }]);
    const message = replay.send('GET /a');
    await replay.clock.run(message);
    expect((await message).body.equals(answer.subarray(0, 32 * 1024))).toBe(true);
    expect(replay.clock.nowMs() - 1000).toBeGreaterThanOrEqual(1000);
  });

  test('that nobody reads is not written into the air: the slow line waits for the client', async () => {
    const answer = kilobytes(32 * 1024);
    const replay = await startFaultyReplay(['*: bandwidth 64MB/s'], [{ target: '/a', answer }]);
    const client = await connectRaw(replay.port);
    onTestFinished(() => client.close());
    await client.write(request('/a'));
    const whole = client.read.response();
    await replay.clock.run(whole);
    expect((await whole).body.equals(answer)).toBe(true);
  });

  test('of a recorded stream breaks off in the middle of its events', async () => {
    const mark = { event: { direction: 'response', offsetMs: 0, sizeBytes: 11 }, payload: Buffer.alloc(0) } as const;
    const response = { headers: ['Transfer-Encoding', 'chunked'], framing: 'chunked' } as const;
    const stream = { target: '/a', answer: 'data: one\n\ndata: two\n\n', response, events: [mark, mark] };
    const replay = await startFaultyReplay(['*: slow-first-byte 1s', '*: truncated at 16B'], [stream]);
    const message = broken(replay.port, request('/a'));
    await replay.clock.run(message);
    expect((await message).body).toBe('b\r\ndata: one\n\n\r\n5\r\ndata:\r\n');
  });

  test('over HTTP/2 is slow, too', async () => {
    const answer = kilobytes(8);
    const replay = await startFaultyReplay(['*: bandwidth 4kB/s'], [{ target: '/a', answer }]);
    const message = askHttp2(openHttp2(`http://127.0.0.1:${replay.port}`), { path: '/a' });
    await replay.clock.run(message);
    expect((await message).body.equals(answer)).toBe(true);
    expect(replay.clock.nowMs() - 1000).toBeGreaterThanOrEqual(2000);
  });
});
