import type { JsonValue } from '../model/json-value.ts';
import { commonSubsequence } from './common-subsequence.ts';
import type { ElementPairs } from './element-pairs.ts';
import { pairByEvidence } from './evident-key.ts';
import type { ElementNames } from './identity-key.ts';
import { closeGap, pairSimilar } from './similar-elements.ts';
import type { SubtreeMemory } from './subtree-memory.ts';

export interface ContentPairing {
  readonly memory: SubtreeMemory;
  readonly names: ElementNames;
  /** `free`: what is left is paired wherever it stands. */
  readonly order: 'free' | 'counts';
}

/**
 * Pairs the waiting elements by what they hold, the surest first: equal ones in order, equal ones elsewhere (moved), those
 * with the same inferred key, those equal up to renamed values and timestamps, similar ones, and what is left between
 * two pairs in order. Near linear in the size of both arrays.
 */
export function pairByContent(pairs: ElementPairs, { memory, names, order }: ContentPairing): void {
  pairEnds(pairs, memory);
  const rounds = [
    () => pairByIds(pairs, new EqualElements(memory)),
    () => (pairs.baseline.length > 1 && pairs.fresh.length > 1 ? pairByEvidence(pairs, names) : undefined),
    () => pairByIds(pairs, new BlurredElements(memory)),
    () => pairSimilar(pairs, memory),
  ];
  for (const round of rounds) {
    const [before, after] = [pairs.waiting('baseline').length, pairs.waiting('fresh').length];
    if (before === 0 || after === 0) return;
    // Two that are left belong together, whatever they hold.
    if (before === 1 && after === 1) break;
    round();
  }
  const gaps =
    order === 'free' ? [{ baseline: pairs.waiting('baseline'), fresh: pairs.waiting('fresh') }] : pairs.gaps();
  for (const gap of gaps) closeGap(pairs, gap, memory);
}

function pairEnds(pairs: ElementPairs, memory: SubtreeMemory): void {
  const { baseline, fresh } = pairs;
  const [last, lastFresh] = [baseline.length - 1, fresh.length - 1];
  let start = 0;
  while (start <= Math.min(last, lastFresh)) {
    if (pairs.isClosed(start, start) || !memory.equal(baseline[start]!, fresh[start]!)) break;
    pairs.pairEqual(start, start);
    start++;
  }
  for (let end = 0; end <= Math.min(last, lastFresh) - start; end++) {
    if (pairs.isClosed(last - end, lastFresh - end)) break;
    if (!memory.equal(baseline[last - end]!, fresh[lastFresh - end]!)) break;
    pairs.pairEqual(last - end, lastFresh - end);
  }
}

/** Numbers for elements, from 0 without gaps: those of equal numbers may stand for each other. */
interface ElementIds {
  readonly saysEqual: boolean;
  readonly count: number;
  of(element: JsonValue, side: 'baseline' | 'fresh'): number;
}

/** Pairs waiting elements of one number: as many as possible in order, the others in order of their occurrence. */
function pairByIds(pairs: ElementPairs, ids: ElementIds): void {
  const [first, second] = [numbered(pairs, 'baseline', ids), numbered(pairs, 'fresh', ids)];
  const pair = (b: number, f: number): void => (ids.saysEqual ? pairs.pairEqual(b, f) : pairs.pair(b, f));
  const [before, after] = [shared(first, second, ids), shared(second, first, ids)];
  commonSubsequence(before.ids, after.ids, (b, f) => pair(before.indexes[b]!, after.indexes[f]!));
  const left = new Map<number, { readonly indexes: number[]; next: number }>();
  for (const [at, index] of before.indexes.entries()) {
    if (pairs.partner[index] !== -1) continue;
    const same = left.get(before.ids[at]!);
    if (same) same.indexes.push(index);
    else left.set(before.ids[at]!, { indexes: [index], next: 0 });
  }
  if (left.size === 0) return;
  for (const [at, index] of after.indexes.entries()) {
    const same = pairs.source[index] === -1 ? left.get(after.ids[at]!) : undefined;
    const partner = same?.indexes[same.next];
    if (same === undefined || partner === undefined) continue;
    same.next++;
    pair(partner, index);
  }
}

/** Elements, and the number of each. */
interface NumberedElements {
  readonly indexes: readonly number[];
  readonly ids: Int32Array;
}

function numbered(pairs: ElementPairs, side: 'baseline' | 'fresh', ids: ElementIds): NumberedElements {
  const indexes = pairs.waiting(side);
  const elements = pairs[side];
  const numbers = new Int32Array(indexes.length);
  for (let at = 0; at < indexes.length; at++) numbers[at] = ids.of(elements[indexes[at]!]!, side);
  return { indexes, ids: numbers };
}

/** Without what the other side has nothing like: it would only lengthen the search. */
function shared(own: NumberedElements, other: NumberedElements, { count }: ElementIds): NumberedElements {
  const known = new Uint8Array(count);
  for (const id of other.ids) known[id] = 1;
  const indexes = own.indexes.filter((_, at) => known[own.ids[at]!] === 1);
  return { indexes, ids: own.ids.filter((id) => known[id] === 1) };
}

/** Different elements of one hash that are told apart; only somebody who wants it makes more. */
const maxPerHash = 8;

/** One number for equal elements. */
class EqualElements implements ElementIds {
  readonly saysEqual = true;
  readonly #memory: SubtreeMemory;
  readonly #scalars = new Map<JsonValue, number>();
  /** Number of the first container of a hash; the next one of the same hash stands beside it, −1 for none. */
  readonly #first = new Map<number, number>();
  readonly #next: number[] = [];
  readonly #values: JsonValue[] = [];

  constructor(memory: SubtreeMemory) {
    this.#memory = memory;
  }

  get count(): number {
    return this.#values.length;
  }

  of(element: JsonValue): number {
    if (typeof element !== 'object' || element === null) {
      const known = this.#scalars.get(element) ?? this.#add(element);
      this.#scalars.set(element, known);
      return known;
    }
    const hash = this.#memory.hash(element);
    let last = -1;
    let length = 0;
    for (let id = this.#first.get(hash) ?? -1; id !== -1; id = this.#next[id]!) {
      if (this.#memory.equal(this.#values[id]!, element)) return id;
      last = id;
      length++;
    }
    const id = this.#add(element);
    if (last === -1) this.#first.set(hash, id);
    else if (length < maxPerHash) this.#next[last] = id;
    return id;
  }

  #add(element: JsonValue): number {
    this.#next.push(-1);
    return this.#values.push(element) - 1;
  }
}

/** One number for elements that are equal but for renamed values and timestamps. */
class BlurredElements implements ElementIds {
  readonly saysEqual = false;
  readonly #memory: SubtreeMemory;
  readonly #ids = new Map<number, number>();

  constructor(memory: SubtreeMemory) {
    this.#memory = memory;
  }

  get count(): number {
    return this.#ids.size;
  }

  of(element: JsonValue, side: 'baseline' | 'fresh'): number {
    const hash = this.#memory.blurredHash(element, side);
    const known = this.#ids.get(hash) ?? this.#ids.size;
    this.#ids.set(hash, known);
    return known;
  }
}
