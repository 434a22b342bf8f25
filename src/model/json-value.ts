import { childPointer } from './json-pointer.ts';

/**
 * JSON (RFC 8259) read as values without loss. `JSON.parse` rounds large integers and drops the first of two equal keys
 * in silence; a comparison built on it would call different answers equal.
 */
export type JsonValue = null | boolean | number | string | ExactNumber | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A number that a double cannot hold exactly. */
export class ExactNumber {
  /** As it stood in the document. */
  readonly text: string;
  /** Sign, digits without outer zeros, power of ten: equal texts are equal values. */
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

/** Deeper documents are refused, so that everything that walks a parsed document may recurse. Other parsers stop at 64 to 1,000. */
export const maxJsonDepth = 1000;

class JsonProblem extends Error {}

/** One JSON document; a leading byte order mark is skipped (RFC 8259 §8.1 allows that). */
export function parseJson(text: string): ParsedJson {
  const reader = new JsonReader(text);
  try {
    return { ok: true, value: reader.document(), shadowed: reader.shadowed };
  } catch (thrown) {
    if (thrown instanceof JsonProblem) return { ok: false, problem: thrown.message };
    throw thrown;
  }
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
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt(++at);
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

/** A JSON number token as a double, or as an exact number where the double would be another value. */
export function jsonNumber(token: string): number | ExactNumber {
  const double = Number(token);
  // Up to 15 significant digits always survive (IEEE 754 binary64), exponents only inside its range.
  if (token.length <= 15 && !/[eE]/.test(token)) return double;
  const canonical = canonicalNumber(token);
  if (Number.isFinite(double) && canonicalNumber(String(double)) === canonical) return double;
  return new ExactNumber(token, canonical);
}

function canonicalNumber(token: string): string {
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token)!;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  // BigInt: an exponent is text from outside and may itself be beyond a double.
  const exponent = BigInt(exponentText) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${exponent}`;
}
