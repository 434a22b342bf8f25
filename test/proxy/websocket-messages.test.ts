import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { parseDeflate } from '../../src/proxy/websocket-deflate.ts';
import { encodeFrame } from '../../src/proxy/websocket-frames.ts';
import { MessageReader, type MessageReaderOptions, type WebSocketItem } from '../../src/proxy/websocket-messages.ts';
import { chunkLengths, cutInto } from '../support/random-chunks.ts';

const unlimited: MessageReaderOptions = { deflate: undefined, maxMessageBytes: Number.POSITIVE_INFINITY };
const deflate = { contextTakeover: true };
const mask = Buffer.from([1, 2, 3, 250]);

function read(chunks: readonly Buffer[], options: Partial<MessageReaderOptions> = {}): WebSocketItem[] {
  const reader = new MessageReader({ ...unlimited, ...options });
  return chunks.flatMap((chunk) => reader.push(chunk));
}

function message(opcode: number, content: string | Buffer): WebSocketItem {
  const payload = Buffer.from(content);
  return { kind: 'message', opcode, payload, sizeBytes: payload.length };
}

/** What a sender with permessage-deflate makes of a message, given what it sent before. */
function compressed(content: Buffer, before: Buffer = Buffer.alloc(0)): Buffer {
  const dictionary = before.subarray(-32_768);
  const bytes = deflateRawSync(content, {
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(dictionary.length > 0 ? { dictionary } : {}),
  });
  return bytes.subarray(0, -4);
}

const content = fc.oneof(
  fc.string().map((text) => Buffer.from(text)),
  fc.integer({ min: 0, max: 90_000 }).map((size) => Buffer.alloc(size, 'streams of words ')),
);
const sent = fc.record({
  opcode: fc.constantFrom(1, 2),
  content,
  fragments: fc.integer({ min: 1, max: 4 }),
  isMasked: fc.boolean(),
  isCompressed: fc.boolean(),
  pingBetween: fc.boolean(),
});

describe('messages', () => {
  test.each([[{ contextTakeover: true }], [{ contextTakeover: false }]])(
    'are unmasked, joined and decompressed with %o, control frames in their place',
    (side) => {
      fc.assert(
        fc.property(fc.array(sent, { maxLength: 6 }), chunkLengths, (list, lengths) => {
          const expected: WebSocketItem[] = [];
          const frames: Buffer[] = [];
          let before = Buffer.alloc(0);
          for (const one of list) {
            const masked = one.isMasked ? { mask } : {};
            const bytes = one.isCompressed ? compressed(one.content, before) : one.content;
            if (one.isCompressed && side.contextTakeover) before = Buffer.concat([before, one.content]);
            const size = Math.ceil(bytes.length / one.fragments);
            for (let i = 0; i < one.fragments; i += 1) {
              frames.push(
                encodeFrame(i === 0 ? one.opcode : 0, bytes.subarray(i * size, (i + 1) * size), {
                  ...masked,
                  isFinal: i === one.fragments - 1,
                  isCompressed: one.isCompressed && i === 0,
                }),
              );
              if (i < one.fragments - 1 && one.pingBetween) {
                frames.push(encodeFrame(9, Buffer.from(`ping ${i}`), masked));
                expected.push(message(9, `ping ${i}`));
              }
            }
            expected.push(message(one.opcode, one.content));
          }
          const held = { total: 0 };
          expect(read(cutInto(Buffer.concat(frames), lengths), { deflate: side, held })).toEqual(expected);
          expect(held.total).toBe(0);
        }),
        { numRuns: 60 },
      );
    },
  );

  test('that a peer marks as finished for its compressor are read all the same', () => {
    const whole = Buffer.concat([deflateRawSync(Buffer.from('done')), Buffer.from([0])]);
    const next = compressed(Buffer.from('next'));
    const frames = [whole, next].map((bytes) => encodeFrame(1, bytes, { isCompressed: true }));
    expect(read(frames, { deflate })).toEqual([message(1, 'done'), message(1, 'next')]);
  });

  test.each([
    ['a compressed message although nothing was agreed on', encodeFrame(1, Buffer.from('x'), { isCompressed: true })],
    ['a continuation of nothing', encodeFrame(0, Buffer.from('x'))],
  ])('that break the protocol are bytes, and so is all behind them: %s', (_what, bad) => {
    const behind = encodeFrame(1, Buffer.from('behind'));
    expect(read([Buffer.concat([encodeFrame(1, Buffer.from('good')), bad]), behind])).toEqual([
      message(1, 'good'),
      { kind: 'bytes', payload: bad },
      { kind: 'bytes', payload: behind },
    ]);
  });

  test('that begin inside another one break the protocol too, and the other is let go of', () => {
    const held = { total: 0 };
    const second = encodeFrame(1, Buffer.from('b'));
    expect(read([encodeFrame(1, Buffer.from('a'), { isFinal: false }), second], { held })).toEqual([
      { kind: 'bytes', payload: second },
    ]);
    expect(held.total).toBe(0);
  });
});

describe('messages that are too large', () => {
  test('are cut at the limit, and say how large they were', () => {
    const frames = Buffer.concat([encodeFrame(2, Buffer.alloc(1000, 'a')), encodeFrame(1, Buffer.from('small'))]);
    const expected = [
      { kind: 'message', opcode: 2, payload: Buffer.alloc(10, 'a'), sizeBytes: 1000 },
      message(1, 'small'),
    ];
    expect(read([frames], { maxMessageBytes: 10 })).toEqual(expected);
    expect(read(cutInto(frames, [7]), { maxMessageBytes: 10 })).toEqual(expected);
  });

  test('are cut after decompression, so that those behind them can still be read', () => {
    const large = Buffer.alloc(5000, 'words ');
    const frames = [
      encodeFrame(1, compressed(large), { isCompressed: true }),
      encodeFrame(1, compressed(Buffer.from('words'), large), { isCompressed: true }),
    ];
    expect(read(frames, { deflate, maxMessageBytes: 10 })).toEqual([
      { kind: 'message', opcode: 1, payload: large.subarray(0, 10), sizeBytes: 5000 },
      message(1, 'words'),
    ]);
  });

  test('are not held when others hold all there is, and give back what they held', () => {
    const held = { total: 90 };
    const frames = [encodeFrame(2, Buffer.alloc(50, 'a')), encodeFrame(2, Buffer.from('b'))];
    expect(read(frames, { held, maxHeldBytes: 100 })).toEqual([
      { kind: 'message', opcode: 2, payload: Buffer.alloc(10, 'a'), sizeBytes: 50 },
      message(2, 'b'),
    ]);
    expect(held.total).toBe(90);
  });

  test('are not decompressed without end, and later messages that may refer to them are only counted', () => {
    const bomb = compressed(Buffer.alloc(65 * 1024 * 1024));
    const next = compressed(Buffer.from('next'));
    const frames = [bomb, next].map((bytes) => encodeFrame(2, bytes, { isCompressed: true }));
    const cut = (bytes: Buffer) => ({
      kind: 'message',
      opcode: 2,
      payload: Buffer.alloc(0),
      sizeBytes: bytes.length,
    });
    expect(read(frames, { deflate })).toEqual([cut(bomb), cut(next)]);
    expect(read(frames, { deflate: { contextTakeover: false } })).toEqual([cut(bomb), message(2, 'next')]);
  });

  test('let go of what they hold when the connection ends in the middle', () => {
    const held = { total: 0 };
    const reader = new MessageReader({ ...unlimited, held });
    reader.push(encodeFrame(1, Buffer.from('half'), { isFinal: false }));
    expect(held.total).toBe(4);
    reader.abandon();
    expect(held.total).toBe(0);
  });
});

/** Carries one connection to a port and keeps what passes each way, heads apart. */
async function relayTo(port: number): Promise<{ readonly port: number; readonly passed: Record<Side, Buffer[]> }> {
  const passed: Record<Side, Buffer[]> = { client: [], server: [] };
  const relay = net.createServer((client) => {
    const server = net.connect(port, '127.0.0.1');
    client.on('data', (chunk) => void passed.client.push(chunk));
    server.on('data', (chunk) => void passed.server.push(chunk));
    client.pipe(server).pipe(client);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  onTestFinished(() => void relay.close());
  return { port: (relay.address() as AddressInfo).port, passed };
}

type Side = 'client' | 'server';

function splitHead(bytes: Buffer): { readonly head: string; readonly frames: Buffer } {
  const end = bytes.indexOf('\r\n\r\n') + 4;
  return { head: bytes.toString('latin1', 0, end), frames: bytes.subarray(end) };
}

describe('with ws at both ends', () => {
  test.each([
    ['no compression', false],
    ['compression', { threshold: 0 }],
    ['compression without takeover', { threshold: 0, clientNoContextTakeover: true, serverNoContextTakeover: true }],
    ['compression in small windows', { threshold: 0, clientMaxWindowBits: 9, serverMaxWindowBits: 9 }],
  ])('what passes is read as it was sent, with %s', async (_what, perMessageDeflate) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
    await once(server, 'listening');
    onTestFinished(() => server.close());
    server.on('connection', (socket) =>
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    );
    const { port, passed } = await relayTo((server.address() as AddressInfo).port);
    const client = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: perMessageDeflate !== false });
    await once(client, 'open');
    const sizes = [0, 1, 125, 126, 65_535, 65_536, 300_000];
    const said = sizes.map((size) => Buffer.alloc(size, `the same words again (${size}) `));
    const echoes: Buffer[] = [];
    const all = new Promise<void>((resolve) => {
      client.on('message', (data: Buffer) => {
        echoes.push(data);
        if (echoes.length === said.length + 1) resolve();
      });
    });
    for (const bytes of said) client.send(bytes, { binary: true });
    // In fragments, with a ping between them.
    client.send('frag', { fin: false });
    client.ping('between');
    client.send('ments', { fin: true });
    await all;
    client.close(1000, 'enough');
    await once(client, 'close');
    const answer = splitHead(Buffer.concat(passed.server));
    const headers = answer.head.split('\r\n').flatMap((line) => line.split(/:\s*/, 2));
    const agreed = parseDeflate(headers.slice(1));
    expect(agreed !== undefined).toBe(perMessageDeflate !== false);
    const close = message(8, Buffer.concat([Buffer.from([0x03, 0xe8]), Buffer.from('enough')]));
    fc.assert(
      fc.property(chunkLengths, (lengths) => {
        const request = cutInto(splitHead(Buffer.concat(passed.client)).frames, lengths);
        expect(read(request, { deflate: agreed?.client })).toEqual([
          ...said.map((bytes) => message(2, bytes)),
          message(9, 'between'),
          message(1, 'fragments'),
          close,
        ]);
        const response = read(cutInto(answer.frames, lengths), { deflate: agreed?.server });
        const data = response.filter((item) => item.kind === 'message' && item.opcode < 8);
        expect(data).toEqual([...said.map((bytes) => message(2, bytes)), message(1, 'fragments')]);
        expect(response.at(-1)).toEqual(close);
      }),
      { numRuns: 5 },
    );
  });

  test('what is written here is understood there, by a client and by a server', async () => {
    const said = [Buffer.from('hello'), Buffer.alloc(70_000, 'x'), Buffer.alloc(0)];
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    onTestFinished(() => server.close());
    const heard: Buffer[] = [];
    const closed = new Promise<number>((resolve) => {
      server.on('connection', (socket) => {
        socket.on('message', (data: Buffer) => void heard.push(data));
        socket.on('close', resolve);
      });
    });
    const raw = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
    raw.resume();
    raw.write(
      'GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    for (const bytes of said) raw.write(encodeFrame(2, bytes, { mask }));
    raw.write(encodeFrame(8, Buffer.from([0x03, 0xe9]), { mask }));
    expect(await closed).toBe(1001);
    expect(heard).toEqual(said);

    const echo = net.createServer((socket) => {
      socket.once('data', (head) => {
        const key = /sec-websocket-key: (.*)\r/i.exec(head.toString())![1]!;
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n`,
        );
        for (const bytes of said) socket.write(encodeFrame(2, bytes));
        socket.write(encodeFrame(8, Buffer.from([0x03, 0xe9])));
        socket.once('data', () => socket.end());
      });
    });
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    onTestFinished(() => void echo.close());
    const client = new WebSocket(`ws://127.0.0.1:${(echo.address() as AddressInfo).port}/`);
    const received: Buffer[] = [];
    client.on('message', (data: Buffer) => void received.push(data));
    const [code] = (await once(client, 'close')) as [number];
    expect(code).toBe(1001);
    expect(received).toEqual(said);
  });
});

function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}
