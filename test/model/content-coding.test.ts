import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeContent } from '../../src/model/content-coding.ts';

const content = Buffer.from('a text that is worth compressing, compressing, compressing');

describe('content codings', () => {
  const bodies: readonly [string, Buffer][] = [
    ['gzip', zlib.gzipSync(content)],
    ['x-gzip', zlib.gzipSync(content)],
    ['deflate', zlib.deflateSync(content)],
    ['deflate', zlib.deflateRawSync(content)],
    ['br', zlib.brotliCompressSync(content)],
    ['zstd', zlib.zstdCompressSync(content)],
    ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(content))],
    ['identity', content],
  ];

  test.each(bodies)('%s is undone and put on again', (coding, body) => {
    const headers = ['Content-Encoding', coding];
    const decoded = decodeContent(headers, body)!;
    expect(decoded.content).toEqual(content);
    const other = Buffer.from('other content');
    expect(decodeContent(headers, decoded.encode(other))!.content).toEqual(other);
  });

  test('deflate without zlib framing stays without it', () => {
    const decoded = decodeContent(['content-encoding', 'deflate'], zlib.deflateRawSync(content))!;
    expect(zlib.inflateRawSync(decoded.encode(content))).toEqual(content);
  });

  test('codings may stand in several headers', () => {
    const headers = ['Content-Encoding', 'gzip', 'Content-Encoding', 'br'];
    expect(decodeContent(headers, zlib.brotliCompressSync(zlib.gzipSync(content)))!.content).toEqual(content);
  });

  test('an unknown coding, damaged bytes and too much content are not decoded', () => {
    expect(decodeContent(['Content-Encoding', 'rot13'], content)).toBeUndefined();
    expect(decodeContent(['Content-Encoding', 'gzip'], content)).toBeUndefined();
    expect(decodeContent(['Content-Encoding', 'gzip'], zlib.gzipSync(Buffer.alloc(5000)), 4999)).toBeUndefined();
  });
});
