import zlib from 'node:zlib';
import { headerValues, type RawHeaders } from './headers.ts';

/** A body without its content codings, and the way back; or why it could not be decoded. */
export type DecodedContent =
  | {
      readonly ok: true;
      readonly content: Buffer;
      /** Applies the same codings to other bytes. */
      readonly encode: (content: Buffer) => Buffer;
    }
  | {
      readonly ok: false;
      /** In words that go on from "the body": `is not valid gzip: …`. */
      readonly problem: string;
    };

/** Content larger than this is not looked into: a few kilobytes can unfold into gigabytes. */
const maxContentBytes = 64 * 1024 * 1024;

/** More codings stacked on one body than this is an attack, not a server. */
const maxCodings = 3;

/** Quality 11, the default, takes seconds per megabyte; 5 is what servers use for dynamic content. */
const brotliOptions = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } };

/** The content codings of a message (RFC 9110 §8.4) in the order they were applied, lower case, without `identity`. */
export function contentCodings(headers: RawHeaders): string[] {
  return headerValues(headers, 'content-encoding')
    .flatMap((value) => value.split(','))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

/**
 * Takes the content codings off a body, last applied first: gzip, x-gzip, deflate (zlib or, as some servers send it,
 * raw), br, zstd. Never gives more than `maxBytes`, and never throws for what a message holds.
 */
export function decodeContent(headers: RawHeaders, body: Buffer, maxBytes = maxContentBytes): DecodedContent {
  const codings = contentCodings(headers);
  if (codings.length > maxCodings) return { ok: false, problem: `has more than ${maxCodings} content codings` };
  let content = body;
  for (const coding of codings.toReversed()) {
    // The answer to a HEAD request, a 304: the header is there, the body is not.
    if (content.length === 0) break;
    try {
      const decoded = decodeOne(content, coding, maxBytes);
      if (decoded === undefined) return { ok: false, problem: `has a content coding that is not known: ${coding}` };
      content = decoded;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxBytes);
      return { ok: false, problem: `is not valid ${coding}: ${(thrown as Error).message}` };
    }
  }
  if (content.length > maxBytes) return tooLarge(maxBytes);
  return {
    ok: true,
    content,
    encode: (other) => codings.reduce((bytes, coding) => encodeOne(bytes, coding, body), other),
  };
}

function tooLarge(maxBytes: number): DecodedContent {
  return { ok: false, problem: `decodes to more than ${maxBytes} bytes` };
}

/** Undefined for a coding that is not known; throws what zlib throws. */
function decodeOne(bytes: Buffer, coding: string, maxBytes: number): Buffer | undefined {
  const options = { maxOutputLength: Math.max(1, maxBytes) };
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.gunzipSync(bytes, options);
    case 'deflate':
      // RFC 9110 §8.4.1.2 says zlib format; raw deflate streams are older practice.
      return isZlib(bytes) ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options);
    case 'br':
      return zlib.brotliDecompressSync(bytes, options);
    case 'zstd':
      return zlib.zstdDecompressSync(bytes, options);
    default:
      return undefined;
  }
}

/** `original` is the body as it came: it tells zlib-framed `deflate` from raw. */
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
