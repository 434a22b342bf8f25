/** Keys together may take this many characters; with what hangs on them that is some 100 MB at most. */
const maxCharacters = 16 * 1024 * 1024;
const maxEntries = 200_000;

/** A map that forgets its oldest entries beyond a fixed size, so that memory does not grow with a session. */
export class RecentMap<V> {
  readonly #entries = new Map<string, V>();
  readonly #limits: { readonly entries: number; readonly characters: number };
  #characters = 0;

  constructor(limits = { entries: maxEntries, characters: maxCharacters }) {
    this.#limits = limits;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** An entry set again keeps its age. */
  set(key: string, value: V): void {
    if (!this.#entries.has(key)) this.#characters += key.length;
    this.#entries.set(detached(key), value);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.entries && this.#characters <= this.#limits.characters) return;
      this.#entries.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}

/** A copy of its own: a piece cut from a body would keep the whole body in memory (V8's sliced strings). */
export function detached(text: string): string {
  const encoding = /[^\u0000-\u00ff]/.test(text) ? 'utf16le' : 'latin1';
  return Buffer.from(text, encoding).toString(encoding);
}
