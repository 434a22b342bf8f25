import { nameWords } from './identity.ts';
import { isJsonObject, parseJsonValue } from './json-value.ts';
import type { FoundValue, NameKind, VolatileValue } from './volatile-class.ts';
import { hexCase } from './volatile-ids.ts';

const mayMatter = /sig|hmac|token|trac|span|b3|u?uid|tel|phone|mobile|fax|msisdn|parent/i;

export function nameKind(name: string): NameKind {
  if (name.length > 64 || !mayMatter.test(name)) return 'other';
  const words = nameWords(name);
  const last = words.at(-1) ?? '';
  const joined = words.join('');
  if (words.includes('signature') || /^(?:sig|sign|hmac)$/.test(last) || joined.endsWith('securitytoken')) {
    return 'signature';
  }
  if (/(?:traceid|spanid|traceparent|sentrytrace|tracecontext|datadogparentid)$|^b3$/.test(joined)) return 'trace';
  if (/^(?:uuid|guid)$/.test(last)) return 'uuid';
  return /^(?:phone|telephone|tel|mobile|fax|msisdn)$/.test(last) || joined.endsWith('phonenumber') ? 'phone' : 'other';
}

/** Signatures have at least 96 bits. */
const minSignature = 16;

/** A value under the name of a signature: hex or base64 in any of its spellings, and not a word. */
export function signatureAt(text: string, start: number): FoundValue | undefined {
  // Where a value began before, it was looked at from there.
  if (start > 0 && signatureLength(text, start - 1) > 0) return undefined;
  if (start >= 3 && signatureLength(text, start - 3) === 3) return undefined;
  let end = start;
  for (let step = 1; step > 0; end += step) step = signatureLength(text, end);
  const written = text.slice(start, end);
  if (written.length < minSignature) return undefined;
  const padding = /^(?:=|%3D){1,2}/i.exec(text.slice(end, end + 6))?.[0] ?? '';
  const style = hexCase(written);
  if (style !== undefined) return found(start, written + padding, `hex ${style}`);
  const isMixed = /[a-z]/.test(written) && /[A-Z]/.test(written);
  return isMixed && (written.length >= 32 || /\d/.test(written))
    ? found(start, written + padding, 'base64')
    : undefined;
}

/** Length of the character of a signature at an offset, 0 when there is none; `+` and `/` may be percent-encoded. */
function signatureLength(text: string, at: number): number {
  const char = text.charAt(at);
  if (char === '%') return /^%2[BF]$/i.test(text.slice(at, at + 3)) ? 3 : 0;
  return /^[\w+/-]$/.test(char) ? 1 : 0;
}

function found(at: number, written: string, form: string): FoundValue {
  return { end: at + written.length, value: { class: 'signature', form } };
}

/** Headers of tokens are short; a text that merely begins so is not decoded. */
const maxJoseHeader = 4096;
const base64url = /[\w-]*/y;

/** A JWS of three parts or a JWE of five (RFC 7515 §3.1, RFC 7516 §3.1): the header is JSON with `alg`. */
export function jwtAt(text: string, start: number, headerEnd: number): FoundValue | undefined {
  // `ey` is `{"` in base64.
  if (!text.startsWith('ey', start) || text.charCodeAt(headerEnd) !== 0x2e) return undefined;
  if (headerEnd - start > maxJoseHeader) return undefined;
  const header = parseJsonValue(Buffer.from(text.slice(start, headerEnd), 'base64url').toString('utf8'));
  if (!header.ok || !isJsonObject(header.value) || typeof header.value['alg'] !== 'string') return undefined;
  let end = headerEnd;
  const isEncrypted = 'enc' in header.value;
  for (let part = 1; part < (isEncrypted ? 5 : 3); part++) {
    if (text.charCodeAt(end) !== 0x2e) return undefined;
    base64url.lastIndex = end + 1;
    base64url.test(text);
    end = base64url.lastIndex;
  }
  return { end, value: { class: 'jwt', form: `${isEncrypted ? 'jwe' : 'jws'} ${header.value['alg']}` } };
}

const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0+-)[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const traceAndSpan = /^(?!0+-)[0-9a-f]{32}-[0-9a-f]{16}(?:-[01d])?$/;
const xray = /^1-([0-9a-f]{8})-[0-9a-f]{24}$/;

/** W3C traceparent, sentry-trace and B3, the trace ids of X-Ray; under the name of a trace id bare hex and decimals. */
export function traceIn(text: string, kind: NameKind): VolatileValue | undefined {
  if (text.length > 16 && text.includes('-')) {
    if (traceparent.test(text)) return { class: 'trace', form: 'traceparent' };
    if (traceAndSpan.test(text)) return { class: 'trace', form: 'trace-span' };
    const seconds = xray.exec(text)?.[1];
    if (seconds !== undefined) {
      const fromMs = Number.parseInt(seconds, 16) * 1000;
      return { class: 'trace', form: 'xray', at: { fromMs, toMs: fromMs + 999 } };
    }
  }
  if (kind !== 'trace') return undefined;
  if (/^(?:[0-9a-f]{16}|[0-9a-f]{32})$/i.test(text)) {
    return /^0+$/.test(text) ? undefined : { class: 'trace', form: `hex${text.length}` };
  }
  return /^[1-9]\d{14,19}$/.test(text) ? { class: 'trace', form: 'decimal' } : undefined;
}
