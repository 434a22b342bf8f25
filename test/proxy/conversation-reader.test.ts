import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ConversationReader, type Passed } from '../../src/proxy/conversation-reader.ts';
import { encodeFrame } from '../../src/proxy/websocket-frames.ts';

const limits = () => ({
  maxMessageBytes: Number.POSITIVE_INFINITY,
  held: { total: 0 },
  maxHeldBytes: Number.POSITIVE_INFINITY,
});
const webSocket = ['upgrade', 'WebSocket'];

function pass(
  reader: ConversationReader,
  direction: 'request' | 'response',
  atMs: number,
  ...pieces: readonly Buffer[]
): Passed[] {
  reader.startChunk(direction, atMs, Buffer.concat(pieces).length);
  return pieces.flatMap((piece) => reader.add(piece));
}

describe('a WebSocket', () => {
  test('is its messages, each at the time of the chunk that ends it', () => {
    const reader = new ConversationReader(webSocket, limits());
    const hello = encodeFrame(1, Buffer.from('hello'), { mask: Buffer.from([9, 8, 7, 6]) });
    expect(pass(reader, 'request', 1, hello.subarray(0, 4))).toEqual([]);
    expect(pass(reader, 'response', 2, encodeFrame(9, Buffer.alloc(0)))).toEqual([
      { direction: 'response', offsetMs: 2, opcode: 9, payload: Buffer.alloc(0), sizeBytes: 0 },
    ]);
    expect(pass(reader, 'request', 3, hello.subarray(4))).toEqual([
      { direction: 'request', offsetMs: 3, opcode: 1, payload: Buffer.from('hello'), sizeBytes: 5 },
    ]);
  });

  test('decompresses each direction as it was agreed on', () => {
    const reader = new ConversationReader(
      [...webSocket, 'Sec-WebSocket-Extensions', 'permessage-deflate; server_no_context_takeover'],
      limits(),
    );
    const bytes = deflateRawSync(Buffer.from('hello'), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
    const frame = encodeFrame(1, bytes, { isCompressed: true });
    for (const direction of ['request', 'response', 'response'] as const) {
      expect(pass(reader, direction, 1, frame)[0]!.payload.toString()).toBe('hello');
    }
  });

  test('that breaks the protocol in one direction goes on as bytes there, and as messages in the other', () => {
    const reader = new ConversationReader(webSocket, { ...limits(), maxMessageBytes: 3 });
    const bad = Buffer.from([0xf1, 1, 2, 3]);
    expect(pass(reader, 'request', 1, bad)).toEqual([
      { direction: 'request', offsetMs: 1, payload: bad.subarray(0, 3), sizeBytes: 4 },
    ]);
    expect(pass(reader, 'response', 2, encodeFrame(1, Buffer.from('ok')))).toMatchObject([{ opcode: 1 }]);
  });

  test('lets go of messages that never became complete', () => {
    const shared = limits();
    const reader = new ConversationReader(webSocket, shared);
    pass(reader, 'request', 1, encodeFrame(1, Buffer.from('half')).subarray(0, 4));
    expect(shared.held.total).toBe(2);
    reader.abandon();
    expect(shared.held.total).toBe(0);
  });
});

describe('another protocol', () => {
  test('is its chunks as they arrived, also when they come in pieces', () => {
    const reader = new ConversationReader(['Upgrade', 'custom/1'], { ...limits(), maxMessageBytes: 6 });
    expect(pass(reader, 'response', 1, Buffer.from('hi'))).toEqual([
      { direction: 'response', offsetMs: 1, payload: Buffer.from('hi'), sizeBytes: 2 },
    ]);
    const slab = Buffer.from('one ');
    reader.startChunk('request', 2, 7);
    expect(reader.add(slab)).toEqual([]);
    slab.fill('x');
    expect(reader.add(Buffer.from('two'))).toEqual([
      { direction: 'request', offsetMs: 2, payload: Buffer.from('one tw'), sizeBytes: 7 },
    ]);
  });
});

describe('the end of a side', () => {
  const end = { direction: 'response', offsetMs: 7, payload: Buffer.alloc(0), sizeBytes: 0 };

  test('of any protocol is bytes, none of them', () => {
    expect(new ConversationReader(['Upgrade', 'custom'], limits()).endSide('response', 7)).toEqual([end]);
    expect(new ConversationReader(webSocket, limits()).endSide('response', 7)).toEqual([end]);
  });

  test('goes without saying after the close of a WebSocket', () => {
    const reader = new ConversationReader(webSocket, limits());
    pass(reader, 'request', 1, encodeFrame(8, Buffer.alloc(0), { mask: Buffer.alloc(4) }));
    expect(reader.endSide('response', 7)).toEqual([]);
  });
});
