/**
 * A map of bounded size: when the young generation is full it becomes the old one, and the old one is dropped. What is
 * asked again while it is old becomes young. Deleting the oldest entries one by one instead would leave holes in the map, which
 * every later look for the oldest would have to step over.
 */
export class TwoGenerations<V> {
  readonly #size: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  readonly #weightOf: (value: V) => number;
  #weight = 0;

  /** @param size Weight of one generation: its entries, unless `weightOf` counts otherwise. */
  constructor(size: number, weightOf: (value: V) => number = () => 1) {
    this.#size = size;
    this.#weightOf = weightOf;
  }

  get(id: string): V | undefined {
    const young = this.#young.get(id);
    if (young !== undefined) return young;
    const old = this.#old.get(id);
    if (old !== undefined) this.set(id, old);
    return old;
  }

  set(id: string, value: V): void {
    if (this.#weight >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = 0;
    }
    if (!this.#young.has(id)) this.#weight += this.#weightOf(value);
    this.#young.set(id, value);
  }
}
