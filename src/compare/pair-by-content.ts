import type { JsonValue } from '../model/json-value.ts';
import { commonSubsequence } from './common-subsequence.ts';
import type { ElementPairs } from './element-pairs.ts';
import { type ElementNames, pairByEvidence } from './identity-key.ts';
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
    pairs.pair(start, start);
    start++;
  }
  for (let end = 0; end <= Math.min(last, lastFresh) - start; end++) {
    if (pairs.isClosed(last - end, lastFresh - end)) break;
    if (!memory.equal(baseline[last - end]!, fresh[lastFresh - end]!)) break;
    pairs.pair(last - end, lastFresh - end);
  }
}

/** Numbers for elements: equal numbers may stand for each other. */
interface ElementIds {
  of(element: JsonValue, side: 'baseline' | 'fresh'): number;
}

/** Pairs waiting elements of one number: as many as possible in order, the others in order of their occurrence. */
function pairByIds(pairs: ElementPairs, ids: ElementIds): void {
  const first = numbered(pairs, 'baseline', ids);
  const second = numbered(pairs, 'fresh', ids);
  const [before, after] = [sharedWith(first, second), sharedWith(second, first)];
  commonSubsequence(before.ids, after.ids, (b, f) => pairs.pair(before.indexes[b]!, after.indexes[f]!));
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
    pairs.pair(partner, index);
  }
}

/** Elements, and the number of each. */
interface NumberedElements {
  readonly indexes: readonly number[];
  readonly ids: Int32Array;
}

function numbered(pairs: ElementPairs, side: 'baseline' | 'fresh', ids: ElementIds): NumberedElements {
  const indexes = pairs.waiting(side);
  return { indexes, ids: Int32Array.from(indexes, (index) => ids.of(pairs[side][index]!, side)) };
}

/** Without what the other side has nothing like: it would only lengthen the search. */
function sharedWith({ indexes, ids }: NumberedElements, other: NumberedElements): NumberedElements {
  const known = new Set(other.ids);
  const isShared = (at: number): boolean => known.has(ids[at]!);
  return { indexes: indexes.filter((_, at) => isShared(at)), ids: ids.filter((_, at) => isShared(at)) };
}

/** Different elements of one hash that are told apart; only somebody who wants it makes more. */
const maxPerHash = 8;

/** One number for equal elements. */
class EqualElements implements ElementIds {
  readonly #memory: SubtreeMemory;
  readonly #scalars = new Map<JsonValue, number>();
  readonly #containers = new Map<number, { readonly value: JsonValue; readonly id: number }[]>();
  #count = 0;

  constructor(memory: SubtreeMemory) {
    this.#memory = memory;
  }

  of(element: JsonValue): number {
    if (typeof element !== 'object' || element === null) {
      const known = this.#scalars.get(element);
      if (known !== undefined) return known;
      this.#scalars.set(element, this.#count);
      return this.#count++;
    }
    const hash = this.#memory.hash(element);
    const same = this.#containers.get(hash) ?? [];
    const known = same.find(({ value }) => this.#memory.equal(value, element));
    if (known) return known.id;
    if (same.length === 0) this.#containers.set(hash, same);
    if (same.length < maxPerHash) same.push({ value: element, id: this.#count });
    return this.#count++;
  }
}

/** One number for elements that are equal but for renamed values and timestamps. */
class BlurredElements implements ElementIds {
  readonly #memory: SubtreeMemory;
  readonly #ids = new Map<number, number>();

  constructor(memory: SubtreeMemory) {
    this.#memory = memory;
  }

  of(element: JsonValue, side: 'baseline' | 'fresh'): number {
    const hash = this.#memory.blurredHash(element, side);
    const known = this.#ids.get(hash);
    if (known !== undefined) return known;
    this.#ids.set(hash, this.#ids.size);
    return this.#ids.size - 1;
  }
}
