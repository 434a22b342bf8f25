import { deflateSync } from 'node:zlib';
import { encode } from 'jpeg-js';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { differencePicture, isDrawable, readPicture } from '../../src/compare/compare-pictures.ts';
import { maxPixels } from '../../src/compare/picture.ts';
import { writePng } from '../../src/compare/png-picture.ts';
import { comparePair, inWords } from '../support/compare-pair.ts';

/** Grey, but for the first pixels. */
function pixels(width: number, height: number, first: readonly number[] = []): Uint8Array {
  const data = new Uint8Array(width * height * 4).fill(128);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  data.set(first);
  return data;
}

const png = (width: number, height: number, first?: readonly number[]): Buffer =>
  writePng({ width, height, data: pixels(width, height, first) });
const jpeg = (width: number, height: number, level: number): Buffer =>
  Buffer.from(encode({ width, height, data: new Uint8Array(width * height * 4).fill(level) }, 80).data);

function compare(before: Buffer, after: Buffer, type = 'image/png'): string[] {
  const headers = ['Content-Type', type];
  return inWords(comparePair({ headers, body: before }, { headers, body: after }));
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}

/** A header with these values, and pixels that unfold into zeros. */
function hostilePng({
  width,
  height,
  interlaced,
  unfolded,
}: Record<'width' | 'height' | 'interlaced' | 'unfolded', number>): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, interlaced], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const packed = deflateSync(Buffer.alloc(unfolded));
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))]);
}

describe('pictures', () => {
  test('of the same pixels in other bytes are equivalent', () => {
    const written = PNG.sync.read(png(30, 20));
    const other = PNG.sync.write(written, { deflateLevel: 0 });
    expect(compare(png(30, 20), other)).toEqual([
      `equivalent changed pixels 30 × 20 pixels, ${png(30, 20).length} bytes → 30 × 20 pixels, ${other.length.toLocaleString('en-US')} bytes same-pixels`,
    ]);
  });

  test('with other pixels say how many', () => {
    const [difference] = comparePair(
      { headers: ['Content-Type', 'image/png'], body: png(300, 300) },
      { headers: ['Content-Type', 'image/png'], body: png(300, 300, [255, 0, 0, 255, 129, 128, 128, 255]) },
    );
    expect(difference).toMatchObject({
      path: 'pixels',
      severity: 'changed',
      after: '2 of 90,000 pixels differ (< 0.1 %)',
      note: '1 of them by more than is hardly seen',
    });
  });

  test('that are transparent have no colour', () => {
    const clear = (red: number): Buffer => writePng({ width: 1, height: 1, data: Uint8Array.of(red, 0, 0, 0) });
    expect(compare(clear(1), clear(2))[0]).toContain('same-pixels');
  });

  test('of another size say both', () => {
    expect(compare(png(3, 2), png(2, 3))).toEqual([
      `changed changed pixels 3 × 2 pixels, ${png(3, 2).length} bytes → 2 × 3 pixels, ${png(2, 3).length} bytes`,
    ]);
  });

  test('as JPEG are read, too, and turned by their EXIF data', () => {
    const [before, after] = [jpeg(16, 16, 100), jpeg(16, 16, 200)];
    expect(compare(before, after, 'image/jpeg')[0]).toContain('256 of 256 pixels differ (100.0 %)');
    const exif = Buffer.from('Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0', 'latin1');
    const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif]);
    const turned = Buffer.concat([before.subarray(0, 2), segment, before.subarray(2)]);
    expect(compare(before, turned, 'image/jpeg')[0]).toContain('→ 16 × 16 pixels, orientation 6');
  });

  test.each<readonly [what: string, after: Buffer, words: string]>([
    ['was cut off', png(30, 20).subarray(0, 60), 'bytes, a picture that cannot be read: its chunks end too early'],
    ['has a damaged chunk', Buffer.from(png(30, 20)).fill(7, 41, 50), 'bytes, a picture that cannot be read'],
    ['is none any more', Buffer.from([0, 1, 2]), 'bytes, neither PNG nor JPEG'],
  ])('one that %s is broken', (_, after, words) => {
    expect(compare(png(30, 20), after)[0]).toContain(`broken type  bytes → ${words}`);
  });

  test('a JPEG that was cut off is broken', () => {
    const [before] = [jpeg(64, 64, 100)];
    expect(compare(before, before.subarray(0, -20), 'image/jpeg')[0]).toContain('broken type');
  });

  test('others are bytes', () => {
    expect(compare(Buffer.from('RIFF1'), Buffer.from('RIFF2'), 'image/webp')).toHaveLength(1);
    expect(compare(Buffer.from('RIFF1'), Buffer.from('RIFF2'), 'image/webp')[0]).toContain('byte 4');
  });
});

describe('hostile pictures', () => {
  test('are not unfolded when they say that they are too large', () => {
    const large = hostilePng({ width: maxPixels, height: 2, interlaced: 0, unfolded: 1000 });
    expect(readPicture(large)).toEqual({
      ok: false,
      is: 'beyond',
      problem: '16000000 × 2 are more than 16000000 pixels',
    });
    expect(compare(large, hostilePng({ width: maxPixels, height: 2, interlaced: 0, unfolded: 2000 }))[0]).toContain(
      'byte',
    );
  });

  test.each([0, 1])('unfold into no more than they say (interlaced: %i)', (interlaced) => {
    const bomb = hostilePng({ width: 10, height: 10, interlaced, unfolded: 20_000_000 });
    const before = process.memoryUsage().arrayBuffers;
    expect(readPicture(bomb)?.ok).toBe(false);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  test('never throw, however they are damaged', () => {
    for (const whole of [png(8, 8), jpeg(8, 8, 50)]) {
      for (let at = 0; at < whole.length; at++) {
        const damaged = Buffer.from(whole);
        damaged[at] = damaged[at]! ^ 0xff;
        expect(() => readPicture(damaged)).not.toThrow();
        expect(() => readPicture(whole.subarray(0, at))).not.toThrow();
      }
    }
  });
});

test('only what differs between pictures of one size can be drawn', () => {
  const at = { part: 'body', path: 'pixels' } as const;
  const [same, other] = [compare(png(3, 2), png(3, 2, [0, 0, 0, 255])), compare(png(3, 2), png(2, 3))];
  expect(same[0]).toMatch(/^changed/);
  expect(isDrawable({ ...at, after: same[0]!.split(' → ')[1]! })).toBe(true);
  expect(isDrawable({ ...at, after: other[0]!.split(' → ')[1]! })).toBe(false);
  expect(isDrawable({ part: 'body', path: '/pixels', after: '6 of 6 pixels differ' })).toBe(false);
});

test('a difference is drawn as PNG: what differs is red', () => {
  const drawn = readPicture(differencePicture(png(4, 4), png(4, 4, [0, 0, 0, 255]))!);
  expect(drawn).toMatchObject({ ok: true, picture: { width: 4, height: 4 } });
  const data = drawn?.ok ? drawn.picture.data : new Uint8Array();
  expect([...data.subarray(0, 3)]).toEqual([255, 0, 0]);
  expect(data[4]).toBe(data[5]);
  expect(differencePicture(png(4, 4), png(5, 4))).toBeUndefined();
  expect(differencePicture(png(4, 4), Buffer.from('text'))).toBeUndefined();
});
