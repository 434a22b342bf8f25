/**
 * JSON (RFC 8259) as text: where every value stands, so that one can be replaced without touching any other byte. The
 * only reader of JSON that is ours; json-value.ts makes values of what it finds. `JSON.parse` forgets spans, duplicate
 * names and digits beyond 2^53.
 */
export type JsonNode = JsonObjectNode | JsonArrayNode | JsonLeaf;

export interface JsonObjectNode {
  readonly kind: 'object';
  /** Members in order, duplicates kept. */
  readonly members: readonly JsonMember[];
}

export interface JsonArrayNode {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

export interface JsonMember {
  readonly key: string;
  readonly value: JsonNode;
}

/** A string (quotes included), a number, or `true`, `false`, `null`: text[start, end). */
export interface JsonLeaf {
  readonly kind: 'string' | 'number' | 'literal';
  readonly start: number;
  readonly end: number;
}

export type ReadJson =
  | { readonly ok: true; readonly root: JsonNode }
  | {
      readonly ok: false;
      /** What is wrong, with line and offset. */
      readonly problem: string;
    };

/** Deeper documents are refused, so that everything that walks a document may recurse. Other parsers stop at 64 to 1,000. */
export const maxJsonDepth = 1000;

/** One JSON document; a leading byte order mark is skipped (RFC 8259 §8.1 allows that). */
export function readJson(text: string): ReadJson {
  try {
    return { ok: true, root: new JsonReader(text).document() };
  } catch (thrown) {
    if (thrown instanceof JsonProblem) return { ok: false, problem: thrown.message };
    throw thrown;
  }
}

/** The same where it does not matter what is wrong. */
export function parseJsonTree(text: string): JsonNode | undefined {
  const read = readJson(text);
  return read.ok ? read.root : undefined;
}

/** The value of a string leaf. */
export function jsonString(text: string, leaf: Pick<JsonLeaf, 'start' | 'end'>): string {
  const inner = text.slice(leaf.start + 1, leaf.end - 1);
  return inner.includes('\\') ? (JSON.parse(text.slice(leaf.start, leaf.end)) as string) : inner;
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const closeBracket = 0x5d;
const closeBrace = 0x7d;

class JsonProblem extends Error {}

class JsonReader {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  document(): JsonNode {
    const root = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('more text after the end of the document');
    return root;
  }

  /** `depth`: containers around it. */
  #value(depth: number): JsonNode {
    const code = this.#skipSpace();
    switch (code) {
      case quote:
        return this.#string();
      case 0x7b:
        return { kind: 'object', members: this.#members(depth) };
      case 0x5b:
        return { kind: 'array', items: this.#items(depth) };
      case 0x74:
        return this.#word('true');
      case 0x66:
        return this.#word('false');
      case 0x6e:
        return this.#word('null');
      default:
        if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return this.#number();
        return this.#fail(Number.isNaN(code) ? 'the document ends too early' : 'no JSON value');
    }
  }

  #members(depth: number): JsonMember[] {
    const members: JsonMember[] = [];
    this.#open(depth);
    if (this.#skipSpace() !== closeBrace) {
      for (;;) {
        if (this.#skipSpace() !== quote) this.#fail('a key in double quotes is missing');
        const key = jsonString(this.#text, this.#string());
        if (this.#skipSpace() !== colon) this.#fail('a colon is missing');
        this.#at++;
        members.push({ key, value: this.#value(depth + 1) });
        const next = this.#skipSpace();
        if (next === closeBrace) break;
        if (next !== comma) this.#fail('a comma or } is missing');
        this.#at++;
      }
    }
    this.#at++;
    return members;
  }

  #items(depth: number): JsonNode[] {
    const items: JsonNode[] = [];
    this.#open(depth);
    if (this.#skipSpace() !== closeBracket) {
      for (;;) {
        items.push(this.#value(depth + 1));
        const next = this.#skipSpace();
        if (next === closeBracket) break;
        if (next !== comma) this.#fail('a comma or ] is missing');
        this.#at++;
      }
    }
    this.#at++;
    return items;
  }

  #open(depth: number): void {
    if (depth >= maxJsonDepth) this.#fail(`nested deeper than ${maxJsonDepth} levels`);
    this.#at++;
  }

  #string(): JsonLeaf {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    let isWrong = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === quote) break;
      if (code === backslash) {
        escape.lastIndex = at;
        if (escape.test(text)) at = escape.lastIndex;
        else {
          isWrong = true;
          at += 2;
        }
      } else if (code >= 0x20) at++;
      else {
        this.#at = at;
        this.#fail(Number.isNaN(code) ? 'the document ends inside a string' : 'a control character inside a string');
      }
    }
    if (isWrong) this.#fail('an escape that JSON does not have');
    this.#at = at + 1;
    return { kind: 'string', start, end: this.#at };
  }

  #number(): JsonLeaf {
    const start = this.#at;
    number.lastIndex = start;
    if (!number.test(this.#text)) this.#fail('not a number');
    this.#at = number.lastIndex;
    return { kind: 'number', start, end: this.#at };
  }

  #word(word: string): JsonLeaf {
    const start = this.#at;
    if (!this.#text.startsWith(word, start)) this.#fail('no JSON value');
    this.#at += word.length;
    return { kind: 'literal', start, end: this.#at };
  }

  /** Moves to the next character that is not white space and gives its code, NaN at the end. */
  #skipSpace(): number {
    const text = this.#text;
    let at = this.#at;
    let code = text.charCodeAt(at);
    while (isJsonSpace(code)) code = text.charCodeAt(++at);
    this.#at = at;
    return code;
  }

  #fail(problem: string): never {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    throw new JsonProblem(`${problem} (line ${line}, offset ${this.#at})`);
  }
}

/** Is this the code of a character that may stand between tokens? */
export function isJsonSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
