import { isJsonArray, isJsonObject, type JsonValue } from '../model/json-value.ts';
import type { ElementPairs, Gap } from './element-pairs.ts';
import { hashText, mixHashes } from './json-equal.ts';
import type { SubtreeMemory } from './subtree-memory.ts';

/** Features of one element; a larger one is known by its beginning. */
const maxFeatures = 32;

/** A feature that more elements have says little, and would make the search quadratic. */
const maxSharers = 8;

/** Candidates kept for one element. */
const maxProposals = 3;

/** At least this part of the features of the richer element must be shared to call two elements versions of one. */
const minSimilarity = 0.4;

/** Where more changed than would be looked at one by one, nobody needs to know what each of them was. */
const maxChanged = 20_000;

/** Gaps of more pairs than this are closed in order: similarity is looked at for every pair of a gap. */
const maxGapPairs = 2500;

/**
 * Pairs changed elements with what they were: those that share most of their members, wherever they stand, found by the
 * members that few others have. Near linear. Elements that share only what all share keep waiting.
 */
export function pairSimilar(pairs: ElementPairs, memory: SubtreeMemory): void {
  const waiting = { baseline: pairs.waiting('baseline'), fresh: pairs.waiting('fresh') };
  if (Math.min(waiting.baseline.length, waiting.fresh.length) > maxChanged) return;
  const before = featuresOf(pairs.baseline, waiting.baseline, memory);
  const after = featuresOf(pairs.fresh, waiting.fresh, memory);
  if (before.size === 0 || after.size === 0) return;
  const sharers = sharersOf(before);
  const proposals: Proposal[] = [];
  for (const [fresh, features] of after) {
    const candidates = new Set<number>();
    for (const feature of features) {
      const sharing = sharers.get(feature);
      if (sharing !== undefined && sharing.length <= maxSharers) for (const index of sharing) candidates.add(index);
    }
    const found: Proposal[] = [];
    for (const baseline of candidates) {
      const score = similarity(before.get(baseline)!, features);
      if (score >= minSimilarity) found.push({ baseline, fresh, score });
    }
    proposals.push(...found.toSorted(bestFirst).slice(0, maxProposals));
  }
  for (const { baseline, fresh } of proposals.toSorted(bestFirst)) {
    if (pairs.partner[baseline] === -1 && pairs.source[fresh] === -1) pairs.pair(baseline, fresh);
  }
}

interface Proposal {
  readonly baseline: number;
  readonly fresh: number;
  readonly score: number;
}

function bestFirst(a: Proposal, b: Proposal): number {
  return (
    b.score - a.score ||
    Math.abs(a.baseline - a.fresh) - Math.abs(b.baseline - b.fresh) ||
    a.fresh - b.fresh ||
    a.baseline - b.baseline
  );
}

function sharersOf(features: ReadonlyMap<number, ReadonlySet<number>>): Map<number, number[]> {
  const sharers = new Map<number, number[]>();
  for (const [index, own] of features) {
    for (const feature of own) {
      const sharing = sharers.get(feature);
      if (sharing === undefined) sharers.set(feature, [index]);
      else if (sharing.length <= maxSharers) sharing.push(index);
    }
  }
  return sharers;
}

/** Shared features in parts of the richer side's, 0 to 1. */
function similarity(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0;
  for (const feature of a) if (b.has(feature)) shared++;
  return shared / Math.max(a.size, b.size, 1);
}

/** Index → features, of elements that are containers. */
function featuresOf(
  elements: readonly JsonValue[],
  indexes: readonly number[],
  memory: SubtreeMemory,
): Map<number, ReadonlySet<number>> {
  const features = new Map<number, ReadonlySet<number>>();
  for (const index of indexes) {
    const found = new Set<number>();
    gather(elements[index]!, { seed: 0, depth: 0, memory, found });
    if (found.size > 0) features.set(index, found);
  }
  return features;
}

interface Gathering {
  readonly seed: number;
  readonly depth: number;
  readonly memory: SubtreeMemory;
  readonly found: Set<number>;
}

/** A feature is a member with its value: of the element itself, and of the containers directly inside. */
function gather(value: JsonValue, { seed, depth, memory, found }: Gathering): void {
  const isList = isJsonArray(value);
  if (!isList && !isJsonObject(value)) return;
  for (const [key, child] of Object.entries<JsonValue>(value)) {
    if (found.size >= maxFeatures) return;
    // The place in an array says nothing of what an element is.
    const place = isList ? mixHashes(seed, 1) : mixHashes(seed, hashText(key, 8));
    found.add(mixHashes(place, memory.hash(child)));
    if (depth === 0) gather(child, { seed: place, depth: 1, memory, found });
  }
}

/**
 * Pairs what waits between two neighbours in order. Where one side has more containers than the other, so that the most
 * similar come together.
 */
export function closeGap(pairs: ElementPairs, { baseline, fresh }: Gap, memory: SubtreeMemory): void {
  const size = baseline.length * fresh.length;
  if (baseline.length === fresh.length || size > maxGapPairs) {
    for (const [at, index] of baseline.entries()) if (at < fresh.length) pairs.pair(index, fresh[at]!);
    return;
  }
  const before = featuresOf(pairs.baseline, baseline, memory);
  const after = featuresOf(pairs.fresh, fresh, memory);
  const score = (b: number, f: number): number => {
    const features = before.get(baseline[b]!);
    const others = after.get(fresh[f]!);
    if (features !== undefined && others !== undefined) return 1 + similarity(features, others);
    return features === others ? 1 : unlikePair;
  };
  for (const [b, f] of bestInOrder(baseline.length, fresh.length, score)) pairs.pair(baseline[b]!, fresh[f]!);
}

/** A scalar beside a container: better than no partner, worse than any other. */
const unlikePair = 0.001;

/** The pairs, rising on both sides, whose scores are the greatest sum; the first ones where sums are equal. */
function bestInOrder(
  rows: number,
  columns: number,
  score: (row: number, column: number) => number,
): (readonly [row: number, column: number])[] {
  const width = columns + 1;
  const sums = new Float64Array((rows + 1) * width);
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const together = score(row, column) + sums[(row + 1) * width + column + 1]!;
      const apart = Math.max(sums[(row + 1) * width + column]!, sums[row * width + column + 1]!);
      sums[row * width + column] = Math.max(together, apart);
    }
  }
  const found: (readonly [number, number])[] = [];
  let [row, column] = [0, 0];
  while (row < rows && column < columns) {
    const sum = sums[row * width + column]!;
    if (sum === score(row, column) + sums[(row + 1) * width + column + 1]!) found.push([row++, column++]);
    else if (sum === sums[(row + 1) * width + column]!) row++;
    else column++;
  }
  return found;
}
