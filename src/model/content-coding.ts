import zlib from 'node:zlib';
import * as contentEncoding from './content-encoding.ts';
import { headerValues, type RawHeaders } from './headers.ts';

/** A body without its content codings, and the way back. */
export interface DecodedContent {
  readonly content: Buffer;
  /** Applies the same codings to other bytes. */
  readonly encode: (content: Buffer) => Buffer;
}

/** Content larger than this is not looked into: a few kilobytes can unfold into gigabytes. */
export const maxContentBytes = 64 * 1024 * 1024;

/** Quality 11, the default, takes seconds per megabyte; 5 is what servers use for dynamic content. */
const brotliOptions = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } };

/**
 * The content of a body by its `Content-Encoding` headers, to be changed and encoded again; undefined when a coding is
 * unknown, the bytes are damaged, or the content exceeds `maxBytes`.
 */
export function decodeContent(
  headers: RawHeaders,
  body: Buffer,
  maxBytes = maxContentBytes,
): DecodedContent | undefined {
  const codings = headerValues(headers, 'content-encoding').join(',');
  if (codings === '') return { content: body, encode: (content) => content };
  const decoded = contentEncoding.decodeContent(body, codings, maxBytes);
  if (!decoded.ok) return undefined;
  return {
    content: decoded.bytes,
    encode: (content) =>
      contentEncoding.codingsOf(codings).reduce((bytes, coding) => encodeOne(bytes, coding, body), content),
  };
}

/** `original` is the body as it came: it tells zlib-framed `deflate` from the raw streams some servers send. */
function encodeOne(bytes: Buffer, coding: string, original: Buffer): Buffer {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.gzipSync(bytes);
    case 'deflate':
      return isZlib(original) ? zlib.deflateSync(bytes) : zlib.deflateRawSync(bytes);
    case 'br':
      return zlib.brotliCompressSync(bytes, brotliOptions);
    case 'zstd':
      return zlib.zstdCompressSync(bytes);
    default:
      throw new Error(`content coding ${coding} can be decoded but not encoded`);
  }
}

/** RFC 1950 §2.2: method 8 in the low nibble, and the first two bytes are a multiple of 31. */
function isZlib(bytes: Buffer): boolean {
  return bytes.length >= 2 && (bytes[0]! & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}
