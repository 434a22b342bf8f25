import { isUtf8 } from 'node:buffer';

/** Readable text behind Base64, and the way back in the same spelling. */
export interface Base64Text {
  readonly text: string;
  readonly encode: (text: string) => string;
}

/** Shorter ones are words. */
const minLength = 8;
const maxLength = 64 * 1024;
const alphabet = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** What a text in Base64 or Base64url (RFC 4648) stands for; undefined when that is no text a person could read. */
export function decodeBase64Text(text: string): Base64Text | undefined {
  const { length } = text;
  if (length < minLength || length > maxLength || length % 4 === 1 || !alphabet.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || !isUtf8(bytes)) return undefined;
  const decoded = bytes.toString('utf8');
  if (/[^\t\n\r\x20-\x7e\u{a0}-\u{d7ff}\u{e000}-\u{ffef}\u{10000}-\u{10ffff}]/u.test(decoded)) return undefined;
  const isUrl = /[-_]/.test(text);
  const isPadded = length % 4 === 0;
  const encode = (value: string): string => {
    const written = Buffer.from(value, 'utf8').toString(isUrl ? 'base64url' : 'base64');
    if (!isPadded) return written.replace(/=+$/, '');
    return written.padEnd(Math.ceil(written.length / 4) * 4, '=');
  };
  // What has other bits at its end than any encoder writes is no Base64.
  return encode(decoded) === text ? { text: decoded, encode } : undefined;
}
