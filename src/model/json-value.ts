import { childPointer } from './json-pointer.ts';
import { isJsonSpace, type JsonLeaf, type JsonNode, jsonString, maxJsonDepth, readJson } from './json-tree.ts';

/**
 * JSON (RFC 8259) read as values without loss. `JSON.parse` rounds large integers and drops the first of two equal keys
 * in silence; a comparison built on it would call different answers equal. Where values stand in the text: json-tree.ts.
 */
export type JsonValue = null | boolean | number | string | ExactNumber | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A number that a double cannot hold exactly. */
export class ExactNumber {
  /** As it stood in the document. */
  readonly text: string;
  /** Its one spelling (`canonicalNumber`): equal texts are equal values. */
  readonly canonical: string;

  constructor(text: string, canonical: string) {
    this.text = text;
    this.canonical = canonical;
  }
}

export interface ShadowedMember {
  readonly pointer: string;
  readonly value: JsonValue;
}

export type ParsedJson =
  | {
      readonly ok: true;
      readonly value: JsonValue;
      /** Members hidden by a later one of the same key, which is the one that counts, as in `JSON.parse`. */
      readonly shadowed: readonly ShadowedMember[];
    }
  | { readonly ok: false; readonly problem: string };

/** One JSON document; a leading byte order mark is skipped. Equal keys and exact numbers survive. */
export function parseJsonValue(text: string): ParsedJson {
  const plain = parsePlain(text);
  if (plain !== undefined) return { ok: true, value: plain, shadowed: [] };
  const read = readJson(text);
  if (!read.ok) return read;
  const shadowed: ShadowedMember[] = [];
  return { ok: true, value: valueOf(read.root, { text, path: [], shadowed }), shadowed };
}

interface ValueReading {
  readonly text: string;
  /** Keys and indexes from the root to the value being read; kept for the pointers of duplicates. */
  readonly path: (string | number)[];
  readonly shadowed: ShadowedMember[];
}

function valueOf(node: JsonNode, reading: ValueReading): JsonValue {
  if (node.kind !== 'object' && node.kind !== 'array') return leafValue(node, reading.text);
  const { path, shadowed } = reading;
  const depth = path.push('') - 1;
  let value: JsonValue;
  if (node.kind === 'array') {
    value = node.items.map((item, i) => {
      path[depth] = i;
      return valueOf(item, reading);
    });
  } else {
    const members: Record<string, JsonValue> = {};
    for (const { key, value: member } of node.members) {
      path[depth] = key;
      // The cheap look first: hasOwn for every member costs a quarter of the parse.
      if (members[key] !== undefined && Object.hasOwn(members, key)) {
        shadowed.push({ pointer: path.reduce<string>(childPointer, ''), value: members[key] });
      }
      setMember(members, key, valueOf(member, reading));
    }
    value = members;
  }
  path.pop();
  return value;
}

function setMember(members: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key !== '__proto__') members[key] = value;
  else Object.defineProperty(members, key, { value, enumerable: true, writable: true, configurable: true });
}

function leafValue(leaf: JsonLeaf, text: string): JsonValue {
  if (leaf.kind === 'string') return jsonString(text, leaf);
  const token = text.slice(leaf.start, leaf.end);
  return leaf.kind === 'number' ? jsonNumber(token) : (JSON.parse(token) as JsonValue);
}

/**
 * `JSON.parse`, which takes half the time and memory of our own reader, for documents it loses nothing of: every number
 * survives as a double, no level is too deep, and there are as many members as keys in the text. Undefined when that is
 * not certain. The text is looked at where a colon stands: this costs a third of what a look at every character does.
 */
function parsePlain(text: string): JsonValue | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    if (typeof value !== 'object' || value === null) return typeof value === 'number' ? undefined : value;
    const facts: PlainFacts = { members: 0, hasNumbersInArrays: false, isTooDeep: false };
    gatherFacts(value, 1, facts);
    if (facts.isTooDeep || countKeys(text) !== facts.members) return undefined;
    return facts.hasNumbersInArrays && !keepsNumbersInArrays(text) ? undefined : value;
  } catch {
    return undefined;
  }
}

interface PlainFacts {
  /** Of all objects. */
  members: number;
  hasNumbersInArrays: boolean;
  isTooDeep: boolean;
}

function gatherFacts(value: object, depth: number, facts: PlainFacts): void {
  if (depth > maxJsonDepth) facts.isTooDeep = true;
  if (facts.isTooDeep) return;
  if (Array.isArray(value)) {
    for (const child of value as unknown[]) {
      if (typeof child === 'object' && child !== null) gatherFacts(child, depth + 1, facts);
      else if (typeof child === 'number') facts.hasNumbersInArrays = true;
    }
    return;
  }
  // What `JSON.parse` makes inherits nothing enumerable, and no list of keys has to be made.
  for (const key in value) {
    facts.members++;
    const child = (value as Record<string, unknown>)[key];
    if (typeof child === 'object' && child !== null) gatherFacts(child, depth + 1, facts);
  }
}

/**
 * Quotes followed by a colon: every key has one, and a string that begins with a colon. −1 when a number behind a colon
 * would lose something, or a key is written with an escape: V8 13.6 (Node 24) reads `{"a":{},"\\nx":{}}` as having the
 * key `\\nx` of four characters once it has seen an object with that key.
 */
function countKeys(text: string): number {
  let count = 0;
  // Asked for as the loop gets there: V8 13.6 moves a question about the whole text into the loop, to ask it every time.
  let escape = escapeFrom(text, 0);
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (isJsonSpace(text.charCodeAt(before))) before--;
    if (text.charCodeAt(before) !== 0x22) continue;
    if (escape < at) {
      let escapes = 0;
      while (text.charCodeAt(before - 1 - escapes) === backslash) escapes++;
      if (escapes % 2 === 1) continue;
      if (escapes > 0 || isWrittenWithEscape(text, before)) return -1;
      escape = escapeFrom(text, at);
    }
    count++;
    let start = at + 1;
    while (isJsonSpace(text.charCodeAt(start))) start++;
    if (!keepsNumber(text, start)) return -1;
  }
  return count;
}

function escapeFrom(text: string, at: number): number {
  const found = text.indexOf('\\', at);
  return found === -1 ? text.length : found;
}

/** Does the string that ends with this quote hold an escape? */
function isWrittenWithEscape(text: string, end: number): boolean {
  let at = end - 1;
  while (at >= 0 && text.charCodeAt(at) !== 0x22 && text.charCodeAt(at) !== backslash) at--;
  // Outside of strings there are none: a quote behind one does not open the string.
  return text.charCodeAt(at) === backslash || text.charCodeAt(at - 1) === backslash;
}

/** Numbers in arrays, or what looks like them in strings, that a double might not hold. */
const longInArray = /[[,]\s*(?=-?(?:\d{16}|[\d.]{17}|[\d.]+[eE]))/g;

function keepsNumbersInArrays(text: string): boolean {
  for (const { index, 0: lead } of text.matchAll(longInArray)) {
    if (!keepsNumber(text, index + lead.length)) return false;
  }
  return true;
}

const backslash = 0x5c;

/** Does a double hold the number that stands here, if one does? */
function keepsNumber(text: string, start: number): boolean {
  let code = text.charCodeAt(start);
  if (code !== 0x2d && !isDigit(code)) return true;
  let end = start + 1;
  let hasExponent = false;
  for (; ; end++) {
    code = text.charCodeAt(end);
    if (code === 0x65 || code === 0x45) hasExponent = true;
    else if (!isDigit(code) && code !== 0x2e && code !== 0x2d && code !== 0x2b) break;
  }
  if (end - start <= maxSafeDigits && !hasExponent) return true;
  return typeof jsonNumber(text.slice(start, end)) === 'number';
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The text of a value: `JSON.stringify`, with exact numbers as they stood. */
export function jsonText(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof ExactNumber) return value.text;
  if (isJsonArray(value)) return `[${value.map(jsonText).join(',')}]`;
  const members = Object.keys(value).map((key) => `${JSON.stringify(key)}:${jsonText(value[key]!)}`);
  return `{${members.join(',')}}`;
}

/** So many significant digits always survive (IEEE 754 binary64), exponents only inside its range. */
const maxSafeDigits = 15;

/** A JSON number token as a double, or as an exact number where the double would be another value. */
export function jsonNumber(token: string): number | ExactNumber {
  const double = Number(token);
  if (token.length <= maxSafeDigits && !/[eE]/.test(token)) return double;
  const canonical = canonicalNumber(token);
  if (Number.isFinite(double) && canonicalNumber(String(double)) === canonical) return double;
  return new ExactNumber(token, canonical);
}

/**
 * A JSON number in one spelling per value, exact whatever its size: `1.0`, `1` and `10e-1` are `1`, `-0` is `0`,
 * 9007199254740993 stays itself.
 */
export function canonicalNumber(token: string): string {
  if (/^-?[1-9]\d{0,14}$/.test(token)) return token;
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const shift = digits.length - significant.length - fraction.length;
  // An exponent is text from outside and may be longer than a double is exact.
  const exponent = power.length < 15 ? Number(power) + shift : BigInt(power) + BigInt(shift);
  // Up to 10^20 written out, as JavaScript does; the border only has to be the same for every spelling.
  if (exponent >= 0 && exponent <= 20) return sign + significant + '0'.repeat(Number(exponent));
  return `${sign}${significant}e${exponent}`;
}
