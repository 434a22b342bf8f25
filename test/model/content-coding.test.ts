import fc from 'fast-check';
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { contentCodings, decodeContent } from '../../src/model/content-coding.ts';

const coded = (coding: string): string[] => ['Content-Encoding', coding];

function decoded(headers: readonly string[], body: Buffer, maxBytes?: number) {
  const result = decodeContent(headers, body, maxBytes);
  if (!result.ok) throw new Error(result.problem);
  return result;
}

describe('decodeContent', () => {
  test('takes every known coding off and puts it on again', () => {
    const asSent = (bytes: Buffer): Buffer => bytes;
    const coders: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
      ['gzip', zlib.gzipSync],
      ['X-GZIP', zlib.gzipSync],
      ['deflate', zlib.deflateSync],
      ['deflate', zlib.deflateRawSync],
      ['br', zlib.brotliCompressSync],
      ['zstd', zlib.zstdCompressSync],
      ['gzip, br', (bytes) => zlib.brotliCompressSync(zlib.gzipSync(bytes))],
      ['identity', asSent],
      ['', asSent],
    ];
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), fc.constantFrom(...coders), (one, other, [coding, encode]) => {
        const first = decoded(coded(coding), encode(Buffer.from(one)));
        expect(first.content).toEqual(Buffer.from(one));
        expect(decoded(coded(coding), first.encode(Buffer.from(other))).content).toEqual(Buffer.from(other));
      }),
    );
  });

  test('deflate without the zlib frame, as some servers send it, stays without it', () => {
    const raw = decoded(coded('deflate'), zlib.deflateRawSync('raw'));
    expect(zlib.inflateRawSync(raw.encode(Buffer.from('other'))).toString()).toBe('other');
  });

  test('codings may stand in several headers', () => {
    const body = zlib.brotliCompressSync(zlib.gzipSync('twice'));
    expect(decoded([...coded('gzip'), ...coded('br')], body).content.toString()).toBe('twice');
  });

  test('leaves an empty body alone: the answer to HEAD has the header and no content', () => {
    expect(decoded(coded('gzip'), Buffer.alloc(0)).content).toEqual(Buffer.alloc(0));
  });

  test('says why there is nothing to see, and never gives more than the limit', () => {
    const bomb = zlib.gzipSync(Buffer.alloc(100_000));
    const problem = (headers: readonly string[], body: Buffer, maxBytes?: number): string | undefined => {
      const result = decodeContent(headers, body, maxBytes);
      return result.ok ? undefined : result.problem;
    };
    expect(problem(coded('gzip'), bomb, 99_999)).toBe('decodes to more than 99999 bytes');
    expect(problem(coded('gzip'), bomb, 100_000)).toBeUndefined();
    expect(problem([], Buffer.from('abc'), 2)).toBe('decodes to more than 2 bytes');
    expect(problem(coded('compress'), bomb)).toBe('has a content coding that is not known: compress');
    expect(problem(coded('br, br, br, br'), bomb)).toBe('has more than 3 content codings');
    expect(problem(coded('gzip'), Buffer.from('plain'))).toMatch(/^is not valid gzip: /);
    expect(problem(coded('gzip'), zlib.gzipSync('cut off').subarray(0, 15))).toMatch(/^is not valid gzip: /);
  });
});

test('contentCodings reads the headers as one list and ignores identity', () => {
  expect(contentCodings(['Content-Encoding', ' GZIP , identity,,', 'content-encoding', 'br'])).toEqual(['gzip', 'br']);
  expect(contentCodings(['Content-Type', 'gzip'])).toEqual([]);
});
