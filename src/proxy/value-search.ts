/** A value in a text. */
export interface FoundValue {
  readonly found: string;
  readonly index: number;
}

/** Characters by which values are looked up. */
const maxPrefix = 8;
const startsSize = 4096;

/**
 * Finds values in texts wherever they stand free: of several at one place the longest, none overlapping. A lane may have
 * named thousands of things, and an answer may list them all: what a place costs does not depend on how many are looked
 * for.
 */
export class ValueSearch {
  readonly #shortest: number;
  readonly #prefix: number;
  /** By the hash of two characters: does a value begin so? */
  readonly #starts = new Uint8Array(startsSize);
  /** By the first characters, longest first. */
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: Iterable<string>) {
    const longestFirst = [...new Set(values)].filter((value) => value !== '').toSorted((a, b) => b.length - a.length);
    this.#shortest = longestFirst.at(-1)?.length ?? Infinity;
    this.#prefix = Math.min(maxPrefix, this.#shortest);
    for (const value of longestFirst) this.#starts[this.#startAt(value, 0)] = 1;
    this.#values = Map.groupBy(longestFirst, (value) => value.slice(0, this.#prefix));
  }

  /** In order. */
  *in(text: string): IterableIterator<FoundValue> {
    const last = text.length - this.#shortest;
    for (let at = 0; at <= last;) {
      const found = this.#starts[this.#startAt(text, at)] === 1 ? this.#foundAt(text, at) : undefined;
      if (found !== undefined) yield { found, index: at };
      at += found?.length ?? 1;
    }
  }

  #startAt(text: string, at: number): number {
    const second = this.#shortest > 1 ? text.charCodeAt(at + 1) : 0;
    return (text.charCodeAt(at) * 31 + second) % startsSize;
  }

  #foundAt(text: string, at: number): string | undefined {
    const values = this.#values.get(text.slice(at, at + this.#prefix));
    return values?.find((value) => text.startsWith(value, at) && standsFree(text, at, value));
  }
}

/** Is it no part of a longer word, number or time? What is escaped before it is no part of it either. */
function standsFree(text: string, at: number, value: string): boolean {
  const before = text.slice(Math.max(0, at - 3), at);
  const after = text.slice(at + value.length, at + value.length + 4);
  if (/^[A-Za-z0-9]/.test(value) && !/(?:^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2}|\\[bfnrt])$/.test(before)) return false;
  if (/[A-Za-z0-9]$/.test(value) && /^[A-Za-z0-9]/.test(after)) return false;
  const isTime = /^\d[\d:.,+TZ -]*$/.test(value);
  return !isTime || !(/\d[.,:-]$/.test(before) || /^(?:[.,:+-]?\d|[T ]\d\d:)/.test(after));
}
