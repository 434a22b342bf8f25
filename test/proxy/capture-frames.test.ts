import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Frame, FrameWriter, fieldsOf, readFrames, slabBytesFor } from '../../src/proxy/capture-frames.ts';

function framesIn(slab: ArrayBuffer, writer: FrameWriter): Frame[] {
  return [...readFrames(slab, writer.used)];
}

describe('frames', () => {
  test('come out as they went in', () => {
    const latin1 = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 60,
    });
    const text = fc.record({ kind: fc.constant('open' as const), position: fc.nat(0xffffffff), text: latin1 });
    const data = fc.record({
      kind: fc.constant('response-data' as const),
      position: fc.nat(0xffffffff),
      bytes: fc.uint8Array({ maxLength: 60 }),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(text, data), { maxLength: 30 }), (frames) => {
        const slab = new ArrayBuffer(8192);
        const writer = new FrameWriter(slab);
        for (const frame of frames) {
          if ('text' in frame) writer.text(frame.kind, frame.position, frame.text);
          else writer.data(frame.kind, frame.position, Buffer.from(frame.bytes), 0);
        }
        const read = framesIn(slab, writer).map(({ kind, position, payload }) => ({
          kind,
          position,
          payload: payload.toString('latin1'),
        }));
        expect(read).toEqual(
          frames.map((frame) => ({
            kind: frame.kind,
            position: frame.position,
            payload: 'text' in frame ? frame.text : Buffer.from(frame.bytes).toString('latin1'),
          })),
        );
      }),
    );
  });

  test('a text that does not fit is not begun; a slab of its own size holds it', () => {
    const text = 'x'.repeat(100);
    const small = new ArrayBuffer(50);
    const writer = new FrameWriter(small);
    expect(writer.text('open', 1, text)).toBe(false);
    expect(writer.used).toBe(0);
    const exact = new ArrayBuffer(slabBytesFor(text));
    const fitting = new FrameWriter(exact);
    expect(fitting.text('open', 1, text)).toBe(true);
    expect(fieldsOf(framesIn(exact, fitting)[0]!)).toEqual([text]);
  });

  test('data is cut at the end of the slab and goes on in the next one', () => {
    const chunk = Buffer.alloc(5000, 'abc');
    const slabs = [new ArrayBuffer(3000), new ArrayBuffer(3000)];
    const pieces: Buffer[] = [];
    let from = 0;
    for (const slab of slabs) {
      const writer = new FrameWriter(slab);
      from += writer.data('request-data', 7, chunk, from);
      pieces.push(...framesIn(slab, writer).map(({ payload }) => payload));
    }
    expect(from).toBe(5000);
    expect(Buffer.concat(pieces)).toEqual(chunk);
  });

  test('data is not begun where only crumbs would fit', () => {
    const writer = new FrameWriter(new ArrayBuffer(1000));
    expect(writer.data('request-data', 1, Buffer.alloc(2000), 0)).toBe(0);
    expect(writer.data('request-data', 1, Buffer.alloc(900), 0)).toBe(900);
  });
});
