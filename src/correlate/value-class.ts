import { isDistinctive, nameWords } from '../model/identity.ts';
import { epochTimestamp, parseTimestamp } from '../model/volatile.ts';

/**
 * How much a value by itself says about where it comes from. `distinctive`: seen again, it is the same value. `weak`:
 * it could be there by accident, so names must speak. `none`: times, prices, flags, texts; never followed.
 */
export type ValueClass = 'distinctive' | 'weak' | 'none';

/** Longer values are documents, not tokens. */
const maxValueLength = 8192;
const maxWeakLength = 64;

/** Two values of fewer bits are equal by accident now and then in a session of thousands. */
const distinctiveBits = 24;
/** In a field that does not claim to hold an identifier, more of it must look random. */
const randomBits = 32;

/** Amounts, moments, flags, versions, addresses and formats. */
const telling = [
  /^(?:true|false|null|none|undefined|nan|yes|no|on|off|0)$/i,
  // 12.50, 1,234.56, 12%, €12, 12 EUR
  /^[-+]?[€$£¥]?\d+(?:[.,]\d+)+%?[€$£¥]?$|^[-+]?[€$£¥]\d+$|^[-+]?\d+[%€$£¥]$|^(?:[A-Z]{3}\d+[.,]\d\d|\d+[.,]\d\d[A-Z]{3})$/,
  // 2026-03, 01/03/2026, 1.3.2026, 2026Q1, 2026-W10, 12:30, 12:30:00
  /^(?:\d{4}[-/]\d{1,2}(?:[-/]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}-?(?:Q[1-4]|W\d\d)|\d{1,2}:\d\d(?::\d\d)?)$/i,
  // 20260301, PT15M, P1D, 15m, 250ms
  /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$|^P(?:\d+[YMWD])*(?:T(?:\d+(?:\.\d+)?[HMS])+)?$|^\d+(?:\.\d+)?(?:ms|us|ns|s|m|h|d|px|em|kb|mb|gb|kib|mib|gib)$/i,
  // 10.12.13, v2.0.0-rc.1, 10.0.0.1, HTTP/1.1
  /^v?\d+(?:\.\d+){1,3}(?:[-+][\w.+-]+)?$|^v\d+(?:(?:alpha|beta)\d*)?$|^\w+\/\d+(?:\.\d+)*$/i,
  // localhost:8080, 10.0.0.1:80
  /^(?:localhost|[\w-]+(?:\.[\w-]+)+):\d{1,5}$/,
  // image/png, 1920x1080, #a1b2c3, +49-151-2345678
  /^(?:application|audio|font|image|message|model|multipart|text|video)\/[\w.+-]+(?:;.*)?$|^\d+x\d+$|^#[0-9a-f]{3,8}$|^\+\d[\d-]{6,}$/i,
];

export function classOf(value: string): ValueClass {
  if (value === '' || value.length > maxValueLength || /\s/.test(value)) return 'none';
  if (value.length <= maxWeakLength) {
    if (parseTimestamp(value) || isEpoch(value) || telling.some((form) => form.test(value))) return 'none';
  }
  if (isDistinctive(value) && bitsOf(value).all >= distinctiveBits) return 'distinctive';
  return value.length <= maxWeakLength ? 'weak' : 'none';
}

/** Seconds or milliseconds of about our time. Finer ones are as telling as any token, and random numbers look like them. */
function isEpoch(value: string): boolean {
  if (!/^\d{10}(?:\d{3})?(?:\.\d+)?$/.test(value)) return false;
  const timestamp = epochTimestamp(value);
  return timestamp !== undefined && timestamp.fromMs < latestMs;
}

/** 2050. */
const latestMs = 2_524_608_000_000;

/**
 * Could a distinctive value in a field that does not claim to hold an identifier be one? Names of models, regions and
 * versions (`iPhone15`, `us-east-1`) also have letters and digits; random ones have many of both, mixed.
 */
export function looksRandom(value: string): boolean {
  return isDistinctive(value) && bitsOf(value).random >= randomBits;
}

/** How much a value says that could not be guessed, by a plain estimate: words say little, mixed characters much. */
export function bitsOf(value: string): { readonly all: number; readonly random: number } {
  let all = 0;
  let random = 0;
  for (const [run] of value.slice(0, maxRead).matchAll(/[A-Za-z0-9]+/g)) {
    if (isMixed(run)) {
      const bits = run.length * (/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(run) ? 4 : 5);
      all += bits;
      random += bits;
      continue;
    }
    for (const [piece] of run.matchAll(/\d+|[A-Za-z]+/g)) {
      const bits = pieceBits(piece);
      all += bits;
      // One long number among words is a counter or an amount.
      if (piece.length >= 4 && /[g-z]/i.test(piece) && bits > wordBits) random += bits;
    }
  }
  if (uuid.test(value)) return { all: uuidBits, random: uuidBits };
  return { all, random };
}

/** Beyond, nothing becomes more certain. */
const maxRead = 256;
const wordBits = 5;
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** RFC 9562 §5.4. */
const uuidBits = 122;

/** Letters and digits, or capitals and small letters, change places too often for words. */
function isMixed(run: string): boolean {
  if (run.length < 6) return false;
  const changes = run.match(/\d(?=[a-z])|[a-z](?=\d)/gi)?.length ?? 0;
  const capitals = run.match(/[a-z](?=[A-Z])/g)?.length ?? 0;
  return changes >= 3 || (run.length >= 16 && changes + capitals >= 3);
}

function pieceBits(piece: string): number {
  if (/^\d/.test(piece)) return /^(?:19|20)\d\d$/.test(piece) ? 3 : piece.length * Math.log2(10);
  if (piece.length <= 3) return piece.length * 3;
  // Words have vowels and no row of five consonants.
  const isWord = /[aeiouy]/i.test(piece) && !/[^aeiouy]{5}/i.test(piece);
  return isWord ? wordBits : piece.length * Math.log2(26);
}

/** Words that make a code or number out of an attribute that people choose: `zipCode`, `pageNumber`, `statusCode`. */
const attributes = new Set(
  (
    'zip postal post country currency language lang locale status error state color colour region area dial phone fax ' +
    'mobile house street page line version build port year month day week tax vat response exit http reason type role ' +
    'category unit size model room floor seat row column chapter'
  ).split(' '),
);
/** Last words that need more than themselves to speak of an identifier. */
const vague = new Set(['code', 'number', 'no', 'nr', 'key', 'ref', 'reference']);
const numberIdentity = new Set(
  'id ids uid oid pk key no nr number ref reference code cursor ticket self token session after marker sub'.split(' '),
);

/** Is this the code or number of something people choose, not of something a server made? */
export function isAttributeName(name: string): boolean {
  const words = nameWords(name);
  const last = words.at(-1);
  return last !== undefined && vague.has(last) && words.slice(0, -1).some((word) => attributes.has(word));
}

/** Endings of names under which a number is an identifier; `size`, `page`, `total` are none. */
export function isNumberIdentity(name: string): boolean {
  const last = nameWords(name).at(-1);
  return last !== undefined && (numberIdentity.has(last) || /\p{Ll}{3}id$/u.test(last)) && !isAttributeName(name);
}
