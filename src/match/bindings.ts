/**
 * Which value of the client stands for which recorded one, in one lane: one to one, for as long as the lane lives. Values
 * whose spelling may vary (letter case and hyphens of hexadecimal ids) are the same in every spelling.
 */
export class Bindings {
  readonly #incomingOf = new Map<string, Pair>();
  readonly #recordedOf = new Map<string, Pair>();

  #size = 0;

  /** How many recorded values have another name in this lane. */
  get size(): number {
    return this.#size;
  }

  /** What the client says instead of a recorded value. */
  incomingOf(recorded: string): string | undefined {
    return this.#incomingOf.get(identityOf(recorded))?.incoming;
  }

  /** The recorded value that the client means. */
  recordedOf(incoming: string): string | undefined {
    return this.#recordedOf.get(identityOf(incoming))?.recorded;
  }

  /** Could `incoming` stand for `recorded`, by all that was bound before? */
  allows(recorded: string, incoming: string): boolean {
    const bound = this.#incomingOf.get(identityOf(recorded));
    const means = this.#recordedOf.get(identityOf(incoming));
    return bound === means;
  }

  /** Does `incoming` stand for `recorded` by what was bound before? */
  holds(recorded: string, incoming: string): boolean {
    const bound = this.#incomingOf.get(identityOf(recorded));
    return bound !== undefined && bound === this.#recordedOf.get(identityOf(incoming));
  }

  /** Only what `allows` grants. */
  bind(recorded: string, incoming: string): void {
    const [from, to] = [identityOf(recorded), identityOf(incoming)];
    if (this.#incomingOf.has(from)) return;
    const pair = { recorded, incoming };
    this.#incomingOf.set(from, pair);
    this.#recordedOf.set(to, pair);
    if (recorded !== incoming) this.#size += 1;
  }

  /** Recorded values and what the client says instead, in the order in which they were bound. */
  *entries(): IterableIterator<[recorded: string, incoming: string]> {
    for (const { recorded, incoming } of this.#incomingOf.values()) {
      if (recorded !== incoming) yield [recorded, incoming];
    }
  }
}

interface Pair {
  readonly recorded: string;
  readonly incoming: string;
}

/** UUIDs with and without hyphens, ObjectIds, digests. No other class is all hexadecimal at this length. */
const hexadecimal = /^[0-9a-fA-F-]{24,}$/;
/** ULIDs: 26 characters of Crockford's base 32. */
const ulid = /^[0-7][0-9a-hjkmnp-tv-zA-HJKMNP-TV-Z]{25}$/;

/** What tells a value from others however it is spelt. */
export function identityOf(value: string): string {
  if (value.length < 24) return value;
  if (hexadecimal.test(value)) return value.replaceAll('-', '').toLowerCase();
  return value.length === 26 && ulid.test(value) ? value.toUpperCase() : value;
}
