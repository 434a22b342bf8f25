import type { Check } from '../model/run.ts';
import { verdictsWorstFirst } from './review-groups.ts';

/** Worst verdict first, in recorded order among equals. */
function worstFirst(a: Check, b: Check): number {
  return verdictRank(a) - verdictRank(b) || a.position - b.position;
}

function verdictRank({ verdict }: Check): number {
  return verdictsWorstFirst.indexOf(verdict);
}

/** A check, and those of the list that follow from it. */
interface FoldedCheck {
  readonly check: Check;
  readonly followers: readonly Check[];
}

/** Checks with what follows from them beneath, worst first: a cause is as bad as the worst that follows from it. */
function foldChecks(checks: readonly Check[]): FoldedCheck[] {
  const addresses = new Set(checks.map(({ address }) => address));
  const isFollower = ({ cause }: Check): boolean => cause !== undefined && addresses.has(cause);
  const followers = Map.groupBy(checks.filter(isFollower), ({ cause }) => cause!);
  return checks
    .filter((check) => !isFollower(check))
    .map((check): FoldedCheck => ({ check, followers: (followers.get(check.address) ?? []).toSorted(worstFirst) }))
    .sort((a, b) => worstRank(a) - worstRank(b) || a.check.position - b.check.position);
}

function worstRank({ check, followers: [worst] }: FoldedCheck): number {
  return Math.min(verdictRank(check), worst ? verdictRank(worst) : Infinity);
}

/** A check in a list: on its own, or beneath the one that it follows from. */
export interface ListedCheck {
  readonly check: Check;
  readonly standing: 'own' | 'follower';
}

/** The same as one list. */
export function listFolded(checks: readonly Check[]): ListedCheck[] {
  return foldChecks(checks).flatMap(({ check, followers }): ListedCheck[] => [
    { check, standing: 'own' },
    ...followers.map((follower): ListedCheck => ({ check: follower, standing: 'follower' })),
  ]);
}
