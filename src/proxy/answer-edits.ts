import type { TextEdit } from '../model/text-edit.ts';
import { jsonUnits } from '../redact/wire-text.ts';
import { ValueSearch } from './value-search.ts';

/** A recorded value and what is to stand in its place. Both decoded. */
export interface Replacement {
  readonly recorded: string;
  readonly now: string;
}

/**
 * How a text is read: JSON string by string and number by number; `lines` of which some are JSON (NDJSON, event
 * streams); anything else as it is.
 */
export type TextSyntax = 'json' | 'lines' | 'text';

/** UTF-8, one character per byte: what a body in any ASCII-compatible charset can be searched in without reading it. */
export function toBytes(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

export function fromBytes(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** The parts of a text that are read as JSON, and the others. */
export function* textParts(
  text: string,
  syntax: TextSyntax,
): IterableIterator<{ readonly start: number; readonly end: number; readonly isJson: boolean }> {
  if (syntax !== 'lines') {
    const start = text.startsWith('\xef\xbb\xbf') ? 3 : 0;
    yield { start, end: text.length, isJson: syntax === 'json' && isJson(text.slice(start)) };
    return;
  }
  for (const line of text.matchAll(/[^\r\n]+/g)) {
    const prefix = /^data: ?/.exec(line[0])?.[0].length ?? 0;
    const start = line.index + prefix;
    const end = line.index + line[0].length;
    const isWhole = isJson(text.slice(start, end));
    yield { start: isWhole ? start : line.index, end, isJson: isWhole };
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const jsonLiteral = /"(?:[^"\\]|\\[^])*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** How one value is written for different readers: as it is, in URLs, forms, JSON inside of text, HTML and XML. */
const spellings: readonly ((value: string) => string)[] = [
  (value) => value,
  percentEncoded,
  (value) => percentEncoded(value).replaceAll(/%../g, (code) => code.toLowerCase()),
  (value) => percentEncoded(value).replaceAll('%20', '+'),
  escaped,
  (value) => escaped(value).replaceAll('/', '\\/'),
  (value) => value.replaceAll(/[&<>"']/g, (char) => htmlNames[char]!),
];

const htmlNames: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function percentEncoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

function escaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** Finds recorded values in texts, however they are spelled there, and spells what stands for them in the same way. */
export class ValueReplacer {
  readonly #spelled = new Map<string, string>();
  readonly #search: ValueSearch;

  /** Of several replacements of one value the first counts. */
  constructor(replacements: Iterable<Replacement>) {
    for (const { recorded, now } of replacements) {
      for (const spell of spellings) {
        const key = toBytes(spell(recorded));
        if (!this.#spelled.has(key)) this.#spelled.set(key, toBytes(spell(now)));
      }
    }
    this.#search = new ValueSearch(this.#spelled.keys());
  }

  /** In order. */
  edits(text: string, syntax: TextSyntax): TextEdit[] {
    // Only escapes can hide a value from a look at the whole.
    if (!text.includes('\\') && this.#search.in(text).next().done) return [];
    const edits: TextEdit[] = [];
    for (const { start, end, isJson: isJsonPart } of textParts(text, syntax)) {
      const part = text.slice(start, end);
      if (isJsonPart) this.#editJson(part, start, edits);
      else this.#editText(part, start, edits);
    }
    return edits;
  }

  #editText(text: string, offset: number, edits: TextEdit[]): void {
    for (const { found, index } of this.#search.in(text)) {
      const now = this.#nowOf(text, found, index);
      if (now !== found) edits.push({ start: offset + index, end: offset + index + found.length, text: now });
    }
  }

  #editJson(text: string, offset: number, edits: TextEdit[]): void {
    for (const { 0: literal, index } of text.matchAll(jsonLiteral)) {
      const start = offset + index;
      if (!literal.startsWith('"')) {
        const now = this.#spelled.get(literal);
        if (now !== undefined && now !== literal && jsonNumber.test(now)) {
          edits.push({ start, end: start + literal.length, text: now });
        }
      } else if (literal.length > 2) {
        this.#editString(literal.slice(1, -1), start + 1, edits);
      }
    }
  }

  /** `inner`: between the quotes. */
  #editString(inner: string, offset: number, edits: TextEdit[]): void {
    if (!inner.includes('\\')) {
      for (const { found, index } of this.#search.in(inner)) {
        const now = this.#nowOf(inner, found, index);
        if (now !== found)
          edits.push({ start: offset + index, end: offset + index + found.length, text: writeJson(now, '') });
      }
      return;
    }
    const units = jsonUnits(fromBytes(inner)).map(({ raw, char }) => ({ raw: toBytes(raw), char: toBytes(char) }));
    const text = units.map(({ char }) => char).join('');
    let unit = 0;
    let charAt = 0;
    let rawAt = 0;
    const moveTo = (at: number): void => {
      while (charAt < at) {
        charAt += units[unit]!.char.length;
        rawAt += units[unit]!.raw.length;
        unit += 1;
      }
    };
    for (const { found, index } of this.#search.in(text)) {
      const now = this.#nowOf(text, found, index);
      if (now === found) continue;
      moveTo(index);
      const start = rawAt;
      moveTo(index + found.length);
      edits.push({ start: offset + start, end: offset + rawAt, text: writeJson(now, inner.slice(start, rawAt)) });
    }
  }

  #nowOf(text: string, found: string, index: number): string {
    const now = this.#spelled.get(found)!;
    // A value that needs no escape in a URL may give way to one that does.
    if (/^[\w.~-]*$/.test(now) || !isInUrl(text, index)) return now;
    const value = fromBytes(now);
    return percentEncoded(found) === found && percentEncoded(value) !== value && !/%[0-9a-f]{2}/i.test(now)
      ? percentEncoded(value)
      : now;
  }
}

/** Is it a segment of a path, or the value of a query? */
function isInUrl(text: string, at: number): boolean {
  return /(?:\/|[?&][^?&#\s"'=<>]{1,60}=)$/.test(text.slice(Math.max(0, at - 64), at));
}

/** `like`: the literal that it replaces. */
function writeJson(bytes: string, like: string): string {
  let text = escaped(fromBytes(bytes));
  if (like.includes('\\/')) text = text.replaceAll('/', '\\/');
  if (isAscii(text)) return text;
  if (!like.includes('\\u')) return toBytes(text);
  return text.replaceAll(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
