import { epochTimestamp, parseTimestamp } from '../model/volatile.ts';
import type { MomentPair } from '../compare/renames.ts';
import { type Sighting, type Site, sightingWords } from './sighting.ts';

interface SeenMoment extends Sighting {
  readonly fresh: string;
}

/**
 * Which moment of the run stands for a recorded one, by the name of the field. What is stored says the same time in
 * every answer; a time that becomes another with every answer is made anew. Two moments may share a text of
 * milliseconds by accident, but then they were made in two exchanges that ran at once or in one: then those of the run
 * are no further apart than that one took.
 */
export class Moments {
  readonly #seen = new Map<string, SeenMoment[]>();

  isKnown({ name, baseline, fresh }: MomentPair): boolean {
    return this.#seen.get(keyOf(name, baseline))?.some((seen) => seen.fresh === fresh) ?? false;
  }

  /** Words for the contradiction, or the way to take it back when there is none; undefined when it was known. */
  join({ name, baseline, fresh, place, isExact }: MomentPair, site: Site): string | (() => void) | undefined {
    const key = keyOf(name, baseline);
    const seen = this.#seen.get(key);
    if (!seen) {
      this.#seen.set(copyOf(key), [{ fresh: copyOf(fresh), site, place }]);
      return () => this.#seen.delete(key);
    }
    if (seen.some((one) => one.fresh === fresh)) return undefined;
    const other = isExact ? seen.find((one) => !mayBeTwo(one, fresh, site)) : undefined;
    if (other) {
      return `${baseline} has been ${other.fresh} since ${sightingWords(other, site)}; here it is ${fresh}`;
    }
    seen.push({ fresh: copyOf(fresh), site, place });
    return () => seen.pop();
  }
}

function keyOf(name: string, baseline: string): string {
  return `${name} ${baseline}`;
}

/** May the recorded moment be two that fell into one millisecond? */
function mayBeTwo(seen: SeenMoment, fresh: string, site: Site): boolean {
  if (ranAtOnce(seen.site, site)) return true;
  const [first, second] = [seen.fresh, fresh].map((text) => parseTimestamp(text) ?? epochTimestamp(text));
  return first !== undefined && second !== undefined && Math.abs(first.fromMs - second.fromMs) <= seen.site.freshMs;
}

function ranAtOnce(a: Site, b: Site): boolean {
  return a.position === b.position || (a.startedAt <= b.endedAt && b.startedAt <= a.endedAt);
}

/** A piece of a text holds the whole text in memory; a copy does not. */
export function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
