import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** Decoded bytes, or why there are none. */
export type Decoded = { readonly ok: true; readonly bytes: Buffer } | { readonly ok: false; readonly problem: string };

/** More codings stacked on one body than this is an attack, not a server. */
const maxCodings = 3;

/**
 * Takes the codings of a Content-Encoding header (RFC 9110 §8.4) off a body, last applied first: gzip, x-gzip, deflate
 * (zlib or, as some servers send it, raw), br, zstd, identity. Never gives more than `maxOutputBytes`.
 */
export function decodeContent(bytes: Buffer, contentEncoding: string | undefined, maxOutputBytes: number): Decoded {
  const codings = codingsOf(contentEncoding);
  if (codings.length > maxCodings) return { ok: false, problem: `more than ${maxCodings} content codings` };
  let decoded = bytes;
  for (const coding of codings.reverse()) {
    // The answer to a HEAD request, a 304: the header is there, the body is not.
    if (decoded.length === 0) break;
    const step = decodeOne(decoded, coding, maxOutputBytes);
    if (!step.ok) return step;
    decoded = step.bytes;
  }
  if (decoded.length > maxOutputBytes) return tooLarge(maxOutputBytes);
  return { ok: true, bytes: decoded };
}

/** The codings of a Content-Encoding header in the order they were applied, lower case, without `identity`. */
export function codingsOf(contentEncoding: string | undefined): string[] {
  return (contentEncoding ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

function tooLarge(maxOutputBytes: number): Decoded {
  return { ok: false, problem: `decodes to more than ${maxOutputBytes} bytes` };
}

function decodeOne(bytes: Buffer, coding: string, maxOutputBytes: number): Decoded {
  const options = { maxOutputLength: Math.max(1, maxOutputBytes) };
  try {
    switch (coding) {
      case 'gzip':
      case 'x-gzip':
        return { ok: true, bytes: gunzipSync(bytes, options) };
      case 'deflate':
        // RFC 9110 says zlib format; the low nibble of its first byte is always 8. Raw deflate streams are older practice.
        return { ok: true, bytes: isZlib(bytes) ? inflateSync(bytes, options) : inflateRawSync(bytes, options) };
      case 'br':
        return { ok: true, bytes: brotliDecompressSync(bytes, options) };
      case 'zstd':
        return { ok: true, bytes: zstdDecompressSync(bytes, options) };
      default:
        return { ok: false, problem: `content coding ${coding} is not known` };
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxOutputBytes);
    return { ok: false, problem: `is not valid ${coding}: ${(thrown as Error).message}` };
  }
}

/** RFC 1950 §2.2: method 8 in the low nibble, and the first two bytes are a multiple of 31. */
function isZlib(bytes: Buffer): boolean {
  if (bytes.length < 2) return false;
  return (bytes[0]! & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}
