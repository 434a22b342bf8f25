import { ExactNumber, isJsonArray, type JsonValue } from '../model/json-value.ts';
import { parseTimestamp } from '../model/volatile.ts';
import { jsonHash, KnownHashes, member } from './json-equal.ts';

/**
 * What is known of the containers of two documents: their hashes, and which are unequal. Without it a document of a
 * thousand levels would be walked to its bottom at every level.
 */
export class SubtreeMemory {
  readonly #unequal = new Map<object, object>();
  readonly #hashes = new KnownHashes();
  readonly #blurredBaseline = new KnownHashes();
  readonly #blurredFresh = new KnownHashes();
  readonly #names: (text: string) => readonly string[];

  /** @param names What a value of the baseline may be called in this run. */
  constructor(names: (text: string) => readonly string[]) {
    this.#names = names;
  }

  /** As `jsonEqual`; `a` is of the baseline, `b` of the fresh document. */
  equal(a: JsonValue, b: JsonValue): boolean {
    if (a === b) return true;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    if (this.#unequal.get(a) === b) return false;
    const equal = this.#containersEqual(a, b);
    if (!equal) this.#unequal.set(a, b);
    return equal;
  }

  #containersEqual(a: object & JsonValue, b: object & JsonValue): boolean {
    if (isJsonArray(a)) {
      if (!isJsonArray(b) || a.length !== b.length) return false;
      for (let i = 0; i < a.length; i++) if (!this.equal(a[i]!, b[i]!)) return false;
      return true;
    }
    if (isJsonArray(b)) return false;
    if (a instanceof ExactNumber || b instanceof ExactNumber) {
      return a instanceof ExactNumber && b instanceof ExactNumber && a.canonical === b.canonical;
    }
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return false;
    for (const key of keys) {
      const other = member(b, key);
      if (other === undefined || !this.equal(a[key]!, other)) return false;
    }
    return true;
  }

  /** Equal values have equal hashes. */
  hash(value: JsonValue): number {
    return jsonHash(value, (text) => text, this.#hashes);
  }

  /** Values of the two sides that are equal but for renamed values and timestamps have equal hashes. */
  blurredHash(value: JsonValue, side: 'baseline' | 'fresh'): number {
    if (side === 'fresh') return jsonHash(value, blurred, this.#blurredFresh);
    return jsonHash(value, (text) => blurred(this.#names(text)[0] ?? text), this.#blurredBaseline);
  }
}

function blurred(text: string): string {
  return parseTimestamp(text) ? '⟦time⟧' : text;
}
