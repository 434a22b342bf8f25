import { childPointer } from './json-pointer.ts';
import { isJsonArray, jsonNumber, type ExactNumber, type JsonObject, type JsonValue } from './json-value.ts';

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

/** Deeper documents are refused, so that everything that walks a parsed document may recurse. Other parsers stop at 64 to 1,000. */
export const maxJsonDepth = 1000;

class JsonProblem extends Error {}

/** One JSON document; a leading byte order mark is skipped (RFC 8259 §8.1 allows that). */
export function parseJson(text: string): ParsedJson {
  const plain = parsePlain(text);
  if (plain !== undefined) return { ok: true, value: plain, shadowed: [] };
  const reader = new JsonReader(text);
  try {
    return { ok: true, value: reader.document(), shadowed: reader.shadowed };
  } catch (thrown) {
    if (thrown instanceof JsonProblem) return { ok: false, problem: thrown.message };
    throw thrown;
  }
}

/** Numbers outside strings that a double might not hold: of 16 digits and more, or with an exponent. */
const riskyNumber = /(?:^|[[:,\s])-?(?:\d{16}|[\d.]{17}|[\d.]+[eE])/;

/**
 * `JSON.parse`, which takes half the time and memory of our own reader, for documents it loses nothing of: no number
 * too long, no level too deep, and as many members as keys in the text. Undefined when that is not certain.
 */
function parsePlain(text: string): JsonValue | undefined {
  if (riskyNumber.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return countMembers(value, 0) === countKeys(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Quotes followed by a colon: every key has one, and strings may have more. */
function countKeys(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (isSpace(text.charCodeAt(before))) before--;
    if (text.charCodeAt(before) === quote) count++;
  }
  return count;
}

/** Members of all objects; −1 when nested too deep. */
function countMembers(value: JsonValue, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth >= maxJsonDepth) return -1;
  const children = isJsonArray(value) ? value : Object.values(value as JsonObject);
  let count = isJsonArray(value) ? 0 : children.length;
  for (const child of children) {
    if (typeof child !== 'object' || child === null) continue;
    const inner = countMembers(child, depth + 1);
    if (inner === -1) return -1;
    count += inner;
  }
  return count;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const closeBracket = 0x5d;
const closeBrace = 0x7d;

class JsonReader {
  readonly shadowed: ShadowedMember[] = [];
  readonly #text: string;
  /** Keys and indexes from the root to the value being read; kept for the pointers of duplicates. */
  readonly #path: (string | number)[] = [];
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  document(): JsonValue {
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('more text after the end of the document');
    return value;
  }

  #value(): JsonValue {
    const code = this.#skipSpace();
    switch (code) {
      case quote:
        return this.#string();
      case 0x7b:
        return this.#object();
      case 0x5b:
        return this.#array();
      case 0x74:
        return this.#word('true', true);
      case 0x66:
        return this.#word('false', false);
      case 0x6e:
        return this.#word('null', null);
      default:
        if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return this.#number();
        return this.#fail(Number.isNaN(code) ? 'the document ends too early' : 'no JSON value');
    }
  }

  #object(): JsonObject {
    const members: Record<string, JsonValue> = {};
    const depth = this.#open();
    if (this.#skipSpace() !== closeBrace) {
      for (;;) {
        if (this.#skipSpace() !== quote) this.#fail('a key in double quotes is missing');
        const key = this.#string();
        this.#path[depth] = key;
        if (this.#skipSpace() !== colon) this.#fail('a colon is missing');
        this.#at++;
        this.#noteShadowed(members, key);
        setMember(members, key, this.#value());
        const next = this.#skipSpace();
        if (next === closeBrace) break;
        if (next !== comma) this.#fail('a comma or } is missing');
        this.#at++;
      }
    }
    this.#close();
    return members;
  }

  #array(): readonly JsonValue[] {
    const elements: JsonValue[] = [];
    const depth = this.#open();
    if (this.#skipSpace() !== closeBracket) {
      for (;;) {
        this.#path[depth] = elements.length;
        elements.push(this.#value());
        const next = this.#skipSpace();
        if (next === closeBracket) break;
        if (next !== comma) this.#fail('a comma or ] is missing');
        this.#at++;
      }
    }
    this.#close();
    return elements;
  }

  #noteShadowed(members: Readonly<Record<string, JsonValue>>, key: string): void {
    // The cheap look first: hasOwn for every member costs a quarter of the parse.
    if (members[key] !== undefined && Object.hasOwn(members, key)) {
      this.shadowed.push({ pointer: this.#path.reduce<string>(childPointer, ''), value: members[key] });
    }
  }

  #open(): number {
    if (this.#path.length >= maxJsonDepth) this.#fail(`nested deeper than ${maxJsonDepth} levels`);
    this.#at++;
    return this.#path.push('') - 1;
  }

  #close(): void {
    this.#path.pop();
    this.#at++;
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    let escaped = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === quote) break;
      if (code === backslash) {
        escaped = true;
        at += 2;
      } else if (code >= 0x20) at++;
      else {
        this.#at = at;
        this.#fail(Number.isNaN(code) ? 'the document ends inside a string' : 'a control character inside a string');
      }
    }
    this.#at = at + 1;
    if (!escaped) return text.slice(start + 1, at);
    try {
      return JSON.parse(text.slice(start, at + 1)) as string;
    } catch {
      this.#at = start;
      return this.#fail('an escape that JSON does not have');
    }
  }

  #number(): number | ExactNumber {
    numberToken.lastIndex = this.#at;
    const token = numberToken.exec(this.#text)?.[0];
    if (token === undefined) return this.#fail('not a number');
    this.#at += token.length;
    return jsonNumber(token);
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('no JSON value');
    this.#at += word.length;
    return value;
  }

  /** Moves to the next character that is not white space and gives its code, NaN at the end. */
  #skipSpace(): number {
    const text = this.#text;
    let at = this.#at;
    let code = text.charCodeAt(at);
    while (isSpace(code)) code = text.charCodeAt(++at);
    this.#at = at;
    return code;
  }

  #fail(problem: string): never {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    throw new JsonProblem(`${problem} (line ${line}, offset ${this.#at})`);
  }
}

function setMember(members: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key !== '__proto__') members[key] = value;
  else Object.defineProperty(members, key, { value, enumerable: true, writable: true, configurable: true });
}

const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
