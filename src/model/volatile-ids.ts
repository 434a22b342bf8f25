import type { FoundValue, NameKind, TimeStretch, VolatileValue } from './volatile-class.ts';
import { epochTimestamp } from './volatile.ts';

/** Characters between `-`, `_` and what is no letter or digit: text[start, end), inside a run with those. */
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly runStart: number;
  readonly runEnd: number;
  readonly kind: NameKind;
}

/** Ids made earlier or later than this were not made by the programs of a recording (2010 and 2070). */
const earliestIdMs = Date.UTC(2010, 0);
const latestIdMs = Date.UTC(2070, 0);

/**
 * Digits are taken for a time only between 2017 and 2033, where they begin with 1: so do neither phone numbers of ten
 * digits nor card numbers of sixteen. Times of a run are recent ones.
 */
const earliestDigitsMs = 1.5e12;
const latestDigitsMs = 2e12;

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-([1-8])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9a-z])/iy;

/**
 * A UUID of the versions 1 to 8 (RFC 9562) with hyphens. The nil and the max UUID are constants, other variants belong
 * to Microsoft's interfaces, which are constants too.
 */
export function uuidAt(text: string, at: number): FoundValue | undefined {
  if (text.charCodeAt(at + 8) !== 0x2d) return undefined;
  uuid.lastIndex = at;
  const found = uuid.exec(text);
  if (!found) return undefined;
  return { end: at + 36, value: uuidValue(found[0], Number(found[1]), letterCase(found[0])) };
}

function uuidValue(text: string, version: number, style: string): VolatileValue {
  // Of the others, which most are, nobody needs the digits.
  const at = timeVersions.has(version) ? uuidTime(text.replaceAll('-', '').toLowerCase(), version) : undefined;
  return { class: 'uuid', form: `v${version} ${style}`, ...(at && { at }) };
}

/** Versions of UUIDs that carry a time. */
const timeVersions: ReadonlySet<number> = new Set([1, 2, 6, 7]);

/** From 1582-10-15, where UUIDs begin to count, to 1970, in steps of 100 ns (RFC 9562 §5.1). */
const gregorianOffset = 122_192_928_000_000_000n;

function uuidTime(digits: string, version: number): TimeStretch | undefined {
  const ticks = (hex: string): number => Number((BigInt(`0x${hex}`) - gregorianOffset) / 10_000n);
  const low = digits.slice(0, 8);
  const middle = digits.slice(8, 12);
  const high = digits.slice(13, 16);
  switch (version) {
    case 1:
      return moment(ticks(high + middle + low), 1);
    case 2:
      // The low part of its time gave way to a number of a user.
      return { fromMs: ticks(`${high}${middle}00000000`), toMs: ticks(`${high}${middle}ffffffff`) };
    case 6:
      return moment(ticks(low + middle + high), 1);
    case 7:
      return moment(Number.parseInt(low + middle, 16), 1);
    default:
      return undefined;
  }
}

/** Lengths of MD5, SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512 in hex. */
const digestLengths: ReadonlySet<number> = new Set([32, 40, 56, 64, 96, 128]);

/** What a piece of ten characters or more is by itself; `end` when it takes more than the piece. */
export function idsOfPiece(piece: Piece): { readonly value: VolatileValue; readonly end?: number } | undefined {
  const { text, start, end, kind } = piece;
  const length = end - start;
  if (length <= 20) return isDigits(text, start, end) ? numberOf(piece) : undefined;
  if (length > 2048) return undefined;
  const value = textOf(length, text.slice(start, end), kind);
  // Inside base64url a piece of 27 characters is nothing special.
  if (value?.class === 'ksuid' && (end !== piece.runEnd || start - piece.runStart > 17)) return undefined;
  return value && { value };
}

function textOf(length: number, text: string, kind: NameKind): VolatileValue | undefined {
  if (length === 24) return objectId(text);
  if (length === 26) return ulid(text);
  if (length === 27) return ksuid(text);
  if (digestLengths.has(length)) {
    const style = hexCase(text);
    if (style === undefined) return undefined;
    if (kind === 'uuid' && length === 32 && /^.{12}[1-8].{3}[89ab]/i.test(text)) {
      return uuidValue(text, Number(text[12]), `${style} bare`);
    }
    return { class: 'digest', form: `hex${length} ${style}` };
  }
  // RSA signatures in hex, as Google signs URLs; no digest is as long.
  const style = length >= 256 && length % 128 === 0 ? hexCase(text) : undefined;
  return style === undefined ? undefined : { class: 'signature', form: `hex ${style}` };
}

function numberOf({ text, start, end, runStart, kind }: Piece): ReturnType<typeof idsOfPiece> {
  if (kind === 'phone') return undefined;
  const before = text.charCodeAt(start - 1);
  // A sign, and the digits behind a decimal point.
  if (before === 0x2b || (before === 0x2d && start - 1 === runStart)) return undefined;
  if (before === 0x2e && isDigits(text, start - 2, start - 1)) return undefined;
  const fraction = text.charCodeAt(end) === 0x2e ? digitsEnd(text, end + 1, end + 11) : end + 1;
  if (fraction > end + 1) {
    const isTime = end - start === 10 && fraction <= end + 10 && text.charCodeAt(fraction) !== 0x2e;
    const value = isTime ? epoch(text.slice(start, fraction)) : undefined;
    return value && { value, end: fraction };
  }
  const digits = text.slice(start, end);
  const value = digits.length > 16 ? snowflake(digits) : epoch(digits);
  return value && { value };
}

function epoch(text: string): VolatileValue | undefined {
  const timestamp = epochTimestamp(text);
  if (!timestamp || timestamp.fromMs < earliestDigitsMs || timestamp.toMs >= latestDigitsMs) return undefined;
  return { class: 'timestamp', form: timestamp.form, at: { fromMs: timestamp.fromMs, toMs: timestamp.toMs } };
}

/** Whose Snowflakes: when they began to count, how far the time is shifted, and in which unit it counts. */
const snowflakes = [
  { name: 'Twitter', epochMs: 1_288_834_974_657, shift: 22n, unitMs: 1 },
  { name: 'Discord', epochMs: 1_420_070_400_000, shift: 22n, unitMs: 1 },
  { name: 'Instagram', epochMs: 1_314_220_021_721, shift: 23n, unitMs: 1 },
  { name: 'Mastodon', epochMs: 0, shift: 16n, unitMs: 1 },
  { name: 'Sonyflake', epochMs: Date.UTC(2014, 8), shift: 24n, unitMs: 10 },
] as const;

/** 17 to 20 digits that are a plausible time under at least one epoch; nanoseconds since 1970 look the same. */
function snowflake(digits: string): VolatileValue | undefined {
  if (digits.startsWith('0')) return undefined;
  const number = BigInt(digits);
  if (number >= 1n << 64n) return undefined;
  const readings: TimeStretch[] = [];
  for (const { epochMs, shift, unitMs } of snowflakes) {
    const reading = moment(Number(number >> shift) * unitMs + epochMs, unitMs);
    if (isPlausibleId(reading)) readings.push(reading);
  }
  if (digits.length === 19) {
    const nanoseconds = moment(Number(number / 1_000_000n), 1);
    if (nanoseconds.fromMs >= earliestDigitsMs && nanoseconds.toMs < latestDigitsMs) readings.push(nanoseconds);
  }
  const [at, ...otherAt] = readings;
  if (!at) return undefined;
  return { class: 'snowflake', form: `digits ${digits.length}`, at, ...(otherAt.length > 0 && { otherAt }) };
}

/** The first four bytes are seconds (BSON specification). */
function objectId(text: string): VolatileValue | undefined {
  const style = hexCase(text);
  if (style === undefined || !/[a-f]/i.test(text)) return undefined;
  const at = moment(Number.parseInt(text.slice(0, 8), 16) * 1000, 1000);
  return isPlausibleId(at) ? { class: 'objectid', form: style, at } : undefined;
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 48 bits of milliseconds and 80 random ones, in Crockford's base 32 and one letter case (ULID specification). */
function ulid(text: string): VolatileValue | undefined {
  const isUpper = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);
  if (!isUpper && !/^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text)) return undefined;
  if (!/[a-z]/i.test(text)) return undefined;
  let time = 0;
  for (const char of text.slice(0, 10).toUpperCase()) time = time * 32 + crockford.indexOf(char);
  const at = moment(time, 1);
  return isPlausibleId(at) ? { class: 'ulid', form: isUpper ? 'upper' : 'lower', at } : undefined;
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** KSUIDs count seconds from here (segmentio/ksuid), in 32 bits before 128 random ones. */
const ksuidEpochSeconds = 1_400_000_000;

/** 27 characters of base 62. Until 2051 they begin with a digit; random ones have letters of both cases. */
function ksuid(text: string): VolatileValue | undefined {
  if (!/^[0-9][0-9A-Za-z]{26}$/.test(text) || !/[a-z]/.test(text) || !/[A-Z]/.test(text)) return undefined;
  let number = 0n;
  for (let at = 0; at < text.length; at += 9) {
    let part = 0n;
    for (const char of text.slice(at, at + 9)) part = part * 62n + BigInt(base62.indexOf(char));
    number = number * 62n ** 9n + part;
  }
  const at = moment((Number(number >> 128n) + ksuidEpochSeconds) * 1000, 1000);
  return isPlausibleId(at) ? { class: 'ksuid', form: 'base62', at } : undefined;
}

/**
 * 21 characters of nanoid's alphabet, alone or behind `word_`. Nothing but their shape speaks for it: they mean
 * something only together with evidence.
 */
export function nanoidIn(
  text: string,
  start: number,
  end: number,
): { readonly start: number; readonly value: VolatileValue } | undefined {
  const from = end - 21;
  if (from < start || from - start > 16) return undefined;
  if (from > start && !/^[A-Za-z][A-Za-z0-9]*[_-]$/.test(text.slice(start, from))) return undefined;
  const id = text.slice(from, end);
  if (!/[a-z]/.test(id) || !/[A-Z]/.test(id)) return undefined;
  if (!/\d/.test(id) && (id.match(/[a-z][A-Z]/g)?.length ?? 0) < 4) return undefined;
  return { start: from, value: { class: 'nanoid', form: 'base64url 21' } };
}

/** Letter case of hex that could be random; undefined when it is no hex or too monotonous (`0000…`, `abcdefabcdef…`). */
export function hexCase(text: string): 'lower' | 'upper' | undefined {
  const isLower = /^[0-9a-f]+$/.test(text);
  if (!isLower && !/^[0-9A-F]+$/.test(text)) return undefined;
  return new Set(text).size >= (text.length < 32 ? 6 : 8) ? (isLower ? 'lower' : 'upper') : undefined;
}

function letterCase(text: string): string {
  if (text === text.toLowerCase()) return 'lower';
  return text === text.toUpperCase() ? 'upper' : 'mixed';
}

function isPlausibleId({ fromMs, toMs }: TimeStretch): boolean {
  return fromMs >= earliestIdMs && toMs < latestIdMs;
}

function moment(fromMs: number, spanMs: number): TimeStretch {
  return { fromMs, toMs: fromMs + spanMs - 1 };
}

function isDigits(text: string, start: number, end: number): boolean {
  return digitsEnd(text, start, end) === end;
}

function digitsEnd(text: string, start: number, limit: number): number {
  let at = start;
  while (at < limit && text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39) at++;
  return at;
}
