import { isDistinctive, isIdentityName } from '../model/identity.ts';
import type { Renames, ValuePath } from './renames.ts';
import { epochTimestamp, findTimestamps, parseTimestamp, type Timestamp } from '../model/volatile.ts';

/** What makes a difference `equivalent`. */
export type ExplanationRule = 'renaming' | 'clock';

/** What a difference of two values means; `note`: the evidence in words, also why it is a finding all the same. */
export type Explanation =
  | { readonly severity: 'equivalent'; readonly rule: ExplanationRule; readonly note?: string }
  | { readonly severity: 'changed'; readonly note?: string };

/** The stretch of time in which a side was captured, in ms since the epoch. */
export interface CaptureWindow {
  readonly startMs: number;
  readonly endMs: number;
  /**
   * Start of the session or run this belongs to, `startMs` when unknown: what an earlier request of it created carries
   * a time from since then.
   */
  readonly sinceMs?: number;
}

export interface ExplainContext {
  readonly renames: Renames;
  readonly baselineWindow: CaptureWindow;
  readonly freshWindow: CaptureWindow;
}

/** Clocks of servers and of this machine may disagree by this much, and seconds are cut off. */
const clockToleranceMs = 5000;

/** Timestamps and windows coarser than this say too little for a rule about offsets. */
const maxOffsetWidthMs = 10_000;

/** Servers cut offsets to whole seconds; two readings of one offset differ by no more than that. */
const offsetSlackMs = 1000;

const minuteMs = 60_000;

/** Segments and parameters of URLs that name a kind of thing are words. */
const maxNameLength = 64;

/** Where a renamed value stands in a text, and what it is now. */
interface RenamedSpan {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/** A UUID has five words; URLs and texts with more are only compared as a whole. */
const maxRenamedWords = 12;

/**
 * Decides whether a difference between two texts is explained: by the renaming of this run, or by the clock.
 *
 * `renaming`: the fresh text is the baseline text with renamed values replaced. A value counts only where it stands
 * alone between characters that are neither letters nor digits. A value that could occur by accident (a short number,
 * a word) counts only as a whole in a field whose name says identifier, as a segment or parameter of a URL, or as
 * `#17`: otherwise `quantity: 1 → 2` would hide behind an order 1 that is now order 2. Where it stands tells whose
 * identifier it is, so that `customerId: 1 → 2` does not hide there either.
 *
 * `clock`: every timestamp that differs lies, in the same notation, inside its own side's capture window (start of the
 * session or run to the end of the response, ±5 s); one that names no zone, in any one zone. A later timestamp counts
 * too when both lie the same whole number of minutes after their windows (to 1 s), as an expiry does: a fixed date would
 * have to move by exactly the time between the two captures to pass. Offsets that are no whole minutes are not
 * explained, nor are past ones, nor any when the timestamp or the window is coarser than 10 s.
 */
export class Explainer {
  readonly #context: ExplainContext;

  constructor(context: ExplainContext) {
    this.#context = context;
  }

  /** What an array element may be called in this run, by its identity under a key of the elements at a path. */
  namesAt(path: ValuePath): (identity: string, key?: string) => readonly string[] {
    const { renames } = this.#context;
    if (renames.isEmpty) return () => [];
    return (identity, key) => renames.freshOf(identity, key === undefined ? path : [...path, key]);
  }

  /** What it means that two different texts were found at a path. */
  text(before: string, after: string, path: ValuePath): Explanation {
    return explanation(this.#textRule(before, after, path));
  }

  /** The same for two JSON numbers, given as their texts. */
  number(before: string, after: string, path: ValuePath): Explanation {
    return explanation(this.#numberRule(before, after, path));
  }

  #textRule(before: string, after: string, path: ValuePath): ExplanationRule | undefined {
    if (this.#isRenamed(before, after, path)) return 'renaming';
    const first = parseTimestamp(before) ?? epochTimestamp(before);
    const second = parseTimestamp(after) ?? epochTimestamp(after);
    if (first && second) return this.#sameClock(first, second) ? 'clock' : undefined;
    const mapped = this.#renameInside(before);
    if (mapped === after) return 'renaming';
    return this.#sameBesideTimestamps(mapped, after) ? 'clock' : undefined;
  }

  #numberRule(before: string, after: string, path: ValuePath): ExplanationRule | undefined {
    if (this.#isRenamed(before, after, path)) return 'renaming';
    const first = epochTimestamp(before);
    const second = epochTimestamp(after);
    return first && second && this.#sameClock(first, second) ? 'clock' : undefined;
  }

  #isRenamed(before: string, after: string, path: ValuePath): boolean {
    const { renames } = this.#context;
    if (renames.isEmpty || !(isDistinctive(before) || isIdentityName(nameIn(path)))) return false;
    return renames.freshOf(before, path).includes(after);
  }

  /** One pass over the text, whatever the number of renames: at each word, the longest run of words that was renamed. */
  #renameInside(text: string): string {
    if (this.#context.renames.isEmpty) return text;
    const found = [...text.matchAll(words)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
    }));
    let result = '';
    let copied = 0;
    for (let i = 0; i < found.length; i++) {
      const { start } = found[i]!;
      for (let last = Math.min(i + maxRenamedWords, found.length) - 1; last >= i; last--) {
        const renamed = this.#renamedAt(text, start, found[last]!.end, copied);
        if (!renamed) continue;
        result += text.slice(copied, renamed.start) + renamed.value;
        copied = renamed.end;
        i = last;
        break;
      }
    }
    return result + text.slice(copied);
  }

  /** The renamed value from one word to another, with up to two of the signs that base64 values begin and end with. */
  #renamedAt(text: string, start: number, end: number, after: number): RenamedSpan | undefined {
    const { renames } = this.#context;
    let from = start;
    while (from > Math.max(after, start - 2) && /[-_]/.test(text[from - 1]!)) from--;
    let to = end;
    while (to < Math.min(text.length, end + 2) && /[-_=]/.test(text[to]!)) to++;
    for (let first = from; first <= start; first++) {
      for (let last = to; last >= end; last--) {
        const word = text.slice(first, last);
        if (renames.freshOf(word, []).length === 0 || !mayBeRenamed(text, first, last)) continue;
        const [value] = renames.freshOf(word, pathBefore(text, first));
        if (value !== undefined) return { start: first, end: last, value };
      }
    }
    return undefined;
  }

  #sameBesideTimestamps(before: string, after: string): boolean {
    const first = findTimestamps(before);
    const second = findTimestamps(after);
    if (first.length === 0 || first.length !== second.length) return false;
    let beforeAt = 0;
    let afterAt = 0;
    for (const [i, a] of first.entries()) {
      const b = second[i]!;
      if (before.slice(beforeAt, a.start) !== after.slice(afterAt, b.start)) return false;
      const isSame = before.slice(a.start, a.end) === after.slice(b.start, b.end);
      if (!isSame && !this.#sameClock(a.timestamp, b.timestamp)) return false;
      beforeAt = a.end;
      afterAt = b.end;
    }
    return before.slice(beforeAt) === after.slice(afterAt);
  }

  #sameClock(before: Timestamp, after: Timestamp): boolean {
    if (before.form !== after.form) return false;
    const { baselineWindow, freshWindow } = this.#context;
    const first = offsetRange(before, baselineWindow);
    const second = offsetRange(after, freshWindow);
    if (isWithin(before, baselineWindow)) return isWithin(after, freshWindow);
    if (before.isLocal && this.#sameZone(before, after)) return true;
    if (Math.max(first.to - first.from, second.to - second.from) > maxOffsetWidthMs) return false;
    const from = Math.max(first.from, second.from) - offsetSlackMs;
    const to = Math.min(first.to, second.to) + offsetSlackMs;
    return from <= to && from > clockToleranceMs && Math.floor(to / minuteMs) * minuteMs >= from;
  }

  /** Is there a zone in which each lies inside its own window? */
  #sameZone(before: Timestamp, after: Timestamp): boolean {
    const { baselineWindow, freshWindow } = this.#context;
    return zoneOffsetsMs.some(
      (offset) => isWithin(inZone(before, offset), baselineWindow) && isWithin(inZone(after, offset), freshWindow),
    );
  }
}

function explanation(rule: ExplanationRule | undefined): Explanation {
  return rule ? { severity: 'equivalent', rule } : { severity: 'changed' };
}

/** The zones of the world, from UTC−12 to UTC+14 in quarters of an hour. */
const zoneOffsetsMs = Array.from({ length: 26 * 4 + 1 }, (_, i) => (i - 48) * 15 * minuteMs);

function inZone({ fromMs, toMs, form }: Timestamp, offsetMs: number): Timestamp {
  return { fromMs: fromMs - offsetMs, toMs: toMs - offsetMs, form };
}

function isWithin(timestamp: Timestamp, { startMs, endMs, sinceMs = startMs }: CaptureWindow): boolean {
  return timestamp.fromMs - endMs <= clockToleranceMs && timestamp.toMs - sinceMs >= -clockToleranceMs;
}

/** How far after its capture window a timestamp may lie: at least `from`, at most `to` ms. */
function offsetRange(timestamp: Timestamp, window: CaptureWindow): { readonly from: number; readonly to: number } {
  return { from: timestamp.fromMs - window.endMs, to: timestamp.toMs - window.startMs };
}

const words = /[\p{L}\p{N}]+/gu;

/** A value that could occur by accident is only renamed as a segment or parameter of a URL, or after a number sign. */
function mayBeRenamed(text: string, start: number, end: number): boolean {
  if (isDistinctive(text.slice(start, end))) return true;
  const next = text[end] ?? '';
  return /[/=#]/.test(text[start - 1] ?? '') && (next === '' || /[/?&#;,"'>\s]/.test(next));
}

/** What stands before a value in a URL: `/orders/` is the path of an order's identifier, `orderId=` that of a field. */
function pathBefore(text: string, start: number): ValuePath {
  const [, name, sign] = /([^\s/?#&=;,"'<>]+)([/=])$/.exec(text.slice(Math.max(0, start - maxNameLength), start)) ?? [];
  if (name === undefined) return [];
  return sign === '/' ? [name, 'id'] : [name];
}

/** The nearest key, which says what a value is. */
function nameIn(path: ValuePath): string {
  return path.findLast((key) => typeof key === 'string') ?? '';
}
