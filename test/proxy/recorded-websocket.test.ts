import { once } from 'node:events';
import { copyFileSync, readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, type ClientOptions, WebSocketServer } from 'ws';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { parseRecordFilter } from '../../src/proxy/record-filter.ts';
import { valueOf } from '../support/byte-reader.ts';
import { upstreamOf } from '../support/forwarding.ts';
import { openReader } from '../support/cassette.ts';
import { connectRaw } from '../support/raw-client.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type Recorded, type RecordingOverrides, startRecording, until } from '../support/recording.ts';

/** A server that sends back what it gets, in a recording. */
async function startEcho(overrides?: RecordingOverrides) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on('connection', (socket) =>
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
  );
  return startRecording(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, overrides);
}

async function connect(port: number, options: ClientOptions = {}, path = '/chat'): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, options);
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

async function answerTo(socket: WebSocket, message: string | Buffer): Promise<Buffer> {
  const answer = once(socket, 'message') as Promise<[Buffer]>;
  socket.send(message);
  return (await answer)[0];
}

async function close(socket: WebSocket, code: number, reason: string): Promise<void> {
  const closed = once(socket, 'close');
  socket.close(code, reason);
  await closed;
}

/** Events of an exchange as lines: direction, opcode, size, text. */
function linesOf({ reader, exchanges }: Pick<Recorded, 'reader' | 'exchanges'>, position = 0): string[] {
  return reader.streamEvents(exchanges[position]!.id).map(({ direction, opcode, sizeBytes, sha256 }) => {
    const text = reader.body(sha256!).toString('latin1');
    return `${direction === 'request' ? '>' : '<'} ${opcode ?? '-'} ${sizeBytes} ${text.slice(0, 60)}`;
  });
}

describe('a WebSocket through a recording', () => {
  test.each([[false], [true]])('is in the cassette message by message, compressed on the wire: %s', async (deflate) => {
    const { port, stop } = await startEcho();
    const socket = await connect(port, { perMessageDeflate: deflate });
    expect((await answerTo(socket, 'hello')).toString()).toBe('hello');
    expect((await answerTo(socket, Buffer.alloc(300_000, 'ab'))).length).toBe(300_000);
    expect((await answerTo(socket, 'hello again')).toString()).toBe('hello again');
    const pong = once(socket, 'pong');
    socket.ping('are you there');
    await pong;
    await close(socket, 1000, 'enough');
    const recorded = await stop();
    expect(recorded.exchanges[0]!.outcome).toMatchObject({ kind: 'response', status: 101 });
    expect(recorded.exchanges[0]!.durationMs).toBeGreaterThan(recorded.exchanges[0]!.firstByteMs!);
    const large = Buffer.alloc(60, 'ab').toString();
    expect(linesOf(recorded)).toEqual([
      '> 1 5 hello',
      '< 1 5 hello',
      `> 2 300000 ${large}`,
      `< 2 300000 ${large}`,
      '> 1 11 hello again',
      '< 1 11 hello again',
      '> 9 13 are you there',
      '< 10 13 are you there',
      '> 8 8 \u0003\u00e8enough',
      '< 8 8 \u0003\u00e8enough',
    ]);
    const offsets = recorded.reader.streamEvents(recorded.exchanges[0]!.id).map(({ offsetMs }) => offsetMs);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  });

  test('keeps secrets off the disk, and changes nothing on the wire', async () => {
    const { port, stop } = await startEcho();
    const socket = await connect(port, {}, '/chat?token=tok-0123456789abcdef');
    const login = '42["login",{"password":"hunter2secret9","user":"ada"}]';
    expect((await answerTo(socket, login)).toString()).toBe(login);
    expect((await answerTo(socket, 'I am tok-0123456789abcdef')).toString()).toBe('I am tok-0123456789abcdef');
    expect((await answerTo(socket, '{"access_token":"issued-0123456789"}')).toString()).toContain('issued-0123456789');
    await answerTo(socket, 'bearer issued-0123456789');
    await close(socket, 1000, '');
    const recorded = await stop();
    const lines = linesOf(recorded);
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(/^> 1 54 42\["login",\{"password":"[a-z]{6}\d[a-z]{6}\d","user":"ada"\}\]$/);
    expect(lines[1]).toBe(lines[0]!.replace('>', '<'));
    const all = lines.join('\n');
    expect(all).not.toContain('hunter2secret9');
    expect(all).not.toContain('issued-0123456789');
    // What a client brought stays in what the client says, as in requests.
    expect(lines[3]).not.toContain('tok-0123456789abcdef');
  });

  test('is in the cassette while it runs, so that a crash keeps what was said', async () => {
    const { port, file } = await startEcho();
    const socket = await connect(port);
    await answerTo(socket, 'hello');
    const reader = CassetteReader.open(file);
    onTestFinished(() => reader.close());
    const exchanges = () => [...reader.exchanges(reader.session().id)];
    await until(() => exchanges().length === 1 && reader.streamEvents(exchanges()[0]!.id).length === 2);
    expect(exchanges()[0]!.outcome).toBeUndefined();
    const folder = tempFolder();
    for (const name of readdirSync(path.dirname(file))) {
      copyFileSync(path.join(path.dirname(file), name), path.join(folder, name));
    }
    const copy = openReader(path.join(folder, path.basename(file)));
    const kept = [...copy.exchanges(copy.session().id)];
    expect(kept.map(({ request }) => request.target)).toEqual(['/chat']);
    expect(linesOf({ reader: copy, exchanges: kept })).toEqual(['> 1 5 hello', '< 1 5 hello']);
  });

  test('that is open when the recording stops is a response with what was said until then', async () => {
    const { port, stop } = await startEcho();
    const socket = await connect(port);
    await answerTo(socket, 'hello');
    const recorded = await stop(0);
    expect(recorded.exchanges[0]!.outcome).toMatchObject({ kind: 'response', status: 101 });
    expect(recorded.result.problem).toBeUndefined();
    expect(linesOf(recorded).slice(0, 2)).toEqual(['> 1 5 hello', '< 1 5 hello']);
  });

  test('whose upstream resets is a failure with its 101 and what was said until then', async () => {
    const upstream = await upstreamOf(async ({ read, write, reset }) => {
      await read.requestHead();
      await write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\u0081');
      await write(Buffer.from([2, 0x68, 0x69]));
      await read.some();
      reset();
    });
    const { port, stop } = await startRecording(upstream.url);
    const client = await connectRaw(port);
    onTestFinished(client.close);
    await client.write('GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    await client.read.until('hi');
    await client.write(Buffer.from([0x81, 0]));
    await client.read.rest();
    const recorded = await stop();
    expect(recorded.exchanges[0]!.outcome).toMatchObject({
      kind: 'failure',
      code: 'reset',
      message: `upstream ${upstream.url} reset the connection after the switch of protocols (ECONNRESET)`,
      response: { status: 101 },
    });
    expect(linesOf(recorded)).toContain('> 1 0 ');
  });

  test('has its messages cut at --max-body, and says how large they were', async () => {
    const { port, stop, said } = await startEcho({ recorder: { maxBodyBytes: 4 } });
    const socket = await connect(port);
    expect((await answerTo(socket, 'a long message')).toString()).toBe('a long message');
    await answerTo(socket, 'ok');
    const { reader, exchanges } = await stop(0);
    const [long, , short] = reader.streamEvents(exchanges[0]!.id);
    expect(long).toMatchObject({ sizeBytes: 14, storedBytes: 4 });
    expect(reader.body(long!.sha256!).toString()).toBe('a lo');
    expect(short).not.toHaveProperty('storedBytes');
    expect(said.join('\n')).toContain('request message of GET /chat may hold secrets: it is cut off');
  });

  test('that is excluded passes and leaves nothing', async () => {
    const { port, stop } = await startEcho({ proxy: { filter: parseRecordFilter([], ['/chat']) } });
    const socket = await connect(port);
    expect((await answerTo(socket, 'hello')).toString()).toBe('hello');
    await close(socket, 1000, '');
    expect((await stop()).exchanges).toEqual([]);
  });

  test('in a flood of frames loses none and keeps the order', async () => {
    const { port, stop } = await startEcho();
    const socket = await connect(port, { perMessageDeflate: false });
    const count = 20_000;
    let answers = 0;
    const all = new Promise<void>((resolve) => {
      socket.on('message', () => {
        answers += 1;
        if (answers === count) resolve();
      });
    });
    for (let i = 0; i < count; i += 1) socket.send(`message ${i}`);
    await all;
    await close(socket, 1000, '');
    const { reader, exchanges } = await stop();
    const events = reader.streamEvents(exchanges[0]!.id);
    for (const direction of ['request', 'response']) {
      const texts = events
        .filter((event) => event.direction === direction && event.opcode === 1)
        .map(({ sha256 }) => reader.body(sha256!).toString());
      expect(texts).toEqual(Array.from({ length: count }, (_, i) => `message ${i}`));
    }
  });
});

test('another protocol after a 101 is recorded chunk by chunk', async () => {
  const upstream = await upstreamOf(async ({ read, write }) => {
    const { headers } = await read.requestHead();
    await write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${valueOf(headers, 'upgrade')}\r\nConnection: Upgrade\r\n\r\n`,
    );
    const asked = await read.some();
    await write(`answer to ${asked!.toString()}`);
    await read.rest();
  });
  const { port, stop } = await startRecording(upstream.url);
  const client = await connectRaw(port);
  onTestFinished(client.close);
  await client.write('GET / HTTP/1.1\r\nHost: h\r\nUpgrade: custom/1\r\nConnection: Upgrade\r\n\r\n');
  await client.read.until('\r\n\r\n');
  await client.write('a question');
  expect((await client.read.some())!.toString()).toBe('answer to a question');
  client.end();
  await client.read.rest();
  expect(linesOf(await stop())).toEqual(['> - 10 a question', '< - 20 answer to a question', '> - 0 ', '< - 0 ']);
});
