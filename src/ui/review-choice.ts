import type { Check } from '../model/run.ts';
import { type ReviewState, differenceKey, needsDecision } from '../review/fold.ts';
import { type ListedCheck, listFolded } from '../review/folded-checks.ts';
import { type GroupItem, type ReviewGroup, itemDecision, reviewGroups } from '../review/review-groups.ts';

/** What a URL asks to see. */
export interface ReviewQuery {
  readonly list?: string | undefined;
  readonly cluster?: string | undefined;
  readonly check?: number | undefined;
  readonly difference?: string | undefined;
}

/** What the page shows: the list at its side, what is chosen in it, and the difference in focus. */
export interface ReviewChoice {
  readonly groups: readonly ReviewGroup[];
  /** To be decided, worst first, what follows beneath its cause; and the one in view even when it is none of them. */
  readonly listed: readonly ListedCheck[];
  /** Undefined: the list is that of the checks. */
  readonly group: ReviewGroup | undefined;
  readonly check: Check | undefined;
  /** As `part:path`. */
  readonly difference: string | undefined;
}

/** Clusters come first; a check asked for without a cluster is shown among the checks. */
export function chooseInReview(all: readonly Check[], state: ReviewState, query: ReviewQuery): ReviewChoice {
  const groups = reviewGroups(all);
  const listed = listFolded(all.filter((check) => needsDecision(check) || check.id === query.check));
  const asksForChecks = query.list === 'checks' || (query.cluster === undefined && query.check !== undefined);
  const group = asksForChecks
    ? undefined
    : (groups.find(({ key }) => key === query.cluster) ?? nextOpenGroup(groups, state, undefined) ?? groups[0]);
  if (!group) {
    const checks = listed.map(({ check }) => check);
    const check = checks.find(({ id }) => id === query.check) ?? nextOpenCheck(checks, state, undefined) ?? checks[0];
    return { groups, listed, group, check, difference: query.difference };
  }
  const asked = group.items.find(({ check }) => check.id === query.check);
  const item = asked ?? nextOpenItem(group, state, undefined) ?? group.items[0]!;
  const [first] = item.differences;
  const difference = query.difference ?? (first && differenceKey(first));
  return { groups, listed, group, check: item.check, difference };
}

/** The first undecided check after one, from the top again when the end is reached. */
export function nextOpenCheck(
  checks: readonly Check[],
  state: ReviewState,
  after: number | undefined,
): Check | undefined {
  return nextOf(
    checks,
    checks.findIndex(({ id }) => id === after),
    ({ id }) => state.checks.get(id)?.decision === 'undecided',
  );
}

/** The same of the items of a group. */
export function nextOpenItem(
  { items }: ReviewGroup,
  state: ReviewState,
  after: number | undefined,
): GroupItem | undefined {
  return nextOf(
    items,
    items.findIndex(({ check }) => check.id === after),
    (item) => itemDecision(item, state) === 'undecided',
  );
}

/** The same of the groups. */
export function nextOpenGroup(
  groups: readonly ReviewGroup[],
  state: ReviewState,
  after: string | undefined,
): ReviewGroup | undefined {
  return nextOf(
    groups,
    groups.findIndex(({ key }) => key === after),
    (group) => nextOpenItem(group, state, undefined) !== undefined,
  );
}

function nextOf<T>(all: readonly T[], after: number, isOpen: (one: T) => boolean): T | undefined {
  return all.slice(after + 1).find(isOpen) ?? all.find(isOpen);
}
