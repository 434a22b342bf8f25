import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { decodeContent } from '../../model/content-coding.ts';
import type { DigestAlgorithm, DigestEncoding } from './claim.ts';
import type { Sample } from './sample.ts';

export const digestAlgorithms: readonly DigestAlgorithm[] = ['md5', 'sha1', 'sha256', 'sha512', 'crc32'];
export const digestEncodings: readonly DigestEncoding[] = ['hex', 'HEX', 'base64', 'base64url'];

/** Express cuts the SHA-1 of its entity tags to 27 characters of base64, which loses only the padding. */
export function digestText(bytes: Buffer, algorithm: DigestAlgorithm, encoding: DigestEncoding): string {
  const digest = algorithm === 'crc32' ? crcBytes(bytes) : createHash(algorithm).update(bytes).digest();
  switch (encoding) {
    case 'hex':
      return digest.toString('hex');
    case 'HEX':
      return digest.toString('hex').toUpperCase();
    case 'base64':
      return digest.toString('base64').replace(/=+$/, '');
    case 'base64url':
      return digest.toString('base64url');
    default:
      return encoding satisfies never;
  }
}

function crcBytes(bytes: Buffer): Buffer {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(bytes));
  return digest;
}

/** Is the digest in the header's value, by itself: not as a part of a longer one? */
export function holdsDigest(value: string, digest: string): boolean {
  const at = value.indexOf(digest);
  if (at === -1) return false;
  const around = [value[at - 1] ?? '', value[at + digest.length] ?? ''];
  return !around.some((sign) => /[A-Za-z0-9+/_]/.test(sign));
}

/** The bytes of a sample as sent, or without their content coding; undefined when they cannot be decoded. */
export function bytesOf(sample: Sample, of: 'body' | 'content'): Buffer | undefined {
  if (of === 'body') return sample.body;
  const decoded = decodeContent(sample.headers, sample.body);
  return decoded.ok ? decoded.content : undefined;
}
