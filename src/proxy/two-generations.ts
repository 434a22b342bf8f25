/**
 * A map of bounded size: when the young generation is full it becomes the old one, and the old one is dropped. What is
 * asked again while it is old becomes young. Deleting the oldest entries one by one instead would leave holes in the map, which
 * every later look for the oldest would have to step over.
 */
export class TwoGenerations<V> {
  readonly #size: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  /** @param size Entries of one generation. */
  constructor(size: number) {
    this.#size = size;
  }

  get(id: string): V | undefined {
    const young = this.#young.get(id);
    if (young !== undefined) return young;
    const old = this.#old.get(id);
    if (old !== undefined) this.set(id, old);
    return old;
  }

  set(id: string, value: V): void {
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(id, value);
  }
}
