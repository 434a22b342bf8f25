/** Which names and values identify something, shared by correlation (what flows) and comparison (what is renamed). */

/** Words that end the name of a field holding an identifier. */
const identityWords = new Set([
  'id',
  'ids',
  'uuid',
  'guid',
  'uid',
  'sid',
  'oid',
  'pk',
  'key',
  'slug',
  'code',
  'ref',
  'reference',
  'number',
  'no',
  'nr',
  'handle',
  'cursor',
  'token',
  'tokens',
  'nonce',
  'csrf',
  'xsrf',
  'etag',
  'session',
  'jti',
  'sku',
  'ticket',
  'secret',
  'href',
  'self',
  'url',
  'uri',
  'link',
  'location',
  'jwt',
  'bearer',
  'marker',
  'continuation',
  'after',
  'hash',
  'digest',
]);

/** The same few names come with every message; more than this many are forgotten at once. */
const maxKnownNames = 4096;
const knownNames = new Map<string, readonly string[]>();

/** `orderId`, `order_id`, `X-Order-ID`, `OrderID` in lower-case words. */
export function nameWords(name: string): readonly string[] {
  const known = knownNames.get(name);
  if (known) return known;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  if (knownNames.size >= maxKnownNames) knownNames.clear();
  knownNames.set(name, words);
  return words;
}

/** The last word of a name, which says what it holds: `id` of `orderId`. */
export function lastWord(name: string): string {
  return nameWords(name).at(-1) ?? '';
}

/** Does a field of this name hold an identifier or a token rather than a quantity or a word? */
export function isIdentityName(name: string): boolean {
  return identityWords.has(lastWord(name));
}

/**
 * Could this value hardly occur twice by accident? Digits alone need nine places; with letters, six characters of
 * which two are digits. Short numbers and words never are: for them the name of the field must speak.
 */
export function isDistinctive(value: string): boolean {
  if (/\s/.test(value)) return false;
  const digits = digitsIn(value);
  if (digits === value.length) return digits >= 9 && !/0{4,}$/.test(value);
  if (digits < 2) return isLongMixedText(value);
  if (/^[-+]?\d+(?:[.,]\d+)?%?$/.test(value)) return false;
  return value.length >= 6 || isLongMixedText(value);
}

function digitsIn(value: string): number {
  let digits = 0;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) digits += 1;
  }
  return digits;
}

/** Random letters: long, and changing case inside, as no word does. */
function isLongMixedText(value: string): boolean {
  return value.length >= 16 && (value.match(/[a-z][A-Z]/g)?.length ?? 0) >= 3;
}
