import { isDistinctive, nameWords } from '../model/identity.ts';
import { isIncomingFresh } from '../model/volatile-policy.ts';
import { findVolatiles, type TimeStretch, type VolatileClass, type VolatileToken } from '../model/volatile-tokens.ts';

/** A value of a volatile class and where it was cut from. */
export interface FoundToken {
  readonly token: VolatileToken;
  readonly text: string;
}

export interface FreedomContext {
  /** Name of the field that holds the values. */
  readonly name: string;
  /** From the start of the session to the end of the baseline's response, and the same of the run. */
  readonly baselineWindow: TimeStretch;
  readonly freshWindow: TimeStretch;
}

/**
 * May the second value be the first one's name in this run? Only where both are made anew each time: random UUIDs and
 * trace ids anywhere; what carries a time, if it was made in the recording and in the run (five minutes of slack, as
 * when matching): ids from before are data. Hashes are made of contents and change with them: digests, signatures and
 * bare nanoids are free only under the name of something used once or held secret, 32 hex digits also under that of an
 * id, which they are more often than an MD5.
 */
export function mayBecome(before: FoundToken, after: FoundToken, context: FreedomContext): boolean {
  const { token } = before;
  if (token.class !== after.token.class || token.form !== after.token.form) return false;
  switch (token.class) {
    case 'timestamp':
    case 'jwt':
      return false;
    case 'digest':
      return isTokenName(context.name) || (token.form.startsWith('hex32') && isIdName(context.name));
    case 'signature':
      return isTokenName(context.name);
    case 'nanoid':
      return (isTokenName(context.name) || isIdName(context.name)) && areRandom(before.text, after.text);
    default:
      return isIncomingFresh(token, context.baselineWindow) && isIncomingFresh(after.token, context.freshWindow);
  }
}

/**
 * Two texts of no known class that are tokens by the name of their field, or by the kind of thing in front of them, and
 * by how they look.
 */
export function areOpaqueTokens(before: string, after: string, name: string): boolean {
  if (havePrefix(before, after) && !isHashName(name)) return !isReadable(before) && areRandom(before, after);
  if (!isOpaqueToken(before, name) || !isOpaqueToken(after, name)) return false;
  if (wordsInFront(before) !== wordsInFront(after)) return false;
  return Math.abs(before.length - after.length) <= maxLengthDifference && areRandom(before, after);
}

/** Is it a token by the name of its field and by how it looks? */
export function isOpaqueToken(text: string, name: string): boolean {
  return isTokenName(name) && opaque.test(text) && isDistinctive(text) && !isReadable(text) && !holdsMadeValue(text);
}

/** `ord_84f089af27878452`: who writes the kind of thing in front makes identifiers; at least 64 bits in hex. */
const withPrefix = /^([a-z][a-z\d]{1,11}_)(?=[a-z]*\d)[a-z\d]{16,64}$/i;

function havePrefix(before: string, after: string): boolean {
  const prefix = withPrefix.exec(before)?.[1];
  if (prefix === undefined || isHashName(prefix)) return false;
  return before.length === after.length && withPrefix.exec(after)?.[1] === prefix;
}

/** At least 72 bits in base64. Longer ones are documents. */
const opaque = /^[\w+/=.~-]{12,512}$/;

/** Paddings and numbers in front vary. */
const maxLengthDifference = 4;

/** What is random differs everywhere; of 16 hex digits one agrees by chance, of 20 letters less. */
const maxAgreement = 0.3;
const minRandomLength = 12;

/** `pk_live_` of `pk_live_51Hx…`: says what kind of token it is. Random texts of mixed letters have none. */
function wordsInFront(text: string): string {
  return /^(?:(?:[a-z]{2,12}|[A-Z]{2,12})[-_.])*/.exec(text)![0];
}

/** Only words and short numbers: `quarterly-review-2024`, `uploads/2024/invoice.pdf`. A person wrote that. */
function isReadable(text: string): boolean {
  return text
    .split(/[^A-Za-z\d]+/)
    .every((piece) => /^(?:[A-Z]?[a-z]{0,20}|[A-Z]{1,20}|[A-Za-z]?\d{1,4})$/.test(piece));
}

/** A value of a class that no accident makes stands inside, so that what stands around it is no part of any token. */
function holdsMadeValue(text: string): boolean {
  return findVolatiles(text).some((token) => madeClasses.has(token.class) && token.end - token.start < text.length);
}

const madeClasses: ReadonlySet<VolatileClass> = new Set(['uuid', 'ulid', 'objectid', 'timestamp', 'jwt']);

/** Do two texts, behind a common prefix such as `tok_`, agree no more than random ones do? */
function areRandom(before: string, after: string): boolean {
  let from = 0;
  for (let at = 0; at < before.length && before[at] === after[at]; at++) {
    if (/[-_.]/.test(before[at]!)) from = at + 1;
  }
  const length = Math.min(before.length, after.length) - from;
  if (length < minRandomLength) return false;
  let same = 0;
  for (let at = from; at < from + length; at++) if (before[at] === after[at]) same++;
  return same <= maxAgreement * length;
}

const tokenWords: ReadonlySet<string> = new Set([
  'nonce',
  'cnonce',
  'token',
  'csrf',
  'xsrf',
  'session',
  'secret',
  'request',
  'correlation',
  'idempotency',
  'trace',
  'span',
  'challenge',
  'verifier',
  'etag',
]);
/** The same where they end a name; elsewhere they mean other things (`key_count`). */
const tokenEndings: ReadonlySet<string> = new Set(['key', 'sid', 'jti', 'state', 'salt', 'otp', 'ticket']);
/** Keys that stay what they are, or follow from what they belong to. */
const plainKeys: ReadonlySet<string> = new Set([
  'public',
  'publishable',
  'cache',
  'object',
  'storage',
  'primary',
  'foreign',
  'partition',
  'sort',
]);
/** Names of hashes, whatever else they speak of. */
const hashWords = /^(?:hash|digest|checksum|fingerprint|integrity|md5|sha\d*|crc\d*)$/;

/** Does a name speak of something that is used once, held secret, or made for one request? */
export function isTokenName(name: string): boolean {
  if (isHashName(name)) return false;
  const words = nameWords(name);
  if (words.at(-1) === 'key' && words.some((word) => plainKeys.has(word))) return false;
  return words.some((word) => tokenWords.has(word)) || tokenEndings.has(words.at(-1) ?? '');
}

function isHashName(name: string): boolean {
  return nameWords(name).some((word) => hashWords.test(word));
}

function isIdName(name: string): boolean {
  return /^(?:id|uid|guid|uuid|oid)$/.test(nameWords(name).at(-1) ?? '');
}
