import { describe, expect, test } from 'vitest';
import { emptyBody } from '../../src/model/exchange.ts';
import { valueOf } from '../support/byte-reader.ts';
import { openReader, responseOutcome } from '../support/cassette.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startReplay } from '../support/replay.ts';
import { counter, get, post, replayable } from '../support/replayable.ts';

describe('what is never served', () => {
  test.each([
    ['interrupted', { kind: 'failure', code: 'interrupted', message: 'stopped' }],
    ['left by its client', { kind: 'failure', code: 'client-aborted', message: 'left' }],
    ['cut by a limit', responseOutcome({ body: { ...emptyBody, truncated: true, fullSizeBytes: 4096 } })],
    ['switched to another protocol', responseOutcome({ status: 101, framing: 'none' })],
  ] as const)('an exchange that was %s', async (_, outcome) => {
    const replay = await startReplay(replayable({ exchanges: [{ target: '/a', outcome }] }));
    const message = await replay.send('GET /a');
    expect(valueOf(message.headers, 'x-retake-miss')).toBe('incomplete');
  });

  test('a request that two readers could understand differently', async () => {
    const replay = await startReplay(replayable({ exchanges: [get('/a', 'one')] }));
    const message = await replay.send('GET /a\nHost: other');
    expect(message.startLine).toBe('HTTP/1.1 400 Bad Request');
    expect((await replay.stop()).ledger).toMatchObject({ hits: 0, misses: 0 });
  });
});

describe('one connection', () => {
  test('pipelined requests keep their order: a read does not overtake the write before it', async () => {
    const replay = await startReplay(replayable({ exchanges: counter }));
    const client = await connectRaw(replay.port);
    const write =
      'POST /count HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"add":1}';
    const read = 'GET /count HTTP/1.1\r\nHost: a\r\n\r\n';
    await client.write(read + write + read + write + read);
    const bodies: string[] = [];
    for (let i = 0; i < 5; i += 1) bodies.push(String((await client.read.response()).body));
    client.close();
    expect(bodies).toEqual(['0', 'added', '1', 'added again', '2']);
  });

  test('a client that leaves in the middle of its request uses no recording', async () => {
    const replay = await startReplay(replayable({ exchanges: [post('/a', '{"n":1}', 'done')] }));
    const client = await connectRaw(replay.port);
    await client.write(
      'POST /a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"n"',
    );
    client.reset();
    const message = await replay.send('POST /a\nContent-Type: application/json', '{"n":1}');
    expect(String(message.body)).toBe('done');
    expect((await replay.stop()).ledger).toMatchObject({ hits: 1, misses: 0 });
  });

  test('an ambiguous request ends the connection: nothing behind it is trusted', async () => {
    const replay = await startReplay(replayable({ exchanges: [get('/a', 'one')] }));
    const client = await connectRaw(replay.port);
    await client.write('GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n');
    expect((await client.read.response()).startLine).toBe('HTTP/1.1 400 Bad Request');
    expect(await client.read.rest()).toHaveLength(0);
    client.close();
  });
});

test('a cassette that cannot be read any more makes misses, with and without a credential', async () => {
  let isGone = false;
  const file = replayable({ redacted: false, exchanges: [get('/a', 'one')] });
  const opened = openReader(file);
  const reader = new Proxy(opened, {
    get: (of, name) => {
      const value: unknown = Reflect.get(of, name, of);
      if (typeof value !== 'function') return value;
      return isGone ? raiseGone : (value.bind(of) as unknown);
    },
  });
  const replay = await startReplay(file, { layers: [{ reader, cassette: 'shop', session: opened.session() }] });
  isGone = true;
  for (const head of ['GET /a', 'GET /a\nAuthorization: Bearer abc']) {
    expect(valueOf((await replay.send(head)).headers, 'x-retake-miss')).toBe('unreadable');
  }
  isGone = false;
  expect((await replay.stop()).ledger.misses).toBe(2);
});

function raiseGone(): never {
  throw new Error('the disk is gone');
}

test('an event carries the recording, with the time of this answer', async () => {
  const before = Date.now();
  const replay = await startReplay(replayable({ exchanges: [{ ...post('/a', '{"n":1}', 'done'), durationMs: 5000 }] }));
  await replay.send('POST /a\nContent-Type: application/json\nX-Retake-Lane: two', '{"n":1}');
  const [event] = replay.events;
  expect(event).toMatchObject({
    kind: 'hit',
    address: 'shop:session-1/0',
    lane: 'two',
    relaxations: [],
    exchange: { session: 'session-1', position: 0, requestBytes: 7, responseBytes: 4, contentType: 'text/plain' },
  });
  const { startedAt = 0, durationMs = 0 } = event?.kind === 'hit' ? event.exchange : {};
  expect(startedAt).toBeGreaterThanOrEqual(before - 1);
  expect(durationMs).toBeLessThan(5000);
});
