import type { Timestamp } from '../model/volatile.ts';

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

/** A moment that both sides tell and that is explained, such as the `Date` of both: others may be told from there. */
export interface Anchor {
  readonly baselineMs: number;
  readonly freshMs: number;
}

/** Clocks of servers and of this machine may disagree by this much, and seconds are cut off. */
export const clockToleranceMs = 5000;

/** Timestamps and windows coarser than this say too little for a rule about offsets. */
const maxOffsetWidthMs = 10_000;

/** Servers cut offsets to whole seconds; two readings of one offset differ by no more than that. */
const offsetSlackMs = 1000;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * The clock of one exchange: what the time of the recording is in the run. A timestamp that differs is explained when,
 * in the same notation,
 * - each lies inside its own side's capture window (start of the session or run to the end of the response, ±5 s); one
 *   that names no zone, in any one zone;
 * - or both lie equally far (to 1 s) behind a moment that is explained, such as `Date` or `iat`, as an expiry does;
 * - or both lie the same whole number of minutes behind their exchanges (to 1 s): a fixed date would have to move by
 *   exactly the time between the two captures to pass;
 * - or it moved by the time between the two captures (±5 s and what the exchanges took; to 1 s when it lies ahead), where
 *   a fixed date could not have: neither is it on the minute nor that time a whole number of hours, the amounts by which
 *   people and faulty zones move dates.
 * Nothing about offsets is explained when the timestamp or the window is coarser than 10 s.
 */
export class Clock {
  readonly #baseline: CaptureWindow;
  readonly #fresh: CaptureWindow;
  readonly #anchors: readonly Anchor[];

  constructor(baseline: CaptureWindow, fresh: CaptureWindow, anchors: readonly Anchor[] = []) {
    this.#baseline = baseline;
    this.#fresh = fresh;
    this.#anchors = anchors;
  }

  with(anchor: Anchor): Clock {
    return new Clock(this.#baseline, this.#fresh, [...this.#anchors, anchor]);
  }

  explains(before: Timestamp, after: Timestamp): boolean {
    if (before.form !== after.form) return false;
    const isRecent = isWithin(before, this.#baseline);
    if (isRecent && isWithin(after, this.#fresh)) return true;
    const isCoarse = widthOf(before) > offsetSlackMs;
    if (!isCoarse && this.#anchors.some((anchor) => isAsFarBehind(before, after, anchor))) return true;
    if (isRecent) return false;
    if (before.isLocal && this.#sameZone(before, after)) return true;
    if (isCoarse) return false;
    const first = offsetRange(before, this.#baseline);
    const second = offsetRange(after, this.#fresh);
    if (Math.max(first.to - first.from, second.to - second.from) > maxOffsetWidthMs) return false;
    const from = Math.max(first.from, second.from) - offsetSlackMs;
    const to = Math.min(first.to, second.to) + offsetSlackMs;
    if (from <= to && from > clockToleranceMs && Math.floor(to / minuteMs) * minuteMs >= from) return true;
    const isAhead = first.from > clockToleranceMs;
    return this.#movedAlong(before, after, isAhead ? offsetSlackMs : clockToleranceMs);
  }

  /** Was this moment of the baseline one of its own session? */
  isRecent(before: Timestamp): boolean {
    return isWithin(before, this.#baseline);
  }

  /** Why a timestamp is a finding, in words: `moved by 3 d, the run by 1 d`. None where no time has passed. */
  drift(before: Timestamp, after: Timestamp): string | undefined {
    if (before.form !== after.form) return undefined;
    const moved = after.fromMs - before.fromMs;
    const shift = this.#fresh.startMs - this.#baseline.startMs;
    if (Math.abs(shift) <= clockToleranceMs) return undefined;
    const words = (units?: number): readonly string[] => [durationWords(moved, units), durationWords(shift, units)];
    const short = words();
    const [first, second] = short[0] === short[1] ? words(units.length) : short;
    return `moved by ${first}, the run by ${second}`;
  }

  #movedAlong(before: Timestamp, after: Timestamp, toleranceMs: number): boolean {
    if (before.fromMs % minuteMs === 0) return false;
    const least = this.#fresh.startMs - this.#baseline.endMs - toleranceMs;
    const most = this.#fresh.endMs - this.#baseline.startMs + toleranceMs;
    if (Math.floor(most / hourMs) * hourMs >= least) return false;
    const moved = after.fromMs - before.fromMs;
    return moved >= least && moved <= most;
  }

  /** Is there a zone in which each lies inside its own window? */
  #sameZone(before: Timestamp, after: Timestamp): boolean {
    return zoneOffsetsMs.some(
      (offset) => isWithin(inZone(before, offset), this.#baseline) && isWithin(inZone(after, offset), this.#fresh),
    );
  }
}

/** The zones of the world, from UTC−12 to UTC+14 in quarters of an hour. */
const zoneOffsetsMs = Array.from({ length: 26 * 4 + 1 }, (_, i) => (i - 48) * 15 * minuteMs);

function inZone({ fromMs, toMs, form }: Timestamp, offsetMs: number): Timestamp {
  return { fromMs: fromMs - offsetMs, toMs: toMs - offsetMs, form };
}

function isWithin(timestamp: Timestamp, { startMs, endMs, sinceMs = startMs }: CaptureWindow): boolean {
  return timestamp.fromMs - endMs <= clockToleranceMs && timestamp.toMs - sinceMs >= -clockToleranceMs;
}

function widthOf({ fromMs, toMs }: Timestamp): number {
  return toMs - fromMs + 1;
}

/** An anchor that did not move explains nothing: then the other must not have moved either. */
function isAsFarBehind(before: Timestamp, after: Timestamp, { baselineMs, freshMs }: Anchor): boolean {
  const first = before.fromMs - baselineMs;
  const second = after.fromMs - freshMs;
  return baselineMs !== freshMs && first > -offsetSlackMs && Math.abs(first - second) <= offsetSlackMs;
}

/** How far after its capture window a timestamp may lie: at least `from`, at most `to` ms. */
function offsetRange(timestamp: Timestamp, window: CaptureWindow): { readonly from: number; readonly to: number } {
  return { from: timestamp.fromMs - window.endMs, to: timestamp.toMs - window.startMs };
}

const units = [
  ['d', 24 * hourMs],
  ['h', hourMs],
  ['min', minuteMs],
  ['s', 1000],
  ['ms', 1],
] as const;

/** The largest units that are not zero: `1 d 7 s`, `-3 h`. */
export function durationWords(ms: number, maxUnits = 2): string {
  let rest = Math.abs(Math.round(ms));
  const parts: string[] = [];
  for (const [name, unit] of units) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0 && parts.length < maxUnits) parts.push(`${count} ${name}`);
  }
  if (parts.length === 0) return '0 s';
  return `${ms < 0 ? '-' : ''}${parts.join(' ')}`;
}

/** Does a note say nothing but what `Clock` says of a time that is a finding? */
export function isClockNote(note: string): boolean {
  return /^moved by [^;]*, the run by [^;]*$/.test(note);
}
