import { isJsonObject, jsonText, parseJsonValue } from './json-value.ts';

const pattern = /^ey[\w-]*\.ey[\w-]*\.[\w-]*$/;

/** Claims that say when, and nothing of who or what (RFC 7519 §4.1, OpenID Connect Core §2). */
const timeClaims: ReadonlySet<string> = new Set(['iat', 'exp', 'nbf', 'auth_time']);

export function isJwt(text: string): boolean {
  return pattern.test(text);
}

/**
 * What a signed token says apart from its times. Servers count them in seconds, so that two tokens for one login are
 * equal or not by the chance of the second they fall into. Undefined when the text is no such token.
 */
export function timelessClaims(text: string): string | undefined {
  if (!isJwt(text)) return undefined;
  const [header, payload] = text.split('.');
  const claims = parseJsonValue(Buffer.from(payload!, 'base64url').toString('utf8'));
  if (!claims.ok || !isJsonObject(claims.value)) return undefined;
  const kept = Object.entries(claims.value).filter(([name]) => !timeClaims.has(name));
  return `${header}.${jsonText(Object.fromEntries(kept))}`;
}
