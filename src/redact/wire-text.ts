import { isUtf8 } from 'node:buffer';

/**
 * One character of a value and how it was written on the wire. Replacing a value unit by unit keeps every escape,
 * percent sign and `+` that still means the same, so that only what is secret changes.
 */
export interface WireUnit {
  readonly raw: string;
  readonly char: string;
}

/** How a value is written: as it is, percent-encoded, percent-encoded with `+` for a space. */
export type WireCoding = 'plain' | 'percent' | 'form';

const wireByte = /%[0-9a-fA-F]{2}|[^]/g;

/** The characters of a header, cookie, query or form value (Latin-1: one character per byte). */
export function wireUnits(raw: string, coding: WireCoding): WireUnit[] {
  const pieces = coding === 'plain' ? raw.split('') : (raw.match(wireByte) ?? []);
  const bytes = Buffer.from(pieces.map((piece) => byteOf(piece, coding)));
  if (!isUtf8(bytes)) return pieces.map((piece, i) => ({ raw: piece, char: String.fromCharCode(bytes[i]!) }));
  const units: WireUnit[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + utf8Length(bytes[at]!);
    units.push({ raw: pieces.slice(at, end).join(''), char: bytes.toString('utf8', at, end) });
    at = end;
  }
  return units;
}

function byteOf(piece: string, coding: WireCoding): number {
  if (coding === 'plain') return piece.charCodeAt(0);
  if (piece === '+' && coding === 'form') return 0x20;
  return piece.length === 3 ? Number.parseInt(piece.slice(1), 16) : piece.charCodeAt(0);
}

function utf8Length(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** A changed character in the manner of the one it replaces: percent-encoded if that was, else as UTF-8 bytes. */
export function writeWireChar(char: string, like: string | undefined): string {
  const code = char.codePointAt(0)!;
  if (like?.startsWith('%')) {
    return code < 0x80 ? `%${code.toString(16).toUpperCase().padStart(2, '0')}` : encodeURIComponent(char);
  }
  // A lone Latin-1 byte stays one byte; anything longer was UTF-8.
  if (code < 0x80 || (code <= 0xff && like?.length === 1)) return char;
  return Buffer.from(char, 'utf8').toString('latin1');
}

const literalUnit = /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[^]|[^]/gu;

/** The characters of a JSON string literal (quotes excluded). */
export function jsonUnits(inner: string): WireUnit[] {
  const pieces = inner.match(literalUnit) ?? [];
  return pieces.map((raw) => ({ raw, char: raw.startsWith('\\') ? (JSON.parse(`"${raw}"`) as string) : raw }));
}

/** A changed character of a JSON string literal, as `\uXXXX` if the one it replaces was. */
export function writeJsonChar(char: string, like: string | undefined): string {
  if (!like?.startsWith('\\u')) return JSON.stringify(char).slice(1, -1);
  return char
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** Text of the units. */
export function unitText(units: readonly WireUnit[]): string {
  return units.map((unit) => unit.char).join('');
}

/** The value written anew: units that keep their character keep their spelling. */
export function rewriteUnits(
  units: readonly WireUnit[],
  value: string,
  write: (char: string, like: string | undefined) => string,
): string {
  const chars = Array.from(value);
  return chars
    .map((char, i) => {
      const unit = chars.length === units.length ? units[i] : undefined;
      return unit?.char === char ? unit.raw : write(char, unit?.raw);
    })
    .join('');
}

const plainAscii = /^[\x20-\x7e]*$/;
const unescaped = /^[^%+\x80-\uffff]*$/;

/**
 * A value on the wire, decoded for `replace` and written back with its own escapes. Empty ones are no secret.
 * `replace` gives a pseudonym: the same character classes, so that what needs no escape still needs none.
 */
export function editWireValue(raw: string, coding: WireCoding, replace: (value: string) => string): string {
  if (raw.trim() === '') return raw;
  // Almost every value reads as it is written.
  if ((coding === 'plain' ? plainAscii : unescaped).test(raw)) return replace(raw);
  const units = wireUnits(raw, coding);
  const value = unitText(units);
  const replacement = replace(value);
  return replacement === value ? raw : rewriteUnits(units, replacement, writeWireChar);
}
