import fc from 'fast-check';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { codingsOf, decodeContent } from '../../src/model/content-encoding.ts';

const plenty = 1_000_000;

describe('decodeContent', () => {
  test('takes every known coding off again', () => {
    const coders = {
      gzip: gzipSync,
      'X-GZIP': gzipSync,
      deflate: deflateSync,
      br: brotliCompressSync,
      zstd: zstdCompressSync,
      identity: (bytes: Buffer) => bytes,
      '': (bytes: Buffer) => bytes,
    };
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom(...Object.entries(coders)), (content, [coding, encode]) => {
        const bytes = Buffer.from(content);
        expect(decodeContent(encode(bytes), coding, plenty)).toEqual({ ok: true, bytes });
      }),
    );
  });

  test('reads deflate without the zlib frame, as some servers send it', () => {
    expect(decodeContent(deflateRawSync('raw'), 'deflate', plenty)).toEqual({ ok: true, bytes: Buffer.from('raw') });
  });

  test('undoes stacked codings from the last to the first', () => {
    const bytes = brotliCompressSync(gzipSync('twice'));
    expect(decodeContent(bytes, 'gzip, br', plenty)).toEqual({ ok: true, bytes: Buffer.from('twice') });
  });

  test('leaves an empty body alone: the answer to HEAD has the header and no content', () => {
    expect(decodeContent(Buffer.alloc(0), 'gzip', plenty)).toEqual({ ok: true, bytes: Buffer.alloc(0) });
  });

  test('says why there is nothing to see, and never gives more than the limit', () => {
    const bomb = gzipSync(Buffer.alloc(100_000));
    expect(decodeContent(bomb, 'gzip', 99_999)).toEqual({ ok: false, problem: 'decodes to more than 99999 bytes' });
    expect(decodeContent(bomb, 'gzip', 100_000)).toMatchObject({ ok: true });
    expect(decodeContent(Buffer.from('abc'), undefined, 2)).toMatchObject({ ok: false });
    expect(decodeContent(bomb, 'compress', plenty)).toEqual({
      ok: false,
      problem: 'content coding compress is not known',
    });
    expect(decodeContent(bomb, 'br, br, br, br', plenty)).toEqual({
      ok: false,
      problem: 'more than 3 content codings',
    });
    expect(decodeContent(Buffer.from('plain'), 'gzip', plenty)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('is not valid gzip: ') as string,
    });
    expect(decodeContent(gzipSync('cut off').subarray(0, 15), 'gzip', plenty)).toMatchObject({ ok: false });
  });
});

test('codingsOf reads the header as a list and ignores identity', () => {
  expect(codingsOf(' GZIP , identity,, br')).toEqual(['gzip', 'br']);
  expect(codingsOf(undefined)).toEqual([]);
});
