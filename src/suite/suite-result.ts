import type { Check, Run, VerdictCounts } from '../model/run.ts';
import { type BlindSpotBudget, formatShare, isOverBudget } from '../model/blind-spot.ts';
import { type Difference, type Verdict, isFailing } from '../model/verdict.ts';

/** A recorded exchange that was not judged, and why. */
export interface SkippedExchange {
  readonly address: string;
  readonly method: string;
  readonly target: string;
  readonly reason: string;
}

/** One run over one session: what the reporters report. */
export interface SuiteResult {
  readonly run: Run;
  /** In order of position. */
  readonly checks: readonly Check[];
  /** Recordings that cannot be judged; never left out silently. */
  readonly skipped: readonly SkippedExchange[];
  /** Checks that were not begun because the run stopped early (`--bail`, interruption). */
  readonly notRun: number;
  /** Requests sent only because selected checks build on them (`--grep`), not judged. */
  readonly supporting: number;
  /** Why the recording does not hold all that happened, if so: what is not in it was not checked. */
  readonly incomplete?: string;
  /** How much its rules hide, if that was limited. */
  readonly blindSpot?: BlindSpotBudget;
  /** Do mere additions fail this run? */
  readonly failOn: FailOn;
}

/** From which verdict on a check fails: `changed` and worse, or additions too. */
export type FailOn = 'changed' | 'added';

export function checkFails(check: { readonly verdict: Verdict }, failOn: FailOn): boolean {
  return isFailing(check.verdict, failOn === 'added');
}

/** Every verdict with a count, in the order reports show them. */
export const verdictOrder: readonly Verdict[] = [
  'same',
  'equivalent',
  'added',
  'changed',
  'broken',
  'missing',
  'unexpected',
  'failed',
];

export function countVerdicts(checks: readonly { readonly verdict: Verdict }[]): VerdictCounts {
  const counts = Object.fromEntries(verdictOrder.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const { verdict } of checks) counts[verdict] += 1;
  return counts;
}

/** Differences worth a line each, and the explained ones as a count per rule. */
export function splitDifferences(differences: readonly Difference[]): {
  readonly told: readonly Difference[];
  readonly explained: ReadonlyMap<string, number>;
} {
  const explained = new Map<string, number>();
  for (const { severity, rule = 'unnamed' } of differences) {
    if (severity === 'equivalent') explained.set(rule, (explained.get(rule) ?? 0) + 1);
  }
  return { told: differences.filter(({ severity }) => severity !== 'equivalent'), explained };
}

/** What is said of a blind spot: `rules hide 23 % of 1,204 compared fields, more than 20 %: rule 7 15 %`. */
export function describeBlindSpot(budget: BlindSpotBudget): string {
  const { share, most, counts, rules } = budget;
  const bounds = isOverBudget(budget) ? `more than ${formatShare(most)}` : `${formatShare(most)} are allowed`;
  const largest = rules.slice(0, 3).map((rule) => `${rule.name} ${formatShare(rule.share)}`);
  const rest = rules.length > largest.length ? ` and ${rules.length - largest.length} more` : '';
  const named = largest.length === 0 ? '' : `: ${largest.join(', ')}${rest}`;
  return `rules hide ${formatShare(share)} of ${counts.fields.toLocaleString('en-US')} compared fields, ${bounds}${named}`;
}

/** One difference in one line: `body /price 1999 → 2099`. Values are recorded text: escape before showing. */
export function describeDifference(difference: Difference): string {
  const place = difference.path === '' ? difference.part : `${difference.part} ${difference.path}`;
  const { before, after } = difference;
  if (before === undefined && after === undefined) return `${place} ${difference.kind}`;
  if (before === undefined) return `${place} added: ${after}`;
  if (after === undefined) return `${place} removed: ${before}`;
  return `${place} ${before} → ${after}`;
}
