import type { Difference } from '../model/verdict.ts';
import type { RowState } from './diff-row.ts';
import { RowSegments, type LineBlock } from './row-segments.ts';
import { splitLines, textHunks, type TextHunk } from './text-hunks.ts';

/** Two texts side by side by lines. `differences` are those of the body, by path (`line N`). */
export function textSegments(
  baseline: string,
  fresh: string,
  differences: ReadonlyMap<string, Difference>,
): RowSegments {
  const before = splitLines(baseline);
  const after = splitLines(fresh);
  const segments = new RowSegments();
  let line = 0;
  let freshLine = 0;
  const same = (count: number): void => {
    if (count > 0) {
      segments.add({
        state: 'same',
        baseline: block(before, line, line + count),
        fresh: block(after, freshLine, freshLine + count),
      });
    }
    line += count;
    freshLine += count;
  };
  for (const hunk of textHunks(before, after)) {
    same(hunk.baselineStart - line);
    for (const run of runsIn(hunk, differences)) {
      segments.add({
        state: stateOf(run, differences),
        baseline: block(before, run.baselineStart, run.baselineEnd),
        fresh: block(after, run.freshStart, run.freshEnd),
        difference: differences.has(pathOf(run)) ? `body:${pathOf(run)}` : undefined,
      });
    }
    line = hunk.baselineEnd;
    freshLine = hunk.freshEnd;
  }
  same(before.length - line);
  return segments;
}

function pathOf(run: TextHunk): string {
  return `line ${run.baselineStart + 1}`;
}

/** A hunk may have been reported as several differences, each beginning at a line of its own. */
function runsIn(hunk: TextHunk, differences: ReadonlyMap<string, Difference>): TextHunk[] {
  if (hunk.baselineEnd - hunk.baselineStart !== hunk.freshEnd - hunk.freshStart) return [hunk];
  const runs: TextHunk[] = [];
  let start = hunk.baselineStart;
  for (let line = start + 1; line <= hunk.baselineEnd; line++) {
    if (line < hunk.baselineEnd && !differences.has(`line ${line + 1}`)) continue;
    const shift = hunk.freshStart - hunk.baselineStart;
    runs.push({ baselineStart: start, baselineEnd: line, freshStart: start + shift, freshEnd: line + shift });
    start = line;
  }
  return runs;
}

function stateOf(run: TextHunk, differences: ReadonlyMap<string, Difference>): RowState {
  if (run.baselineStart === run.baselineEnd) return 'added';
  if (run.freshStart === run.freshEnd) return 'removed';
  return differences.get(pathOf(run))?.severity === 'equivalent' ? 'equivalent' : 'changed';
}

function block(lines: readonly string[], start: number, end: number): LineBlock {
  return {
    count: end - start,
    write: ({ from, to }, put) => {
      for (let line = from; line < Math.min(to, end - start); line++) put(lines[start + line]!, line);
    },
  };
}
