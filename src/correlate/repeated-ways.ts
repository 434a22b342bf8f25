import type { BornValue } from './born-values.ts';
import { bitsOf } from './value-class.ts';

/** How many bits different values that went one way must have together before they tell without names. */
const enoughBits = 24;
/** Values of one way are counted up to here. */
const maxValues = 64;
/** Candidates without names are kept up to here. */
const maxUnsure = 20_000;

/** Values that went from one place of an endpoint's answers to one place of an endpoint's requests. */
export interface Way {
  readonly name: string;
  readonly values: Set<string>;
  count: number;
}

/** A use of a weak value that no names explain: it counts if other values went the same way. */
export interface Unsure<F> {
  readonly way: string;
  readonly to: string;
  readonly rank: BornValue['rank'];
  readonly value: string;
  readonly flow: F;
}

/** Ways that other recordings went, by their names. */
export type Witness = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What repeats: the same way taken by different values is evidence where names say nothing. A way is only believed where
 * it explains every use of its end, and the values that took it could not all be guessed.
 */
export class RepeatedWays<F> {
  readonly #ways = new Map<string, Way>();
  readonly #unsure: Unsure<F>[] = [];
  /** Uses at one place of an endpoint's requests that nothing else explained. */
  readonly #uses = new Map<string, number>();

  /** A value took a way for certain. */
  took(way: string, value: string): Way {
    return this.#count(this.#ways, way, value);
  }

  /** A use that no names explain, with the ways it may have come. */
  unexplained(to: string, candidates: readonly Unsure<F>[]): void {
    if (this.#uses.size < maxUnsure || this.#uses.has(to)) this.#uses.set(to, (this.#uses.get(to) ?? 0) + 1);
    if (this.#unsure.length < maxUnsure) this.#unsure.push(...candidates);
  }

  get isUnsure(): boolean {
    return this.#unsure.length > 0;
  }

  /** Flows whose ways were repeated, here or in another recording; of several into one place the best. */
  confirmed(witness: Witness, place: (flow: F) => string): { readonly flow: F; readonly way: Way }[] {
    const ways = new Map<string, Way>();
    for (const { way, value } of this.#unsure) this.#count(ways, way, value);
    const best = new Map<string, Unsure<F>>();
    for (const one of this.#unsure) {
      const { values, count } = ways.get(one.way)!;
      if (count < (this.#uses.get(one.to) ?? 0)) continue;
      const all = new Set([...values, ...(witness.get(one.way) ?? [])]);
      if (all.size < 2 || surpriseOf([...all]) < enoughBits) continue;
      const known = best.get(place(one.flow));
      if (known === undefined || one.rank > known.rank) best.set(place(one.flow), one);
    }
    return Array.from(best.values(), ({ flow, way }) => ({ flow, way: ways.get(way)! }));
  }

  /** For another recording of the same: every way with its values. */
  witness(): Witness {
    const all = new Map(Array.from(this.#ways, ([way, { values }]) => [way, new Set(values)]));
    for (const { way, value } of this.#unsure) {
      const values = all.get(way) ?? new Set();
      all.set(way, values.add(value));
    }
    return all;
  }

  #count(ways: Map<string, Way>, name: string, value: string): Way {
    let way = ways.get(name);
    if (!way) ways.set(name, (way = { name, values: new Set(), count: 0 }));
    way.count += 1;
    if (way.values.size < maxValues) way.values.add(value);
    return way;
  }
}

/** How little the values could have been guessed, in bits: one that counts on from another says next to nothing. */
function surpriseOf(values: readonly string[]): number {
  const known = new Set<string>();
  let bits = 0;
  for (const value of values) {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : undefined;
    const isNext = number !== undefined && (known.has(String(number - 1)) || known.has(String(number + 1)));
    bits += isNext ? 1 : bitsOf(value).all;
    known.add(value);
  }
  return bits;
}
