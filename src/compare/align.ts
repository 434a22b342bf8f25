import { isJsonObject, type JsonValue } from '../model/json-value.ts';
import { parseTimestamp } from '../model/volatile.ts';
import { jsonEqual, jsonHash, member } from './json-equal.ts';

/** Which element of the baseline array belongs to which of the fresh one; index −1 where there is none. */
export interface AlignedElement {
  readonly baseline: number;
  readonly fresh: number;
  /** Belongs together, but stands elsewhere among the others. */
  readonly moved: boolean;
}

export interface Alignment {
  /** Name of the member by which elements were paired; undefined when it was their content or position. */
  readonly key?: string;
  /** In the order of the fresh array, removed elements where they were. Undefined: every index belongs to itself. */
  readonly elements?: readonly AlignedElement[];
  /** Every element was found equal. */
  readonly equal?: true;
}

/** What an element may be called in this run, by its identity; `key`: the member that holds it. */
export type ElementNames = (identity: string, key?: string) => readonly string[];

/** Members that identify an element, best first. */
const identityKeys = ['id', '_id', 'uuid', 'key', 'slug', 'code', 'name'];

/**
 * Pairs the elements of two arrays in near linear time: by an identifying member (a unique scalar in every element of
 * both sides, at least one shared under the renaming of this run), else by content (equal elements first, then those
 * equal up to renamed values and timestamps), and what is left between two pairs in order.
 */
export function alignArrays(
  baseline: readonly JsonValue[],
  fresh: readonly JsonValue[],
  names: ElementNames,
): Alignment {
  const byKey = alignByKey(baseline, fresh, names);
  if (byKey) return byKey;
  const { start, end } = commonEnds(baseline, fresh);
  if (start === baseline.length && start === fresh.length) return { equal: true };
  const partner = new Int32Array(baseline.length).fill(-1);
  const taken = new Uint8Array(fresh.length);
  const pair = (b: number, f: number): void => {
    partner[b] = f;
    taken[f] = 1;
  };
  for (let i = 0; i < start; i++) pair(i, i);
  for (let i = 1; i <= end; i++) pair(baseline.length - i, fresh.length - i);
  const middle: Middle = { baseline, fresh, partner, taken, pair };
  pairByHash(middle, { before: (text) => text, after: (text) => text, exact: true });
  pairByHash(middle, { before: (text) => blurred(names(text)[0] ?? text), after: blurred, exact: false });
  const anchors = longestIncreasing(partner);
  pairBetween(middle, anchors);
  if (isIdentity(partner, fresh.length)) return {};
  return { elements: inOrder(partner, taken, anchors) };
}

interface Middle {
  readonly baseline: readonly JsonValue[];
  readonly fresh: readonly JsonValue[];
  /** Fresh index of each baseline element, −1 while there is none. */
  readonly partner: Int32Array;
  readonly taken: Uint8Array;
  readonly pair: (baseline: number, fresh: number) => void;
}

function blurred(text: string): string {
  return parseTimestamp(text) ? '⟦time⟧' : text;
}

function alignByKey(
  baseline: readonly JsonValue[],
  fresh: readonly JsonValue[],
  names: ElementNames,
): Alignment | undefined {
  if (!isJsonObject(baseline[0]) || !isJsonObject(fresh[0])) return undefined;
  const inPlace = identityKeys.find((key) => sameIdentities(baseline, fresh, key));
  if (inPlace !== undefined) return { key: inPlace };
  for (const key of identityKeys) {
    const before = identities(baseline, key);
    const after = before && identities(fresh, key);
    if (!before || !after) continue;
    const partner = partnersByIdentity(before, after, (identity) => names(identity, key));
    if (partner.every((index) => index === -1)) continue;
    if (isIdentity(partner, fresh.length)) return { key };
    const taken = new Uint8Array(fresh.length);
    for (const index of partner) if (index >= 0) taken[index] = 1;
    return { key, elements: inOrder(partner, taken, longestIncreasing(partner)) };
  }
  return undefined;
}

/** The common case: every element has kept its identity and its place. */
function sameIdentities(baseline: readonly JsonValue[], fresh: readonly JsonValue[], key: string): boolean {
  if (baseline.length !== fresh.length) return false;
  for (let i = 0; i < baseline.length; i++) {
    const identity = identityOf(baseline[i]!, key);
    if (identity === undefined || identity !== identityOf(fresh[i]!, key)) return false;
  }
  return true;
}

function identityOf(element: JsonValue, key: string): string | number | undefined {
  const value = isJsonObject(element) ? member(element, key) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

/**
 * Pairs by equal identities, or by renamed ones where that finds more: a renaming that belongs to orders must not pull
 * apart a list of products which happen to have the same small numbers.
 */
function partnersByIdentity(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  names: ElementNames,
): Int32Array {
  const equal = Int32Array.from(before.keys(), (id) => after.get(id) ?? -1);
  const renamedIds = Array.from(before.keys(), (id) => {
    const fresh = names(id);
    return fresh.find((name) => after.has(name)) ?? fresh[0] ?? id;
  });
  if (new Set(renamedIds).size !== renamedIds.length) return equal;
  const renamed = Int32Array.from(renamedIds, (id) => after.get(id) ?? -1);
  return found(renamed) > found(equal) ? renamed : equal;
}

function found(partner: Int32Array): number {
  return partner.reduce((count, index) => (index === -1 ? count : count + 1), 0);
}

/** Identity of every element → its index, or undefined when not every element has a unique scalar one. */
function identities(elements: readonly JsonValue[], key: string): Map<string, number> | undefined {
  const byIdentity = new Map<string, number>();
  for (const [index, element] of elements.entries()) {
    const value = identityOf(element, key);
    if (value === undefined) return undefined;
    byIdentity.set(String(value), index);
    if (byIdentity.size !== index + 1) return undefined;
  }
  return byIdentity;
}

function commonEnds(a: readonly JsonValue[], b: readonly JsonValue[]): { start: number; end: number } {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && jsonEqual(a[start]!, b[start]!)) start++;
  let end = 0;
  while (end < shorter - start && jsonEqual(a[a.length - 1 - end]!, b[b.length - 1 - end]!)) end++;
  return { start, end };
}

interface HashRound {
  readonly before: (text: string) => string;
  readonly after: (text: string) => string;
  /** Elements of equal hash are paired only if they are equal. */
  readonly exact: boolean;
}

function pairByHash({ baseline, fresh, partner, taken, pair }: Middle, round: HashRound): void {
  const waiting = new Map<number, { readonly indexes: number[]; next: number }>();
  for (const [index, element] of baseline.entries()) {
    if (partner[index] !== -1) continue;
    const hash = jsonHash(element, round.before);
    const same = waiting.get(hash);
    if (same) same.indexes.push(index);
    else waiting.set(hash, { indexes: [index], next: 0 });
  }
  if (waiting.size === 0) return;
  for (const [index, element] of fresh.entries()) {
    if (taken[index] === 1) continue;
    const same = waiting.get(jsonHash(element, round.after));
    const candidate = same?.indexes[same.next];
    if (same === undefined || candidate === undefined) continue;
    if (round.exact && !jsonEqual(baseline[candidate]!, element)) continue;
    same.next++;
    pair(candidate, index);
  }
}

/** Pairs what is left between two neighbouring anchors in order. */
function pairBetween({ partner, taken, pair }: Middle, anchors: Uint8Array): void {
  let fresh = 0;
  let waiting: number[] = [];
  const close = (freshEnd: number): void => {
    for (const index of waiting) {
      while (fresh < freshEnd && taken[fresh] === 1) fresh++;
      if (fresh >= freshEnd) break;
      pair(index, fresh);
      anchors[index] = 1;
    }
    waiting = [];
  };
  for (let index = 0; index < partner.length; index++) {
    if (anchors[index] === 1) {
      close(partner[index]!);
      fresh = partner[index]! + 1;
    } else if (partner[index] === -1) waiting.push(index);
  }
  close(taken.length);
}

function isIdentity(partner: Int32Array, freshLength: number): boolean {
  return partner.length === freshLength && partner.every((fresh, index) => fresh === index);
}

/** Marks the baseline elements of a longest run of pairs in the same order on both sides; −1 is no pair. O(n log n). */
export function longestIncreasing(partner: Int32Array): Uint8Array {
  const tails: number[] = [];
  const previous = new Int32Array(partner.length);
  for (let index = 0; index < partner.length; index++) {
    const value = partner[index]!;
    if (value === -1) continue;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (partner[tails[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low === 0 ? -1 : tails[low - 1]!;
    tails[low] = index;
  }
  const marked = new Uint8Array(partner.length);
  for (let index = tails.at(-1) ?? -1; index !== -1; index = previous[index]!) marked[index] = 1;
  return marked;
}

function inOrder(partner: Int32Array, taken: Uint8Array, anchors: Uint8Array): AlignedElement[] {
  const source = new Int32Array(taken.length).fill(-1);
  for (const [index, fresh] of partner.entries()) if (fresh !== -1) source[fresh] = index;
  const elements: AlignedElement[] = [];
  let before = 0;
  const removedUpTo = (end: number): void => {
    for (; before < end; before++) {
      if (partner[before] === -1) elements.push({ baseline: before, fresh: -1, moved: false });
    }
  };
  for (const [fresh, baseline] of source.entries()) {
    if (baseline !== -1 && anchors[baseline] === 1) removedUpTo(baseline);
    elements.push({ baseline, fresh, moved: baseline !== -1 && anchors[baseline] !== 1 });
  }
  removedUpTo(partner.length);
  return elements;
}
