import { formatCompareRuleLine } from '../model/compare-rule-grammar.ts';
import { compileCompareRules } from '../model/compare-rule-set.ts';
import type { CalibrationEvidence, CompareRule, StoredCompareRule } from '../model/compare-rule.ts';
import { originForm } from '../model/target.ts';
import { countComparable, type NoisyPlace, type RepeatedAnswer } from './noise.ts';

/** A rule learned from repeats is forgotten when this many calibrations in a row did not see its place differ. */
export const forgottenAfter = 3;

/** A rule that repeats have shown to be needed, and how often. */
export interface LearnedRule {
  /** Undefined: it is not in the cassette yet. */
  readonly id?: number;
  readonly rule: CompareRule;
  readonly evidence: CalibrationEvidence;
}

/** One that an earlier calibration has left. */
export interface KnownRule extends LearnedRule {
  readonly id: number;
}

/** What a calibration changes in the rules that earlier ones have left. */
export interface CalibrationChanges {
  readonly learned: readonly LearnedRule[];
  /** Known ones that were seen to differ again. */
  readonly again: readonly KnownRule[];
  /** Known ones whose place was there and did not differ. */
  readonly unseen: readonly KnownRule[];
  /** Known ones that have not been seen for too long, or that a new rule about the same place replaces. */
  readonly forgotten: readonly KnownRule[];
}

/**
 * Adds up what repeats have shown with what earlier calibrations have. A known rule whose place could not be seen this
 * time (its requests were not sent, its field not there) stays as it is.
 */
export function mergeCalibration(
  known: readonly StoredCompareRule[],
  noise: readonly NoisyPlace[],
  answers: readonly RepeatedAnswer[],
): CalibrationChanges {
  const found = new Map<string, LearnedRule>();
  for (const { rule, differed, compared } of noise) {
    if (!rule) continue;
    const line = formatCompareRuleLine(rule);
    const before = found.get(line)?.evidence;
    // Pieces of one header are one place.
    const all = Math.max(compared, before?.compared ?? 0);
    const some = Math.min(all, Math.max(differed, before?.differed ?? 0));
    found.set(line, { rule, evidence: { differed: some, compared: all, unseen: 0 } });
  }
  const places = new Set(Array.from(found.values(), ({ rule }) => placeOf(rule)));
  const seenAgain: KnownRule[] = [];
  const unseen: KnownRule[] = [];
  const forgotten: KnownRule[] = [];
  for (const { id, rule, evidence } of known) {
    if (evidence === undefined) continue;
    const line = formatCompareRuleLine(rule);
    const again = found.get(line);
    if (again) {
      const { differed, compared } = again.evidence;
      const sum = { differed: evidence.differed + differed, compared: evidence.compared + compared, unseen: 0 };
      seenAgain.push({ id, rule, evidence: sum });
      found.delete(line);
    } else if (places.has(placeOf(rule))) {
      forgotten.push({ id, rule, evidence });
    } else {
      const compared = comparable(rule, answers);
      if (compared === 0) continue;
      const aged = { ...evidence, compared: evidence.compared + compared, unseen: evidence.unseen + 1 };
      (aged.unseen >= forgottenAfter ? forgotten : unseen).push({ id, rule, evidence: aged });
    }
  }
  return { learned: [...found.values()], again: seenAgain, unseen, forgotten };
}

/** Rules about one place of the same requests: only one of them can be right. The order of an array is one of its own. */
function placeOf({ scope, place, matcher }: CompareRule): string {
  return JSON.stringify([scope, place, matcher.kind === 'unordered']);
}

function comparable(rule: CompareRule, answers: readonly RepeatedAnswer[]): number {
  const { rulesFor } = compileCompareRules([{ name: '', rule }]);
  const isInScope = ({ check: { method, target }, server }: RepeatedAnswer): boolean =>
    rulesFor({ method, path: originForm(target), server }).length > 0;
  return countComparable(answers, rule, isInScope);
}

/**
 * In how many of 100 pairs of answers the place differs at least, with 95 % confidence: the lower bound of Wilson's score
 * interval (1927), which does not take 2 of 2 for always.
 */
export function atLeastPercent({ differed, compared }: CalibrationEvidence): number {
  if (compared === 0) return 0;
  const z = 1.96;
  const share = differed / compared;
  const middle = share + (z * z) / (2 * compared);
  const spread = z * Math.sqrt((share * (1 - share)) / compared + (z * z) / (4 * compared * compared));
  return Math.max(0, Math.floor((100 * (middle - spread)) / (1 + (z * z) / compared)));
}
