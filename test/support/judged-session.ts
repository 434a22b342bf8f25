import { type Comparable, compareOutcomes } from '../../src/compare/compare-outcomes.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { RenamesAt } from '../../src/suite/renames-at.ts';
import { Renaming } from '../../src/suite/renaming.ts';
import { freshAt, response, type ResponseParts, siteAt } from './comparable.ts';

/** One exchange: what was recorded, and what the run got. */
export interface JudgedPair {
  readonly target?: string;
  readonly baseline: ResponseParts;
  readonly fresh: ResponseParts;
}

/** Between two exchanges of a session; each takes 40 ms. */
export const stepMs = 1000;

/** When the run began: a time of day at which no person and no zone moves a date. */
export const runAt = freshAt + 3_723_000;

/** The differences of a session's exchanges, judged in order under one renaming. */
export function judgeAll(pairs: readonly JudgedPair[], renaming = new Renaming()): Difference[][] {
  return pairs.map(({ target = '/', baseline, fresh }, position) => {
    const site = siteAt(position, target);
    const since = siteAt(0).startedAt;
    const side = (parts: ResponseParts, sinceMs: number, capturedAt: number): Comparable => ({
      ...response({ ...parts, capturedAt }),
      sinceMs,
    });
    return compareOutcomes(side(baseline, since, site.startedAt), side(fresh, runAt, runAt + position * stepMs), {
      renames: new RenamesAt(renaming, [], site),
    });
  });
}

/** `0 body /id changed: note` for everything that is not explained. */
export function findings(judged: readonly (readonly Difference[])[]): string[] {
  return judged.flatMap((differences, position) =>
    differences
      .filter(({ severity }) => severity !== 'equivalent')
      .map(
        ({ part, path, severity, note }) =>
          `${position} ${part} ${path} ${severity}${note === undefined ? '' : `: ${note}`}`,
      ),
  );
}

/** JSON bodies of both sides. */
export function jsonPair(baseline: unknown, fresh: unknown, target = '/'): JudgedPair {
  return { target, baseline: { body: JSON.stringify(baseline) }, fresh: { body: JSON.stringify(fresh) } };
}
