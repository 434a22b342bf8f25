import { diffArrays } from 'diff';
import type { TextSpan } from '../model/url-text.ts';
import type { RowSide } from './diff-row.ts';

/** Longer lines are cut in rows; the whole body can be downloaded. */
const maxRowLength = 2000;

/** Lines of more words than this are marked from their first to their last difference. */
const maxWords = 600;

/** A line as one side of a row, cut when it is very long. */
export function rowSide(line: number, text: string): RowSide {
  return { line, text: cut(text, 0), marks: [] };
}

/** Two lines that differ as the sides of one row, with the words that differ marked. */
export function markedSides(
  baseline: { readonly line: number; readonly text: string },
  fresh: { readonly line: number; readonly text: string },
): { readonly baseline: RowSide; readonly fresh: RowSide } {
  const from = cutStart(baseline.text, fresh.text);
  const before = cut(baseline.text, from);
  const after = cut(fresh.text, from);
  const marks = wordMarks(before, after);
  return {
    baseline: { line: baseline.line, text: before, marks: marks.baseline },
    fresh: { line: fresh.line, text: after, marks: marks.fresh },
  };
}

/** Where two texts differ, by whole words. */
function wordMarks(before: string, after: string): { readonly baseline: TextSpan[]; readonly fresh: TextSpan[] } {
  const first = words(before);
  const second = words(after);
  const changes =
    first.length + second.length <= maxWords ? diffArrays(first, second, { maxEditLength: 200 }) : undefined;
  if (!changes) return outerMarks(before, after);
  const baseline: TextSpan[] = [];
  const fresh: TextSpan[] = [];
  let b = 0;
  let f = 0;
  for (const { value, added, removed } of changes) {
    const length = value.reduce((sum, word) => sum + word.length, 0);
    if (removed) baseline.push({ start: b, end: b + length });
    if (added) fresh.push({ start: f, end: f + length });
    if (!added) b += length;
    if (!removed) f += length;
  }
  return { baseline, fresh };
}

/** Words, runs of white space, and every other character by itself. */
function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

function outerMarks(before: string, after: string): { readonly baseline: TextSpan[]; readonly fresh: TextSpan[] } {
  const start = commonStart(before, after);
  const shorter = Math.min(before.length, after.length);
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const span = (text: string): TextSpan[] => (text.length > start + end ? [{ start, end: text.length - end }] : []);
  return { baseline: span(before), fresh: span(after) };
}

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** Very long lines are shown from shortly before their first difference. */
function cutStart(before: string, after: string): number {
  if (before.length <= maxRowLength && after.length <= maxRowLength) return 0;
  const same = commonStart(before, after);
  return same > maxRowLength / 2 ? same - 200 : 0;
}

function cut(text: string, from: number): string {
  const lead = from === 0 ? '' : `… ${from.toLocaleString('en-US')} characters before … `;
  const rest = text.length - from - maxRowLength;
  if (rest <= 0) return lead + text.slice(from);
  return `${lead}${text.slice(from, from + maxRowLength)} … ${rest.toLocaleString('en-US')} characters more`;
}
