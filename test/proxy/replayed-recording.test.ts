import { once } from 'node:events';
import http, { type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Pace } from '../../src/proxy/pace.ts';
import { valueOf } from '../support/byte-reader.ts';
import { upstreamOf } from '../support/forwarding.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startRecording, type TestRecording, until } from '../support/recording.ts';
import { startReplay } from '../support/replay.ts';
import { openSocket } from '../support/web-socket.ts';

/** What a client does and sees, through the proxy at this port: while recording and while replaying the same. */
type Visit<T> = (port: number) => Promise<T>;

async function recordedAndReplayed<T>(recording: TestRecording, visit: Visit<T>, pace: Pace = { kind: 'instant' }) {
  const live = await visit(recording.port);
  await recording.stop();
  const replay = await startReplay(recording.file, { pace });
  const replayed = await visit(replay.port);
  expect(replayed).toEqual(live);
  const { ledger } = await replay.stop();
  expect(ledger).toMatchObject({ misses: 0, relaxed: 0, unused: 0 });
  return replayed;
}

async function recordSocket(onConnection: (socket: WebSocket) => void): Promise<TestRecording> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on('connection', onConnection);
  return startRecording(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

async function recordStream(answer: (response: ServerResponse) => void): Promise<TestRecording> {
  const server = http.createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return startRecording(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

describe('a recorded WebSocket, replayed', () => {
  test.each([
    [false, { kind: 'instant' }],
    [true, { kind: 'instant' }],
    [true, { kind: 'recorded', speed: 2 }],
  ] as const)('is the same to its client, compressed: %s, pace %o', async (deflate, pace) => {
    const recording = await recordSocket((socket) => {
      socket.send('{"hello":"you"}');
      socket.ping('alive?');
      socket.on('message', (data: Buffer, isBinary) => {
        socket.send(data, { binary: isBinary });
        if (data.toString() === 'enough') socket.close(4000, 'as you wish');
      });
    });
    const seen = await recordedAndReplayed(
      recording,
      async (port) => {
        const { socket, first, closed } = await openSocket(`ws://127.0.0.1:${port}/chat`, {
          perMessageDeflate: deflate,
        });
        await first(2);
        socket.send(Buffer.alloc(70_000, 'ab'));
        await first(3);
        socket.ping('1');
        await first(4);
        socket.send('enough');
        return closed;
      },
      pace,
    );
    expect(seen.slice(-3)).toEqual(['pong 1', 'text enough', 'close 4000 as you wish']);
  });

  test('ends without a close where the server did', async () => {
    const recording = await recordSocket((socket) => {
      socket.send('last words', () => {
        // As a server that exits: the end of the connection, and no close before it.
        (socket as unknown as { _socket: { end: () => void } })._socket.end();
      });
    });
    const seen = await recordedAndReplayed(recording, async (port) => {
      const { closed } = await openSocket(`ws://127.0.0.1:${port}/`);
      return closed;
    });
    expect(seen).toEqual(['text last words', 'close 1006']);
  });

  test('that went on when the recording stopped stays open', async () => {
    const recording = await recordSocket((socket) => socket.send('news'));
    const live = await openSocket(`ws://127.0.0.1:${recording.port}/`);
    await live.first(1);
    await recording.stop();
    const replay = await startReplay(recording.file);
    const { socket, first } = await openSocket(`ws://127.0.0.1:${replay.port}/`);
    socket.ping('still there?');
    expect(await first(2)).toEqual(['text news', 'pong still there?']);
  });
});

test('another protocol is the same to its client, half-closed sides included', async () => {
  const upstream = await upstreamOf(async ({ read, write, end }) => {
    const { headers } = await read.requestHead();
    await write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${valueOf(headers, 'upgrade')}\r\nConnection: Upgrade\r\n\r\n`,
    );
    await write('ready\n');
    const all = await read.rest();
    await write(`${all.length} bytes\n`);
    end();
  });
  const recording = await startRecording(upstream.url);
  const seen = await recordedAndReplayed(recording, async (port) => {
    const client = await connectRaw(port);
    onTestFinished(client.close);
    await client.write('GET / HTTP/1.1\r\nHost: h\r\nUpgrade: count/1\r\nConnection: Upgrade\r\n\r\n');
    const head = await client.read.until('\r\n\r\n');
    const ready = await client.read.until('\n');
    await client.write('12345');
    await client.write('67890');
    client.end();
    return [head, ready, (await client.read.rest()).toString()];
  });
  expect(seen.slice(1)).toEqual(['ready\n', '10 bytes\n']);
});

describe('a recorded stream, replayed', () => {
  const head = 'GET /events HTTP/1.1\r\nHost: h\r\n\r\n';

  test('of a model that writes word by word is the same to the byte and event by event', async () => {
    const events = Array.from({ length: 2000 }, (_, i) => `data: {"index":${i},"token":"word ${i % 97}"}\n\n`);
    const recording = await recordStream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      let i = 0;
      const next = (): void => {
        if (i === events.length) {
          response.end('data: [DONE]\n\n');
          return;
        }
        response.write(events[i]);
        i += 1;
        setImmediate(next);
      };
      next();
    });
    const bytes = await recordedAndReplayed(recording, async (port) => {
      const answer = await fetch(`http://127.0.0.1:${port}/events`);
      const reader = answer.body!.getReader();
      const pieces: Buffer[] = [];
      for (let step = await reader.read(); !step.done; step = await reader.read()) pieces.push(Buffer.from(step.value));
      // Stepwise: a client that shows word by word gets more than a few pieces.
      expect(pieces.length).toBeGreaterThan(100);
      return Buffer.concat(pieces).toString();
    });
    expect(bytes).toBe(`${events.join('')}data: [DONE]\n\n`);
  });

  test.each([
    ['text/event-stream', 'data: 1\n\n'],
    ['text/event-stream', ''],
    ['application/x-ndjson', '{"n":1}\n'],
    ['multipart/x-mixed-replace; boundary=b', '--b\r\n\r\nframe\r\n'],
  ])('that its client left (%s %j) is there again, and stays open until the client leaves', async (type, piece) => {
    const recording = await recordStream((response) => {
      response.writeHead(200, { 'content-type': type });
      response.flushHeaders();
      if (piece !== '') response.write(piece);
    });
    const visit = async (port: number, leave: 'close' | 'reset'): Promise<string> => {
      const client = await connectRaw(port);
      await client.write(head);
      const answer = await client.read.until('\r\n\r\n');
      const first = piece === '' ? '' : await client.read.until(`${piece}\r\n`);
      client[leave]();
      return answer + first;
    };
    const live = await visit(recording.port, 'reset');
    await until(() => recording.proxy.recorder.storedCount === 1);
    await recording.stop();
    const replay = await startReplay(recording.file);
    expect(await visit(replay.port, 'close')).toBe(live);
    await until(() => replay.events.length === 1);
    const waiting = await connectRaw(replay.port);
    await waiting.write(head);
    await waiting.read.until(piece === '' ? '\r\n\r\n' : `${piece}\r\n`);
    await replay.stop();
    // Cut by the end of the replay, without the last chunk that would say that this was all.
    expect((await waiting.read.rest()).toString()).toBe('');
    expect((await replay.stop()).ledger).toMatchObject({ hits: 2, misses: 0, relaxed: 0, unused: 0 });
  });

  test('that the end of the recording interrupted is there again', async () => {
    const recording = await recordStream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
    });
    const live = await connectRaw(recording.port);
    await live.write(head);
    await live.read.until('1\n\n\r\n');
    const { exchanges } = await recording.stop(0);
    expect(exchanges[0]!.outcome).toMatchObject({ kind: 'failure', code: 'interrupted' });
    const replay = await startReplay(recording.file);
    const client = await connectRaw(replay.port);
    await client.write(head);
    expect(await client.read.until('1\n\n\r\n')).toContain('HTTP/1.1 200 OK');
    // Nothing more will come: the end of the client's side ends the connection, and still not the stream.
    client.end();
    expect((await client.read.rest()).toString()).toBe('');
  });
});
