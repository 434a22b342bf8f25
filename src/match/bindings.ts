/** Which value of the client stands for which recorded one, in one lane: one to one, for as long as the lane lives. */
export class Bindings {
  readonly #incomingOf = new Map<string, string>();
  readonly #recordedOf = new Map<string, string>();

  get size(): number {
    return this.#incomingOf.size;
  }

  /** What the client says instead of a recorded value. */
  incomingOf(recorded: string): string | undefined {
    return this.#incomingOf.get(recorded);
  }

  /** The recorded value that the client means. */
  recordedOf(incoming: string): string | undefined {
    return this.#recordedOf.get(incoming);
  }

  /** Could `incoming` stand for `recorded`, by all that was bound before? */
  allows(recorded: string, incoming: string): boolean {
    const bound = this.#incomingOf.get(recorded);
    const means = this.#recordedOf.get(incoming);
    if (bound === undefined && means === undefined) return true;
    return bound === incoming && means === recorded;
  }

  bind(recorded: string, incoming: string): void {
    this.#incomingOf.set(recorded, incoming);
    this.#recordedOf.set(incoming, recorded);
  }

  /** Recorded values and the client's, in the order in which they were bound. */
  entries(): IterableIterator<[recorded: string, incoming: string]> {
    return this.#incomingOf.entries();
  }
}
