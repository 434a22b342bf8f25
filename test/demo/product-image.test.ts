import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { drawProductImage } from '../../src/demo/product-image.ts';

function chunksOf(png: Buffer): { type: string; data: Buffer; isIntact: boolean }[] {
  const chunks = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const typed = png.subarray(at + 4, at + 8 + length);
    chunks.push({
      type: typed.subarray(0, 4).toString('latin1'),
      data: typed.subarray(4),
      isIntact: crc32(typed) === png.readUInt32BE(at + 8 + length),
    });
    at += length + 12;
  }
  return chunks;
}

describe('drawProductImage', () => {
  it('draws a valid PNG: signature, chunks with right checksums, pixels that inflate to every row', () => {
    const png = drawProductImage([91, 70, 54]);
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    const chunks = chunksOf(png);
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
    expect(chunks.every(({ isIntact }) => isIntact)).toBe(true);
    const rows = inflateSync(chunks[2]!.data);
    expect(rows.length).toBe(64 * 65);
    expect(rows[32 * 65 + 1 + 32], 'the centre has the colour').toBe(1);
    expect(rows[1], 'the corner has the ground').toBe(0);
  });

  it('uses the colour it is given', () => {
    expect(chunksOf(drawProductImage([1, 2, 3]))[1]!.data.subarray(3)).toEqual(Buffer.from([1, 2, 3]));
  });
});
