import { diffArrays } from 'diff';
import { longestIncreasing } from './longest-increasing.ts';

/** A run of lines that differ: what stood in the baseline and what stands there now. Line numbers from 0, end excluded. */
export interface TextHunk {
  readonly baselineStart: number;
  readonly baselineEnd: number;
  readonly freshStart: number;
  readonly freshEnd: number;
}

/** jsdiff costs lines × edits: this many edits on the largest text it gets take about a second. */
const maxEdits = 1000;
const maxDiffLines = 20_000;
/** Only a safety net for slow machines: the edit limit decides, so that results do not depend on the clock. */
const timeoutMs = 5000;

/** Lines without their line feed; a text that ends with one has no empty last line. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Where two lists of lines differ: minimal by jsdiff where that is affordable, else by the lines unique on both sides. */
export function textHunks(baseline: readonly string[], fresh: readonly string[]): TextHunk[] {
  const shorter = Math.min(baseline.length, fresh.length);
  let start = 0;
  while (start < shorter && baseline[start] === fresh[start]) start++;
  let end = 0;
  while (end < shorter - start && baseline.at(-1 - end) === fresh.at(-1 - end)) end++;
  const before = baseline.slice(start, baseline.length - end);
  const after = fresh.slice(start, fresh.length - end);
  if (before.length === 0 && after.length === 0) return [];
  const hunks = minimalHunks(before, after) ?? anchoredHunks(before, after);
  return hunks.map((hunk) => ({
    baselineStart: hunk.baselineStart + start,
    baselineEnd: hunk.baselineEnd + start,
    freshStart: hunk.freshStart + start,
    freshEnd: hunk.freshEnd + start,
  }));
}

function minimalHunks(before: string[], after: string[]): TextHunk[] | undefined {
  if (before.length + after.length > maxDiffLines) return undefined;
  const changes = diffArrays(before, after, { maxEditLength: maxEdits, timeout: timeoutMs });
  if (changes === undefined) return undefined;
  const hunks = new HunkList();
  for (const { added, removed, count } of changes) {
    if (removed) hunks.differ(count, 0);
    else if (added) hunks.differ(0, count);
    else hunks.agree(count);
  }
  return hunks.list();
}

/** Patience diff (Cohen): lines that occur once on both sides, in the same order, hold the texts together. O(n log n). */
function anchoredHunks(before: readonly string[], after: readonly string[]): TextHunk[] {
  const uniqueAfter = uniqueLines(after);
  const partner = new Int32Array(before.length).fill(-1);
  for (const [line, index] of uniqueLines(before)) partner[index] = uniqueAfter.get(line) ?? -1;
  const anchors = longestIncreasing(partner);
  const hunks = new HunkList();
  let b = 0;
  let f = 0;
  const upTo = (baselineEnd: number, freshEnd: number): void => {
    while (b < baselineEnd && f < freshEnd && before[b] === after[f]) {
      hunks.agree(1);
      b++;
      f++;
    }
    let tail = 0;
    while (
      tail < Math.min(baselineEnd - b, freshEnd - f) &&
      before[baselineEnd - 1 - tail] === after[freshEnd - 1 - tail]
    )
      tail++;
    hunks.differ(baselineEnd - tail - b, freshEnd - tail - f);
    hunks.agree(tail);
    b = baselineEnd;
    f = freshEnd;
  };
  for (const [index, isAnchor] of anchors.entries()) if (isAnchor === 1) upTo(index, partner[index]!);
  upTo(before.length, after.length);
  return hunks.list();
}

function uniqueLines(lines: readonly string[]): Map<string, number> {
  const seen = new Map<string, number>();
  for (const [index, line] of lines.entries()) seen.set(line, seen.has(line) ? -1 : index);
  for (const [line, index] of seen) if (index === -1) seen.delete(line);
  return seen;
}

class HunkList {
  readonly #hunks: TextHunk[] = [];
  #baseline = 0;
  #fresh = 0;
  #baselineStart = 0;
  #freshStart = 0;

  differ(baselineLines: number, freshLines: number): void {
    this.#baseline += baselineLines;
    this.#fresh += freshLines;
  }

  agree(lines: number): void {
    if (lines === 0) return;
    this.#close();
    this.#baseline += lines;
    this.#fresh += lines;
    this.#baselineStart = this.#baseline;
    this.#freshStart = this.#fresh;
  }

  list(): TextHunk[] {
    this.#close();
    return this.#hunks;
  }

  #close(): void {
    if (this.#baseline === this.#baselineStart && this.#fresh === this.#freshStart) return;
    this.#hunks.push({
      baselineStart: this.#baselineStart,
      baselineEnd: this.#baseline,
      freshStart: this.#freshStart,
      freshEnd: this.#fresh,
    });
    this.#baselineStart = this.#baseline;
    this.#freshStart = this.#fresh;
  }
}
