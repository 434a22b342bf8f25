import { createHash, createHmac } from 'node:crypto';
import { editJsonStrings } from './json-edit.ts';
import { parseJsonTree } from '../model/json-tree.ts';

/** Pseudonyms remembered per key: the same token comes with every request of a session. */
const rememberedPseudonyms = 2000;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const hex = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{16,}$|^(?=.*\d)(?=.*[A-F])[0-9A-F]{16,}$/;
const email = /^[^\s@]+@[^\s@]+(\.[A-Za-z]{2,})$/;
const jwt = /^ey[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){2,4}$/;
const paddedBase64 = /^[A-Za-z0-9+/_-]+={1,2}$/;

/** Claims that say what a token is for, not who holds it; clients read them, so they stay (RFC 7519, RFC 9068, OIDC). */
const keptClaims: ReadonlySet<string> = new Set([
  'iss',
  'aud',
  'typ',
  'azp',
  'scope',
  'scp',
  'roles',
  'role',
  'groups',
  'permissions',
  'token_use',
  'token_type',
  'amr',
  'acr',
]);

/**
 * Stable stand-ins for secrets under one key: HMAC-SHA256(key, value), stretched by SHAKE-256 and rendered character
 * class by character class with the same length. The classes are not part of the MAC: the same secret has the same
 * pseudonym wherever it stands. A pseudonym never equals its value. Short values have few pseudonyms (a four-digit PIN
 * one of 9,000), so two of them may share one.
 */
export function createPseudonyms(key: Buffer): (value: string) => string {
  const remembered = new Map<string, string>();
  const pseudonym = (value: string): string => {
    let found = remembered.get(value);
    if (found === undefined) {
      found = derive(value);
      if (remembered.size >= rememberedPseudonyms) remembered.clear();
      remembered.set(value, found);
    }
    return found;
  };
  const derive = (value: string): string => {
    if (value.trim() === '') return value;
    // A short value can come out as itself; the next attempt is as stable as the first.
    for (let attempt = 0; ; attempt++) {
      const rendered = render(value, randomOf(key, attempt === 0 ? value : `${value}\0${attempt}`, value.length));
      const result = jwt.test(value) ? renderJwt(value, rendered, pseudonym) : rendered;
      if (result !== value) return result;
      // A token of numbers only and without a signature has nothing else to replace.
      if (rendered !== value) return rendered;
    }
  };
  return pseudonym;
}

/** Sixteen random bits per character. */
type Random = (index: number, count: number) => number;

function randomOf(key: Buffer, text: string, length: number): Random {
  const mac = createHmac('sha256', key).update(text, 'utf8').digest();
  const stream = createHash('shake256', { outputLength: 2 * length })
    .update(mac)
    .digest();
  return (index, count) => stream.readUInt16LE(2 * index) % count;
}

function render(value: string, random: Random): string {
  if (uuid.test(value)) return renderUuid(value, random);
  if (hex.test(value)) {
    const digits = /[A-F]/.test(value) ? '0123456789ABCDEF' : '0123456789abcdef';
    return Array.from(value, (_, i) => digits[random(i, 16)]).join('');
  }
  const chars = Array.from(value);
  const keptFrom = chars.length - (email.exec(value)?.[1]?.length ?? 0);
  const hasClass = chars.some((char, i) => i < keptFrom && classOf(char) !== undefined);
  const rendered = chars.map((char, i) => {
    if (i >= keptFrom) return char;
    // A value of punctuation only is a secret all the same.
    const range = classOf(char) ?? (hasClass || char.trim() === '' ? undefined : lower);
    return range ? String.fromCodePoint(range.first + random(i, range.count)) : char;
  });
  // A number stays a number: no leading zero where there was none, also where the value is quoted.
  if (/^[1-9]\d*$/.test(value)) rendered[0] = String(1 + random(0, 9));
  if (value.length % 4 === 0 && paddedBase64.test(value)) closeBase64(rendered, value, random);
  return rendered.join('');
}

interface CharRange {
  readonly first: number;
  readonly count: number;
}

const digit: CharRange = { first: 0x30, count: 10 };
const lower: CharRange = { first: 0x61, count: 26 };
const upper: CharRange = { first: 0x41, count: 26 };

/** Characters of the same class and of the same length in UTF-8 (and, up to U+00FF, in Latin-1). */
function classOf(char: string): CharRange | undefined {
  const code = char.codePointAt(0)!;
  if (code >= 0x30 && code <= 0x39) return digit;
  if (code >= 0x61 && code <= 0x7a) return lower;
  if (code >= 0x41 && code <= 0x5a) return upper;
  if (code < 0xa0 || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  if (code <= 0xff) return { first: 0xe0, count: 23 };
  if (code <= 0x7ff) return { first: 0x430, count: 32 };
  return code <= 0xffff ? { first: 0x4e00, count: 20_902 } : { first: 0x20000, count: 42_718 };
}

/** Version and variant digits stay (RFC 9562 §4). */
function renderUuid(value: string, random: Random): string {
  const digits = /[A-F]/.test(value) ? '0123456789ABCDEF' : '0123456789abcdef';
  return Array.from(value, (char, i) => (char === '-' || i === 14 || i === 19 ? char : digits[random(i, 16)])).join('');
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The last character before the padding carries 2 or 4 unused bits, which strict decoders want to be zero. */
function closeBase64(rendered: string[], value: string, random: Random): void {
  const padding = value.endsWith('==') ? 2 : 1;
  const step = padding === 2 ? 16 : 4;
  const last = rendered.length - padding - 1;
  const range = classOf(value[last]!);
  if (!range) return;
  const fitting = Array.from(base64Alphabet).filter(
    (char, i) => i % step === 0 && char.charCodeAt(0) >= range.first && char.charCodeAt(0) < range.first + range.count,
  );
  if (fitting.length > 0) rendered[last] = fitting[random(last, fitting.length)]!;
}

/** Header kept, string claims replaced one by one, signature replaced: still a decodable token (RFC 7519). */
function renderJwt(value: string, rendered: string, pseudonym: (value: string) => string): string {
  const segments = value.split('.');
  const claims = Buffer.from(segments[1]!, 'base64url').toString('utf8');
  const root = parseJsonTree(claims);
  if (root?.kind !== 'object' || !isHeader(segments[0]!)) return rendered;
  const replaced = editJsonStrings(claims, root, (claim, text) =>
    keptClaims.has(claim) || text.trim() === '' ? text : pseudonym(text),
  );
  const signature = rendered.split('.').slice(2);
  return [segments[0], Buffer.from(replaced, 'utf8').toString('base64url'), ...signature].join('.');
}

function isHeader(segment: string): boolean {
  return parseJsonTree(Buffer.from(segment, 'base64url').toString('utf8'))?.kind === 'object';
}
