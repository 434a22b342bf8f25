import type { CompareRule } from './compare-rule.ts';
import type { Difference, Severity } from './verdict.ts';

/** How many fields of answers rules hide. */
export interface FieldCounts {
  /** All that are compared. */
  readonly fields: number;
  /** Of these: nothing is checked. */
  readonly ignored: number;
  /** Of these: may change within what a rule says. */
  readonly loosened: number;
}

/** How much was looked at, of how much there is. */
export interface Sample {
  readonly looked: number;
  readonly of: number;
}

/** A difference of a past run that a rule hides. */
export interface HiddenDifference {
  readonly run: number;
  /** `cassette:session/position`. */
  readonly address: string;
  readonly method: string;
  readonly target: string;
  /** As it would be without the rule. */
  readonly severity: Severity;
  readonly difference: Pick<Difference, 'part' | 'path' | 'kind' | 'before' | 'after'>;
}

export interface HiddenPast {
  /** Past checks that differed and that the rule is about, as far as they were looked at. */
  readonly asked: number;
  readonly differences: number;
  readonly bySeverity: Readonly<Record<Exclude<Severity, 'equivalent'>, number>>;
  readonly checks: number;
  readonly runs: number;
  /** The same by run, the newest first; only runs with any. */
  readonly perRun: readonly { readonly run: number; readonly differences: number; readonly broken: number }[];
  /** The worst first, then the newest. */
  readonly samples: readonly HiddenDifference[];
}

/** What one rule hides, whatever others do. */
export interface RuleBlindSpot {
  readonly name: string;
  readonly rule: CompareRule;
  /** Answers that it is about, of those looked at. */
  readonly answers: number;
  /** Of these: have what it speaks of. */
  readonly touched: number;
  /** In these answers. */
  readonly inScope: FieldCounts;
  readonly past: HiddenPast;
}

/** What rules hide of a cassette, and have hidden or would have hidden in past runs. */
export interface BlindSpots {
  /** In the order of the rules. */
  readonly rules: readonly RuleBlindSpot[];
  /** What all of them hide together, of all answers looked at. */
  readonly together: FieldCounts;
  readonly answers: Sample;
  /** Past checks that differ. */
  readonly checks: Sample;
}

/** How much of what a run compared its rules hide, held against what they may hide. Shares from 0 to 1. */
export interface BlindSpotBudget {
  readonly most: number;
  readonly share: number;
  readonly counts: FieldCounts;
  /** What single rules hide of all fields, those that hide most first. */
  readonly rules: readonly { readonly name: string; readonly share: number }[];
}

/** A field that may still change within what a rule says counts as half hidden: less than this is checked of it. */
const loosenedWeight = 0.5;

/** The share of fields that is hidden, from 0 to 1. */
export function hiddenShare({ fields, ignored, loosened }: FieldCounts): number {
  return fields === 0 ? 0 : (ignored + loosened * loosenedWeight) / fields;
}

/** `4.1 %`, `23 %`, `0 %`; never 0 for what is more, nor 100 for what is less. */
export function formatShare(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`;
  const percent = share * 100;
  if (percent < 0.1) return 'less than 0.1 %';
  if (percent > 99.9) return 'more than 99.9 %';
  return `${percent < 9.95 ? percent.toFixed(1) : percent > 99 ? percent.toFixed(1) : Math.round(percent)} %`;
}

export function isOverBudget(budget: BlindSpotBudget | undefined): boolean {
  return budget !== undefined && budget.share > budget.most;
}
