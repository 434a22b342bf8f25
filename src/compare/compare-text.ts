import type { Difference } from '../model/verdict.ts';
import { compareByteOrderMarks, withoutByteOrderMark } from './byte-order-mark.ts';
import type { Comparison } from './comparison.ts';
import type { JsonContent, TextContent } from './content.ts';
import { clipPair, DifferenceList } from './difference-list.ts';
import type { Explanation } from './explain.ts';
import { splitLines, textHunks, type TextHunk } from './text-hunks.ts';

export interface TextOptions extends Comparison {
  /** `counts`: it indents YAML and code, and separates the columns of a table. `separates`: HTML and XML. */
  readonly whiteSpace: 'counts' | 'separates';
}

/** Differences of two bodies read as text. */
export function compareTexts(
  baseline: JsonContent | TextContent,
  fresh: JsonContent | TextContent,
  comparison: Comparison,
): Difference[] {
  const whiteSpace = [baseline, fresh].every(isMarkup) ? 'separates' : 'counts';
  const texts = [withoutByteOrderMark(baseline.text), withoutByteOrderMark(fresh.text)] as const;
  return [
    ...compareByteOrderMarks(baseline.text, fresh.text, comparison.rulings),
    ...compareText(...texts, { ...comparison, whiteSpace }),
  ];
}

/** HTML and XML, where white space only separates. */
function isMarkup({ contentType }: JsonContent | TextContent): boolean {
  return /html|\bxml$/.test(contentType);
}

/**
 * Differences of two texts by lines, one for each run of lines that differ in one way. The path `line N` is a line of
 * the baseline (for added lines the one they stand before), from 1. White space at the ends of lines (a carriage
 * return too) and line breaks at the end of the text are `added` in severity, as an order is; where white space only
 * separates, any of it is.
 */
export function compareText(baseline: string, fresh: string, options: TextOptions): Difference[] {
  const differences = new DifferenceList('body', options.rulings);
  const before = splitLines(baseline);
  const after = splitLines(fresh);
  const budget = { characters: maxExplained };
  for (const hunk of textHunks(before, after)) {
    for (const run of runsOf(hunk, [before, after], { ...options, budget }))
      differences.add(asDifference(run, before, after));
  }
  const list = differences.list();
  if (list.length > 0 || baseline === fresh) return list;
  const ends = new DifferenceList('body', options.rulings);
  ends.add({
    path: `line ${before.length}`,
    pattern: 'line *',
    kind: 'changed',
    severity: 'added',
    before: baseline.endsWith('\n') ? 'line break at the end' : 'no line break at the end',
    after: fresh.endsWith('\n') ? 'line break at the end' : 'no line break at the end',
  });
  return ends.list();
}

/** Lines that differ are looked into up to this many characters of both sides together: some seconds at the most. */
const maxExplained = 4_000_000;

/** What a line costs whatever its length, in characters. */
const lineCost = 20;

/** How one pair of lines differs; `space`: in white space that does not count for much. */
type LineChange = Explanation | { readonly severity: 'space' };

interface LineRun extends TextHunk {
  readonly change: LineChange;
}

/** Splits a hunk of as many lines on both sides where the way they differ changes; others stay whole. */
function runsOf(
  hunk: TextHunk,
  [before, after]: readonly [readonly string[], readonly string[]],
  options: RunOptions,
): LineRun[] {
  const { baselineStart, baselineEnd, freshStart, freshEnd } = hunk;
  if (baselineEnd - baselineStart !== freshEnd - freshStart) return [{ ...hunk, change: { severity: 'changed' } }];
  const runs: LineRun[] = [];
  for (let i = 0; i < baselineEnd - baselineStart; i++) {
    const change = lineChange(before[baselineStart + i]!, after[freshStart + i]!, options);
    const last = runs.at(-1);
    const start =
      last && isOneWay(last.change, change)
        ? runs.pop()!
        : { baselineStart: baselineStart + i, freshStart: freshStart + i };
    runs.push({
      baselineStart: start.baselineStart,
      freshStart: start.freshStart,
      baselineEnd: baselineStart + i + 1,
      freshEnd: freshStart + i + 1,
      change: 'change' in start ? { ...change, ...start.change } : change,
    });
  }
  return runs;
}

function isOneWay(a: LineChange, b: LineChange): boolean {
  return a.severity === b.severity && ruleOf(a) === ruleOf(b);
}

function ruleOf(change: LineChange): string | undefined {
  return change.severity === 'equivalent' ? change.rule : undefined;
}

interface RunOptions extends TextOptions {
  /** What is left of the characters that may be looked into. */
  readonly budget: { characters: number };
}

/** How a pair of different lines differs. */
function lineChange(before: string, after: string, { explainer, whiteSpace, budget }: RunOptions): LineChange {
  const bare = whiteSpace === 'counts' ? (line: string): string => line.trimEnd() : collapsed;
  if (bare(before) === bare(after)) return { severity: 'space' };
  budget.characters -= before.length + after.length + lineCost;
  if (budget.characters >= 0) return explainer.text(before, after, []);
  return { severity: 'changed', note: 'the texts are too different for every line to be explained' };
}

function collapsed(line: string): string {
  return line.trim().replaceAll(/\s+/g, ' ');
}

function asDifference(run: LineRun, before: readonly string[], after: readonly string[]) {
  const removed = before.slice(run.baselineStart, run.baselineEnd);
  const added = after.slice(run.freshStart, run.freshEnd);
  const [first, second] = clipPair(removed.join('\n'), added.join('\n'));
  const at = { path: `line ${run.baselineStart + 1}`, pattern: 'line *' };
  if (added.length === 0) return { ...at, kind: 'removed', severity: 'broken', before: first } as const;
  if (removed.length === 0) return { ...at, kind: 'added', severity: 'added', after: second } as const;
  const texts = { ...at, kind: 'changed', before: first, after: second } as const;
  if (run.change.severity === 'space') return { ...texts, severity: 'added' } as const;
  return { ...texts, ...run.change };
}
