import { isUtf8 } from 'node:buffer';
import { isJwt } from '../model/jwt.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJsonValue } from '../model/json-value.ts';

/** What a signed token says (RFC 7519). */
export interface JwtPayload {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly signature: string;
}

export function jwtPayload(text: string): JwtPayload | undefined {
  if (!text.startsWith('ey') || !isJwt(text)) return undefined;
  const [head, payload, signature] = text.split('.');
  const header = objectIn(head!);
  const claims = header && objectIn(payload!);
  return header && claims && { header, claims, signature: signature! };
}

function objectIn(segment: string): JsonObject | undefined {
  const parsed = parseJsonValue(Buffer.from(segment, 'base64url').toString('utf8'));
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined;
}

/** Longer texts are files, not payloads. */
const maxPayload = 256 * 1024;

/** An object or array written as JSON inside a text. */
export function jsonInside(text: string): JsonValue | undefined {
  if (text.length > maxPayload || !/^\s*[[{]/.test(text)) return undefined;
  const parsed = parseJsonValue(text);
  return parsed.ok ? parsed.value : undefined;
}

/** Shorter texts are words. */
const minBase64 = 8;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const base64url = /^[\w-]+$/;
const control = /[\p{Cc}\u{FFFD}]/u;

/** The readable text that a text is the base64 of, with or without padding (RFC 4648 §4, §5). */
export function base64Inside(text: string): string | undefined {
  if (text.length < minBase64 || text.length > maxPayload) return undefined;
  const encoding = base64.test(text) ? 'base64' : base64url.test(text) ? 'base64url' : undefined;
  if (encoding === undefined) return undefined;
  const bytes = Buffer.from(text, encoding);
  // Bits that no reader looks at would make two texts one.
  if (bytes.toString(encoding) !== text || !isUtf8(bytes)) return undefined;
  const decoded = bytes.toString('utf8');
  return control.test(decoded.replaceAll(/[\t\r\n]/g, '')) ? undefined : decoded;
}
