import { createHash } from 'node:crypto';

/** What can be chosen: one of those that an exchange offers, by its number among them. */
export interface Offer {
  /** Whose share it is of: an endpoint and a kind. */
  readonly group: string;
  /** What of the group it is like. */
  readonly pattern: string;
  readonly position: number;
  readonly index: number;
}

export interface ChoiceLimits {
  readonly offers: number;
  /** Of all that is chosen together. */
  readonly cost: number;
  readonly costOf: (position: number) => number;
}

/** Offers of one pattern kept to choose from; of more, these many by chance. */
const maxKept = 20_000;

/**
 * A fair choice among more offers than can be taken: the groups take turns, and in each its patterns, so that one large
 * list takes no share from small answers. By seed alone, the same for the same offers.
 */
export class FairChoice {
  readonly #seed: number;
  readonly #groups = new Map<string, Map<string, Pool>>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  add({ group, pattern, position, index }: Offer): void {
    let patterns = this.#groups.get(group);
    if (!patterns) this.#groups.set(group, (patterns = new Map()));
    let pool = patterns.get(pattern);
    if (!pool) patterns.set(pattern, (pool = new Pool(`${this.#seed} ${group} ${pattern}`)));
    pool.add([position, index]);
  }

  /** What is taken, by position: numbers in rising order. */
  choose({ offers, cost, costOf }: ChoiceLimits): ReadonlyMap<number, readonly number[]> {
    const chosen = new Map<number, number[]>();
    let [left, costLeft] = [offers, cost];
    const groups = Array.from(this.#groups.values(), (pools) =>
      inTurns(Array.from(pools.values(), (pool) => pool.inChance())),
    );
    for (const [position, index] of inTurns(groups)) {
      if (left === 0) break;
      const own = costOf(position);
      if (own > costLeft) continue;
      left -= 1;
      costLeft -= own;
      const known = chosen.get(position);
      if (known) known.push(index);
      else chosen.set(position, [index]);
    }
    for (const indexes of chosen.values()) indexes.sort((a, b) => a - b);
    return chosen;
  }
}

type Pick = readonly [position: number, index: number];

/** Of all that was added each has the same chance to be kept (reservoir sampling, Vitter 1985, algorithm R). */
class Pool {
  readonly #kept: Pick[] = [];
  readonly #draw: () => number;
  #added = 0;

  constructor(seed: string) {
    this.#draw = drawFrom(seed);
  }

  add(pick: Pick): void {
    this.#added += 1;
    if (this.#kept.length < maxKept) this.#kept.push(pick);
    else {
      const at = Math.floor(this.#draw() * this.#added);
      if (at < maxKept) this.#kept[at] = pick;
    }
  }

  /** All that was kept, one after the other, by chance (Fisher and Yates, as far as asked). */
  *inChance(): Generator<Pick> {
    const left = [...this.#kept];
    for (let end = left.length; end > 0; end -= 1) {
      const at = Math.floor(this.#draw() * end);
      yield left[at]!;
      left[at] = left[end - 1]!;
    }
  }
}

/** One of each in turn, until all are at their ends. */
function* inTurns<T>(sources: readonly Generator<T>[]): Generator<T> {
  let open = sources;
  while (open.length > 0) {
    const still: Generator<T>[] = [];
    for (const source of open) {
      const next = source.next();
      if (next.done === true) continue;
      still.push(source);
      yield next.value;
    }
    open = still;
  }
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function drawFrom(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE();
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
