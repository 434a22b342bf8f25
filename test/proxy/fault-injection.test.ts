import { describe, expect, onTestFinished, test } from 'vitest';
import { parseFault } from '../../src/model/fault-text.ts';
import { valueOf } from '../support/byte-reader.ts';
import { server } from '../support/conversation.ts';
import { broken, request, startFaultyReplay } from '../support/faulty-replay.ts';
import { openGrpcClient, startGrpcServer } from '../support/grpc.ts';
import { askHttp2, openHttp2 } from '../support/http2.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startRecording } from '../support/recording.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { get, post, socket } from '../support/replayable.ts';
import { testClock } from '../support/test-clock.ts';
import { openSocket } from '../support/web-socket.ts';

describe('an answer that the server never gave', () => {
  test('a status comes with words, Retry-After and a mark, and uses no recording: the retry finds it', async () => {
    const replay = await startFaultyReplay(
      ['POST /pay: 503 retry-after 2s first 2'],
      [post('/pay', '{"n":1}', 'paid'), get('/paid', 'yes')],
    );
    const pay = () => replay.send('POST /pay\nContent-Type: application/json', '{"n":1}');
    const { startLine, headers, body } = await pay();
    expect(startLine).toBe('HTTP/1.1 503 Service Unavailable');
    expect(valueOf(headers, 'retry-after')).toBe('2');
    expect(valueOf(headers, 'x-retake-fault')).toBe('503');
    expect(JSON.parse(body.toString())).toEqual({
      title: 'Service Unavailable',
      status: 503,
      detail: 'injected on purpose: POST /pay: 503 retry-after 2s first 2',
    });
    expect((await pay()).startLine).toContain('503');
    expect((await pay()).body.toString()).toBe('paid');
    expect((await replay.send('GET /paid')).body.toString()).toBe('yes');
    expect(replay.told()).toEqual(['fault 503 for POST /pay (1 of 2)', 'fault 503 for POST /pay (2 of 2)']);
    const { ledger } = await replay.stop();
    expect(ledger).toMatchObject({ hits: 2, misses: 0, relaxed: 0, unused: 0, faults: 2 });
    expect(ledger.faultList).toEqual([{ fault: 'POST /pay: 503 retry-after 2s first 2', count: 2 }]);
  });

  test('a write that failed so changes nothing: reads stay in the stretch before it', async () => {
    const replay = await startFaultyReplay(
      ['POST /a: reset first 1'],
      [get('/a', 'before'), post('/a', '{}', 'done'), get('/a', 'after')],
    );
    const write = 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
    expect((await broken(replay.port, write)).code).toBe('ECONNRESET');
    expect((await replay.send('GET /a')).body.toString()).toBe('before');
    expect((await broken(replay.port, write.replace('Host', 'Connection: close\r\nHost'))).body).toBe('done');
    expect((await replay.send('GET /a')).body.toString()).toBe('after');
  });

  test('HEAD gets the head alone', async () => {
    const replay = await startFaultyReplay(['*: 503']);
    const { head, body } = await broken(
      replay.port,
      request('/a', 'HEAD').replace('Host', 'Connection: close\r\nHost'),
    );
    expect(head).toMatch(/^HTTP\/1\.1 503 /);
    expect(body).toBe('');
  });

  test('a rate limit answers 429 until its window is over', async () => {
    const replay = await startFaultyReplay(['GET /a: rate-limit 1 per 5s']);
    expect((await replay.send('GET /a')).startLine).toContain('200');
    const { startLine, headers } = await replay.send('GET /a');
    expect(startLine).toBe('HTTP/1.1 429 Too Many Requests');
    expect(valueOf(headers, 'retry-after')).toBe('5');
    replay.clock.advance(5000);
    expect((await replay.send('GET /a')).startLine).toContain('200');
    expect(replay.told()).toEqual(['fault 429 for GET /a']);
  });

  test('a reset is a reset on the wire, and nothing comes before it', async () => {
    const replay = await startFaultyReplay(['GET /a: reset first 1']);
    expect(await broken(replay.port, request('/a'))).toEqual({ head: '', body: '', code: 'ECONNRESET' });
    expect((await replay.send('GET /a')).body.toString()).toBe('one');
  });

  test('silence lasts until the client leaves', async () => {
    const replay = await startFaultyReplay(['GET /a: timeout first 1']);
    const client = await connectRaw(replay.port);
    await client.write(request('/a'));
    await expect.poll(() => replay.told()).toEqual(['fault timeout for GET /a (1 of 1)']);
    client.end();
    expect(await client.read.rest()).toHaveLength(0);
    expect((await replay.send('GET /a')).body.toString()).toBe('one');
  });

  test('silence ends with the replay', async () => {
    const replay = await startFaultyReplay(['GET /a: timeout']);
    const client = await connectRaw(replay.port);
    onTestFinished(() => client.close());
    await client.write(request('/a'));
    await expect.poll(() => replay.told()).toHaveLength(1);
    await replay.stop();
    expect(await client.read.rest()).toHaveLength(0);
  });
});

describe('an answer that comes late', () => {
  test('waits as long as was drawn, and uses its recording', async () => {
    const replay = await startFaultyReplay(['GET /a: latency 2s', '*: latency 500ms']);
    const answer = replay.send('GET /a');
    await replay.clock.awaited();
    const startedAtMs = replay.clock.nowMs();
    await replay.clock.run(answer);
    expect(replay.clock.nowMs() - startedAtMs).toBe(2500);
    expect((await answer).body.toString()).toBe('one');
    expect(replay.told()).toEqual(['fault latency 2s for GET /a', 'fault latency 500ms for GET /a']);
    expect((await replay.stop()).ledger).toMatchObject({ hits: 1, misses: 0, faults: 2 });
  });

  test('of a client that has left the clock forgets', async () => {
    const replay = await startFaultyReplay(['*: latency 1h']);
    const client = await connectRaw(replay.port);
    await client.write(request('/a'));
    await replay.clock.awaited();
    client.reset();
    await expect.poll(() => replay.clock.waiting()).toBe(0);
  });

  test('holds the pipelined one behind it back, so that order stays', async () => {
    const replay = await startFaultyReplay(['GET /a: latency 1s']);
    const client = await connectRaw(replay.port);
    onTestFinished(() => client.close());
    await client.write(request('/a') + request('/b'));
    const both = (async () => [await client.read.response(), await client.read.response()])();
    await replay.clock.run(both);
    expect((await both).map(({ body }) => body.toString())).toEqual(['one', 'two']);
  });

  test('before a status, it comes before the status', async () => {
    const replay = await startFaultyReplay(['*: latency 1s', '*: 500']);
    const answer = replay.send('GET /a');
    await replay.clock.run(answer);
    expect((await answer).startLine).toContain('500');
    expect(replay.clock.nowMs()).toBe(2000);
  });
});

describe('over HTTP/2', () => {
  const ask = (replay: TestReplay, path: string) => askHttp2(openHttp2(`http://127.0.0.1:${replay.port}`), { path });

  test('a reset is one of the stream, the connection goes on', async () => {
    const replay = await startFaultyReplay(['GET /a: reset first 1']);
    const session = openHttp2(`http://127.0.0.1:${replay.port}`);
    expect(await askHttp2(session, { path: '/a' })).toMatchObject({ status: 0, rstCode: 2 });
    expect(await askHttp2(session, { path: '/a' })).toMatchObject({
      status: 200,
      rstCode: 0,
      body: Buffer.from('one'),
    });
  });

  test('a status, and a body that breaks off', async () => {
    const replay = await startFaultyReplay(['GET /a: 503 first 1', 'GET /b: truncated at 1B']);
    expect((await ask(replay, '/a')).status).toBe(503);
    const { body, rstCode } = await ask(replay, '/b');
    expect([body.toString(), rstCode]).toEqual(['t', 2]);
  });
});

describe('a request to switch protocols', () => {
  const chat = [socket('/ws', [server.text('hello')])];

  test('may be refused, reset, or late', async () => {
    const replay = await startFaultyReplay(
      ['GET /ws: 503 first 1', 'GET /ws: reset first 1 after 1', 'GET /ws: latency 1s after 2'],
      chat,
    );
    const url = `ws://127.0.0.1:${replay.port}/ws`;
    await expect(openSocket(url)).rejects.toThrow('503');
    await expect(openSocket(url)).rejects.toThrow(/ECONNRESET|socket hang up/);
    const opened = openSocket(url);
    await replay.clock.run(opened);
    expect(replay.told()).toEqual([
      'fault 503 for GET /ws (1 of 1)',
      'fault reset for GET /ws (1 of 1)',
      'fault latency 1s for GET /ws',
    ]);
  });

  test('may meet silence, until the client leaves', async () => {
    const replay = await startFaultyReplay(['GET /ws: timeout'], chat);
    const client = await connectRaw(replay.port);
    await client.write('GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    await expect.poll(() => replay.told()).toHaveLength(1);
    client.end();
    expect(await client.read.rest()).toHaveLength(0);
  });
});

test('faults come and go while it runs', async () => {
  const replay = await startFaultyReplay([]);
  const { faults } = replay;
  expect((await replay.send('GET /a')).startLine).toContain('200');
  const { id } = faults.add('GET /a: 503');
  expect((await replay.send('GET /a')).startLine).toContain('503');
  expect(faults.list()).toMatchObject([{ id, text: 'GET /a: 503', matched: 1, injected: 1 }]);
  faults.remove(id);
  expect((await replay.send('GET /a')).startLine).toContain('200');
});

test('a lane by its name, and no query in what is told', async () => {
  const replay = await startFaultyReplay(['*: 503 lane blue']);
  expect((await replay.send('GET /a?token=s3cret')).startLine).toContain('502');
  expect((await replay.send('GET /a?token=s3cret\nX-Retake-Lane: blue')).startLine).toContain('503');
  expect(replay.told()).toEqual(['fault 503 for GET /a']);
});

test('a gRPC call may be refused, cut and late; a retry finds its recording', async () => {
  const server = await startGrpcServer();
  const recording = await startRecording(`http://127.0.0.1:${server.port}`);
  const recorded = await openGrpcClient(recording.port).list('ada');
  await recording.stop();
  server.stop();
  const clock = testClock();
  const lines = ['POST /**: 503 first 1', 'POST /**: reset first 1 after 1', 'POST /**: latency 1s after 2'];
  const replay = await startReplay(recording.file, { faults: lines.map(parseFault), faultClock: clock });
  const client = openGrpcClient(replay.port);
  // Unavailable, and an internal error for a reset stream ("Status codes" of gRPC over HTTP/2).
  expect([(await client.list('ada')).code, (await client.list('ada')).code]).toEqual([14, 13]);
  const late = client.list('ada');
  await clock.run(late);
  expect(await late).toEqual(recorded);
  expect((await replay.stop()).ledger).toMatchObject({ hits: 1, misses: 0, unused: 0, faults: 3 });
});
