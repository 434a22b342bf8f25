import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyMask, encodeFrame, type FrameHead, FrameReader } from '../../src/proxy/websocket-frames.ts';
import { chunkLengths, cutInto } from '../support/random-chunks.ts';

interface ReadFrame {
  readonly head: FrameHead;
  readonly payload: Buffer;
}

/** Frames in some chunks, unmasked, and what was no frames. */
function readAll(chunks: readonly Buffer[]): { readonly frames: ReadFrame[]; readonly rest: Buffer } {
  const frames: ReadFrame[] = [];
  const rest: Buffer[] = [];
  let head: FrameHead;
  let pieces: Buffer[] = [];
  const reader = new FrameReader({
    head: (next) => {
      head = next;
      return true;
    },
    payload: (piece, offset) => {
      const copy = Buffer.from(piece);
      if (head.mask) applyMask(copy, head.mask, offset);
      pieces.push(copy);
    },
    end: () => {
      frames.push({ head, payload: Buffer.concat(pieces) });
      pieces = [];
    },
  });
  for (const chunk of chunks) {
    const bytes = reader.push(chunk);
    if (bytes) rest.push(bytes);
  }
  return { frames, rest: Buffer.concat(rest) };
}

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 130 }),
  fc.constantFrom(125, 126, 127, 65_535, 65_536),
  fc.integer({ min: 0, max: 70_000 }),
);
const frame = fc.record({
  opcode: fc.constantFrom(0, 1, 2),
  isFinal: fc.boolean(),
  isCompressed: fc.boolean(),
  size: sizes,
  seed: fc.nat(255),
  mask: fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes))),
});

describe('frames', () => {
  test('read back as they were written, however the bytes arrive', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), chunkLengths, (list, lengths) => {
        const written = list.map(({ size, seed, ...rest }) => ({
          ...rest,
          payload: Buffer.alloc(size, Buffer.from([seed, 1, 2, 3, 4, 5, 6])),
        }));
        const bytes = written.map(({ opcode, payload, mask, isFinal, isCompressed }) =>
          encodeFrame(opcode, payload, { isFinal, isCompressed, ...(mask ? { mask } : {}) }),
        );
        const { frames, rest } = readAll(cutInto(Buffer.concat(bytes), lengths));
        expect(rest.length).toBe(0);
        expect(frames).toEqual(
          written.map(({ opcode, payload, mask, isFinal, isCompressed }) => ({
            head: { opcode, isFinal, isCompressed, payloadBytes: payload.length, mask: mask ?? undefined },
            payload,
          })),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('are written as RFC 6455 §5.7 shows them', () => {
    const hello = Buffer.from('Hello');
    expect(encodeFrame(1, hello).toString('hex')).toBe('810548656c6c6f');
    expect(encodeFrame(1, hello, { mask: Buffer.from('37fa213d', 'hex') }).toString('hex')).toBe(
      '818537fa213d7f9f4d5158',
    );
    expect(encodeFrame(1, Buffer.from('Hel'), { isFinal: false }).toString('hex')).toBe('010348656c');
    expect(encodeFrame(2, Buffer.alloc(256)).subarray(0, 4).toString('hex')).toBe('827e0100');
    expect(encodeFrame(2, Buffer.alloc(65_536)).subarray(0, 10).toString('hex')).toBe('827f0000000000010000');
  });

  test.each([
    ['a reserved bit', 'a10161'],
    ['an opcode nobody has defined', '830161'],
    ['a control frame in fragments', '090161'],
    ['a control frame that is too long', `897e0080${'00'.repeat(128)}`],
    ['a length beyond all reason', '827fffffffffffffffff61'],
  ])('that break the protocol end with all bytes from there on: %s', (_what, hex) => {
    const good = encodeFrame(1, Buffer.from('good'));
    const bad = Buffer.concat([Buffer.from(hex, 'hex'), encodeFrame(1, Buffer.from('behind'))]);
    fc.assert(
      fc.property(chunkLengths, (lengths) => {
        const { frames, rest } = readAll(cutInto(Buffer.concat([good, bad]), lengths));
        expect(frames.map(({ payload }) => payload.toString())).toEqual(['good']);
        expect(rest).toEqual(bad);
      }),
      { numRuns: 20 },
    );
  });
});
