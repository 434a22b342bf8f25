import { isDistinctive } from '../../model/identity.ts';
import {
  type ExactNumber,
  isJsonObject,
  type JsonValue,
  jsonNumber,
  jsonText,
  parseJsonValue,
} from '../../model/json-value.ts';
import { isJwt } from '../../model/jwt.ts';
import { shiftTime } from '../../model/time-shift.ts';
import { findVolatiles } from '../../model/volatile-tokens.ts';
import { timeErrorMs } from './mutation.ts';

/** No path and no document. */
const opaque = /^(?!\/)[\w+/=.~-]+$/;

/** Does this text stand for one thing, so that another such text may be as right? */
export function isIdText(text: string, name: string): boolean {
  if (opaque.test(text) && isDistinctive(text)) return true;
  const [token] = findVolatiles(text, { name });
  return token !== undefined && token.start === 0 && token.end === text.length && token.class !== 'timestamp';
}

/**
 * The text with another letter in its last word that says something: not in an id or a time, which may be others
 * tomorrow. A digit where there is no letter.
 */
export function alteredText(text: string): string {
  const tokens = findVolatiles(text);
  const isSaid = ({ 0: word, index }: RegExpExecArray): boolean =>
    !isDistinctive(word) && !tokens.some(({ start, end }) => start < index + word.length && end > index);
  // What is percent-encoded is no letter.
  const plain = text.replaceAll(/%[\da-f]{2}/gi, '%%%');
  const words = [...plain.matchAll(/[^\s/=&?;,"'<>|]+/g)].filter(isSaid);
  for (const pattern of [/[a-z](?=[^a-z]*$)/i, /\d(?=\D*$)/]) {
    for (const { 0: word, index } of words.toReversed()) {
      const found = pattern.exec(word);
      if (!found) continue;
      const at = index + found.index;
      return text.slice(0, at) + nextCharacter(found[0]) + text.slice(at + 1);
    }
  }
  return `${text}x`;
}

/** `a` after `z`, `0` after `9`. */
function nextCharacter(character: string): string {
  if (character === '9') return '0';
  if (/z/i.test(character)) return character === 'z' ? 'a' : 'A';
  return String.fromCharCode(character.charCodeAt(0) + 1);
}

/** One more, in the last place before the point. */
export function nextNumber(value: number | ExactNumber): number | ExactNumber | undefined {
  const text = jsonText(value);
  if (/^-?\d+$/.test(text)) return jsonNumber(String(BigInt(text) + 1n));
  const [, whole, fraction] = /^(-?\d+)(\.\d+)$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return jsonNumber(`${whole === '-0' ? '1' : BigInt(whole) + 1n}${fraction}`);
}

/** The same time in the same notation, more than a day later; undefined for what is no time. */
export function laterTime(text: string, givenMs: number): string | undefined {
  return shiftTime(text, { shiftMs: timeErrorMs, givenMs });
}

export interface AlteredToken {
  readonly claim: string;
  readonly token: string;
}

/** A token that says another thing of the same kind under the same signature, by each claim; none for what is no token. */
export function alteredTokens(token: string): readonly AlteredToken[] {
  if (!isJwt(token)) return [];
  const [header, payload, signature] = token.split('.');
  const claims = parseJsonValue(Buffer.from(payload!, 'base64url').toString('utf8'));
  if (!claims.ok || !isJsonObject(claims.value)) return [];
  const { value } = claims;
  return Object.entries(value).flatMap(([claim, said]) => {
    const other = alteredClaim(claim, said);
    if (other === undefined) return [];
    const text = jsonText({ ...value, [claim]: other });
    return [{ claim, token: `${header}.${Buffer.from(text).toString('base64url')}.${signature}` }];
  });
}

/** `jti` is made anew for every token. */
function alteredClaim(claim: string, said: JsonValue): JsonValue | undefined {
  if (typeof said === 'boolean') return !said;
  if (typeof said === 'string') return isIdText(said, claim) || said === '' ? undefined : alteredText(said);
  if (typeof said !== 'number') return undefined;
  const isTime = said >= 1e9 && said < 1e10;
  return isTime ? said + timeErrorMs / 1000 : nextNumber(said);
}
