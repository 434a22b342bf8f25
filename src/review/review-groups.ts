import { type Cluster, clustersOf, isConsequence } from '../model/cluster.ts';
import type { Check } from '../model/run.ts';
import type { Difference, Verdict } from '../model/verdict.ts';
import { type Decision, type ReviewState, differenceKey, needsDecision } from './fold.ts';

/** One check of a group, with what of it belongs there. */
export interface GroupItem {
  readonly check: Check;
  /** Empty where there was no answer to compare. */
  readonly differences: readonly Difference[];
}

/** What is decided at once: a cluster, or the checks of one verdict that have no differences (not sent, no answer). */
export interface ReviewGroup {
  /** Signature of the cluster, or the verdict. */
  readonly key: string;
  readonly severity: Verdict;
  readonly cluster: Cluster | undefined;
  /** One per check, in recorded order. */
  readonly items: readonly GroupItem[];
  /** All of its checks follow from others. */
  readonly standing: 'own' | 'consequence';
}

/** Worst first; `missing` after what may have caused it: the order in which a person wants to hear about them. */
export const verdictsWorstFirst: readonly Verdict[] = [
  'failed',
  'broken',
  'unexpected',
  'changed',
  'missing',
  'added',
  'equivalent',
  'same',
];

/** Everything there is to decide about a run: what has a cause of its own first, then the worst, then the largest. */
export function reviewGroups(checks: readonly Check[]): ReviewGroup[] {
  const clusters = clustersOf(checks).map((cluster): ReviewGroup => {
    const byCheck = Map.groupBy(cluster.members, ({ check }) => check);
    return {
      key: cluster.signature,
      severity: cluster.severity,
      cluster,
      items: Array.from(byCheck, ([check, members]) => ({
        check,
        differences: members.map(({ difference }) => difference),
      })),
      standing: isConsequence(cluster) ? 'consequence' : 'own',
    };
  });
  const silent = checks.filter(
    (check) => needsDecision(check) && check.differences.every(({ severity }) => severity === 'equivalent'),
  );
  const answerless = Array.from(
    Map.groupBy(silent, ({ verdict }) => verdict),
    ([verdict, members]): ReviewGroup => ({
      key: verdict,
      severity: verdict,
      cluster: undefined,
      items: members.map((check) => ({ check, differences: [] })),
      standing: members.every(({ cause }) => cause !== undefined) ? 'consequence' : 'own',
    }),
  );
  return [...clusters, ...answerless].sort(compareGroups);
}

function compareGroups(a: ReviewGroup, b: ReviewGroup): number {
  const follows = ({ standing }: ReviewGroup): number => Number(standing === 'consequence');
  return follows(a) - follows(b) || verdictsWorstFirst.indexOf(a.severity) - verdictsWorstFirst.indexOf(b.severity);
}

/** Where the review of one item stands; rejected when any of its differences is. */
export function itemDecision({ check, differences }: GroupItem, state: ReviewState): Decision {
  const review = state.checks.get(check.id);
  if (!review) return 'undecided';
  if (differences.length === 0) return review.decision;
  const decisions = differences.map((one) => review.differences.get(differenceKey(one))?.decision);
  if (decisions.includes('rejected')) return 'rejected';
  return decisions.includes(undefined) ? 'undecided' : 'accepted';
}

/** Of a group: undecided while any of its items is. */
export function groupDecision({ items }: ReviewGroup, state: ReviewState): Decision {
  const decisions = new Set(items.map((item) => itemDecision(item, state)));
  if (decisions.has('undecided')) return 'undecided';
  return decisions.has('rejected') ? 'rejected' : 'accepted';
}

/** What a decision on a group names: whole checks where nothing else of them is open, else single differences. */
export function groupTargets({ items }: ReviewGroup): { readonly checkId: number; readonly difference?: string }[] {
  return items.flatMap(({ check, differences }) => {
    const open = check.differences.filter(({ severity }) => severity !== 'equivalent');
    if (open.length === differences.length) return [{ checkId: check.id }];
    return differences.map((one) => ({ checkId: check.id, difference: differenceKey(one) }));
  });
}
