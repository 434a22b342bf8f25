import { isDistinctive } from '../model/identity.ts';
import { isJwt } from '../model/jwt.ts';
import { pathBehind, type Renames, type ValuePath } from './renames.ts';

/** Segments and parameters of URLs that name a kind of thing are words. */
const maxNameLength = 64;

/** A UUID has five words; URLs and texts with more are only compared as a whole. */
const maxRenamedWords = 12;

const words = /[\p{L}\p{N}]+/gu;

/** A stretch of a text, end excluded. */
export interface Stretch {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Where a renamed value stands in a text, and what it is now. */
export interface RenamedSpan {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/**
 * A stretch of a text with renamed values replaced where they stand alone between characters that are neither letters
 * nor digits; those of volatile classes are found by these.
 */
export function withRenamedWords(stretch: Stretch, renames: Renames): string {
  const { text, start: begin, end: limit } = stretch;
  let result = '';
  let copied = begin;
  for (const { start, end, value } of renamedSpans(stretch, renames)) {
    // Known already; that it stands here as well is kept with the response.
    renames.join({ baseline: text.slice(start, end), fresh: value, place: '' });
    result += text.slice(copied, start) + value;
    copied = end;
  }
  return result + text.slice(copied, limit);
}

/** Where renamed values stand that no class tells from words. One pass, whatever the number of renames: at each word the longest run that was renamed. */
export function renamedSpans(stretch: Stretch, renames: Renames): readonly RenamedSpan[] {
  if (!renames.hasWords) return none;
  const { text, start: begin, end: limit } = stretch;
  const part = text.slice(begin, limit);
  if (!part.match(words)?.some((word) => renames.beginsName(word))) return none;
  const found = [...part.matchAll(words)];
  const spans: RenamedSpan[] = [];
  for (let i = 0; i < found.length; i++) {
    if (!renames.beginsName(found[i]![0])) continue;
    const start = begin + found[i]!.index;
    for (let last = Math.min(i + maxRenamedWords, found.length) - 1; last >= i; last--) {
      const end = begin + found[last]!.index + found[last]![0].length;
      const renamed = renamedAt(stretch, { start, end, after: spans.at(-1)?.end ?? begin }, renames);
      if (!renamed) continue;
      spans.push(renamed);
      i = last;
      break;
    }
  }
  return spans;
}

const none: readonly RenamedSpan[] = [];

/** The first word of a name: only where it stands may the name stand. */
export function firstWord(name: string): string | undefined {
  return name.match(words)?.[0];
}

interface WordRun {
  readonly start: number;
  readonly end: number;
  /** Where the value before it ended. */
  readonly after: number;
}

/** The renamed value from one word to another, with up to two of the signs that base64 values begin and end with. */
function renamedAt({ text, end: limit }: Stretch, run: WordRun, renames: Renames): RenamedSpan | undefined {
  const { start, end, after } = run;
  let from = start;
  while (from > Math.max(after, start - 2) && /[-_]/.test(text[from - 1]!)) from--;
  let to = end;
  while (to < Math.min(limit, end + 2) && /[-_=]/.test(text[to]!)) to++;
  for (let first = from; first <= start; first++) {
    for (let last = to; last >= end; last--) {
      const word = text.slice(first, last);
      if (!renames.isName(word)) continue;
      const [value] = namesThere(text, { start: first, end: last }, renames);
      // What a token says is looked into.
      if (value !== undefined && !isJwt(word)) return { start: first, end: last, value };
    }
  }
  return undefined;
}

/** What a value may be now where it stands in a text. */
function namesThere(text: string, { start, end }: Omit<Stretch, 'text'>, renames: Renames): readonly string[] {
  const word = text.slice(start, end);
  if (mayBeRenamed(text, start, end)) return renames.freshOf(word, pathBefore(text, start));
  const thing = thingBefore(text, start, end);
  return thing ? renames.freshOfThing(word, thing) : [];
}

/**
 * A value that could occur by accident is only renamed as a segment or parameter of a URL, or after a number sign; else
 * behind the thing that it identifies.
 */
function mayBeRenamed(text: string, start: number, end: number): boolean {
  if (isDistinctive(text.slice(start, end))) return true;
  const next = text[end] ?? '';
  return /[/=#]/.test(text[start - 1] ?? '') && (next === '' || /[/?&#;,"'>\s]/.test(next));
}

/** `order 17` in a sentence: the thing that a number behind it may identify. */
function thingBefore(text: string, start: number, end: number): ValuePath | undefined {
  const before = text.slice(Math.max(0, start - maxNameLength), start);
  const word = /(?<![\p{L}\p{N}])(\p{L}{3,}) $/u.exec(before)?.[1];
  return word !== undefined && /^(?:[.,]?(?:\s|$)|[:;!?)"'<])/.test(text.slice(end, end + 2))
    ? [word, 'id']
    : undefined;
}

/**
 * What stands before a value in a text: `/orders/` and `Order #` are the path of an order's identifier, `orderId=` and
 * `orderId: ` that of a field.
 */
export function pathBefore(text: string, start: number): ValuePath {
  const before = text.slice(Math.max(0, start - maxNameLength), start);
  const thing = /(\p{L}+) #$/u.exec(before)?.[1];
  if (thing !== undefined) return pathBehind(thing);
  const [, name, sign] = /([^\s/?#&=;,:"'<>]+)(?:([/=])|["']?:\s?)["']?$/.exec(before) ?? [];
  if (name === undefined) return [];
  return sign === '/' ? pathBehind(name) : [name];
}

/** The nearest key, which says what a value is. */
export function nameIn(path: ValuePath): string {
  return path.findLast((key) => typeof key === 'string') ?? '';
}
