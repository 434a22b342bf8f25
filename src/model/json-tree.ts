/**
 * JSON as text: where every value stands, so that one can be replaced without touching any other byte, and numbers can
 * be read exactly. `JSON.parse` forgets spans, duplicate names and digits beyond 2^53.
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

/** Deeper documents are not read: the parser recurses, and no honest message nests this far. */
const maxDepth = 1000;

const notJson: unique symbol = Symbol('not JSON');
const whitespace = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** One JSON document (RFC 8259; a leading byte order mark is skipped), or undefined when the text is not exactly that. */
export function parseJsonText(text: string): JsonNode | undefined {
  try {
    const parser = new JsonTextParser(text);
    return parser.document();
  } catch (thrown) {
    if (thrown === notJson) return undefined;
    throw thrown;
  }
}

/** The value of a string leaf. */
export function jsonString(text: string, leaf: JsonLeaf): string {
  const inner = text.slice(leaf.start + 1, leaf.end - 1);
  return inner.includes('\\') ? (JSON.parse(text.slice(leaf.start, leaf.end)) as string) : inner;
}

class JsonTextParser {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  document(): JsonNode {
    const root = this.#value(0);
    this.#skipSpace();
    if (this.#at !== this.#text.length) throw notJson;
    return root;
  }

  #value(depth: number): JsonNode {
    if (depth > maxDepth) throw notJson;
    this.#skipSpace();
    const start = this.#at;
    switch (this.#text.charCodeAt(start)) {
      case 0x7b:
        return { kind: 'object', members: this.#members(depth) };
      case 0x5b:
        return { kind: 'array', items: this.#items(depth) };
      case 0x22:
        this.#skipString();
        return { kind: 'string', start, end: this.#at };
      case 0x74:
      case 0x66:
      case 0x6e:
        this.#skip(word);
        return { kind: 'literal', start, end: this.#at };
      default:
        this.#skip(number);
        return { kind: 'number', start, end: this.#at };
    }
  }

  #members(depth: number): JsonMember[] {
    const members: JsonMember[] = [];
    this.#at += 1;
    if (this.#takes(0x7d)) return members;
    do {
      this.#skipSpace();
      const start = this.#at;
      if (this.#text.charCodeAt(start) !== 0x22) throw notJson;
      this.#skipString();
      const key = jsonString(this.#text, { kind: 'string', start, end: this.#at });
      if (!this.#takes(0x3a)) throw notJson;
      members.push({ key, value: this.#value(depth + 1) });
    } while (this.#takes(0x2c));
    if (!this.#takes(0x7d)) throw notJson;
    return members;
  }

  #items(depth: number): JsonNode[] {
    const items: JsonNode[] = [];
    this.#at += 1;
    if (this.#takes(0x5d)) return items;
    do items.push(this.#value(depth + 1));
    while (this.#takes(0x2c));
    if (!this.#takes(0x5d)) throw notJson;
    return items;
  }

  #takes(charCode: number): boolean {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== charCode) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    if (this.#text.charCodeAt(this.#at) > 0x20) return;
    whitespace.lastIndex = this.#at;
    whitespace.test(this.#text);
    this.#at = whitespace.lastIndex;
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) throw notJson;
    this.#at = pattern.lastIndex;
  }

  #skipString(): void {
    const text = this.#text;
    let at = this.#at + 1;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      // NaN (the end of the text) fails this test too.
      if (!(code >= 0x20)) throw notJson;
      if (code === 0x5c) {
        escape.lastIndex = at;
        if (!escape.test(text)) throw notJson;
        at = escape.lastIndex;
      } else at += 1;
    }
    this.#at = at + 1;
  }
}
