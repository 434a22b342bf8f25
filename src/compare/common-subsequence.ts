import { longestIncreasing } from './longest-increasing.ts';

/** Beyond so many edits two stretches have little in common, and the trace of the search grows with the square. */
const maxEdits = 1000;

/** Steps the search may take per element: stretches that repeat make it look at every element for every edit. */
const maxStepsPerElement = 256;

/** Stretches between unique elements have unique elements of their own; deeper than this the search takes over. */
const maxRounds = 4;

/** A stretch [from, to) of one side. */
interface Stretch {
  readonly ids: Int32Array;
  readonly from: number;
  readonly to: number;
}

/**
 * Calls back with the places of a long common subsequence of two sequences, equal elements being equal numbers. Elements
 * that are unique on both sides are found in linear time whatever else changed (patience diff); what stands between two
 * of them goes through a bounded search for the shortest edit (Myers 1986, An O(ND) difference algorithm). Where that
 * ends without a result nothing is paired.
 */
export function commonSubsequence(a: Int32Array, b: Int32Array, pair: (a: number, b: number) => void): void {
  stretches({ ids: a, from: 0, to: a.length }, { ids: b, from: 0, to: b.length }, { pair, rounds: maxRounds });
}

interface Task {
  readonly pair: (a: number, b: number) => void;
  readonly rounds: number;
}

function stretches(first: Stretch, second: Stretch, { pair, rounds }: Task): void {
  let { from: a, to: aEnd } = first;
  let { from: b, to: bEnd } = second;
  while (a < aEnd && b < bEnd && first.ids[a] === second.ids[b]) pair(a++, b++);
  while (a < aEnd && b < bEnd && first.ids[aEnd - 1] === second.ids[bEnd - 1]) pair(--aEnd, --bEnd);
  if (a === aEnd || b === bEnd) return;
  const left = { ids: first.ids, from: a, to: aEnd };
  const right = { ids: second.ids, from: b, to: bEnd };
  const anchors = rounds === 0 ? [] : uniqueAnchors(left, right);
  if (anchors.length === 0) return shortestEdit(left, right, pair);
  const task = { pair, rounds: rounds - 1 };
  for (const [nextA, nextB] of anchors) {
    pair(nextA, nextB);
    stretches({ ...left, from: a, to: nextA }, { ...right, from: b, to: nextB }, task);
    a = nextA + 1;
    b = nextB + 1;
  }
  stretches({ ...left, from: a }, { ...right, from: b }, task);
}

/** Places of elements that occur once on both sides, as many as stand in one order. */
function uniqueAnchors(first: Stretch, second: Stretch): (readonly [a: number, b: number])[] {
  const inFirst = places(first);
  const inSecond = places(second);
  const candidates: (readonly [number, number])[] = [];
  for (const [id, a] of inFirst) {
    const b = inSecond.get(id) ?? repeated;
    if (a !== repeated && b !== repeated) candidates.push([a, b]);
  }
  const kept = longestIncreasing(Int32Array.from(candidates, ([, b]) => b));
  return candidates.filter((_, index) => kept[index] === 1);
}

const repeated = -1;

/** Where each element stands, in order of the first occurrence; `repeated` when it stands at several places. */
function places({ ids, from, to }: Stretch): Map<number, number> {
  const at = new Map<number, number>();
  for (let index = from; index < to; index++) at.set(ids[index]!, at.has(ids[index]!) ? repeated : index);
  return at;
}

/** Myers' greedy search; remembers the furthest point of every diagonal at every number of edits, to walk back. */
function shortestEdit(first: Stretch, second: Stretch, pair: (a: number, b: number) => void): void {
  const n = first.to - first.from;
  const m = second.to - second.from;
  const limit = Math.min(n + m, maxEdits);
  const furthest = new Int32Array(2 * limit + 3);
  const origin = limit + 1;
  const trace: Int32Array[] = [];
  let steps = maxStepsPerElement * (n + m);
  for (let edits = 0; edits <= limit; edits++) {
    trace.push(furthest.slice(origin - edits - 1, origin + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const at = origin + diagonal;
      const down = diagonal === -edits || (diagonal !== edits && furthest[at - 1]! < furthest[at + 1]!);
      const start = down ? furthest[at + 1]! : furthest[at - 1]! + 1;
      let x = start;
      while (x < n && x - diagonal < m && first.ids[first.from + x] === second.ids[second.from + x - diagonal]) x++;
      furthest[at] = x;
      steps -= x - start + 1;
      if (x >= n && x - diagonal >= m) {
        walkBack(trace, { x: n, y: m }, (a, b) => pair(first.from + a, second.from + b));
        return;
      }
    }
    if (steps < 0) return;
  }
}

function walkBack(
  trace: readonly Int32Array[],
  end: { readonly x: number; readonly y: number },
  pair: (a: number, b: number) => void,
): void {
  let { x, y } = end;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const before = trace[edits]!;
    const diagonal = x - y;
    const at = edits + 1 + diagonal;
    const down = diagonal === -edits || (diagonal !== edits && before[at - 1]! < before[at + 1]!);
    const fromDiagonal = down ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : before[edits + 1 + fromDiagonal]!;
    const fromY = edits === 0 ? 0 : fromX - fromDiagonal;
    while (x > fromX && y > fromY) pair(--x, --y);
    x = fromX;
    y = fromY;
  }
}
