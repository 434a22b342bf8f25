import type { Check, ReviewEvent } from '../model/run.ts';
import type { Difference } from '../model/verdict.ts';

export type Decision = 'accepted' | 'rejected' | 'undecided';

/** What was decided, and by which event. */
export interface Decided {
  readonly decision: 'accepted' | 'rejected';
  /** Id of the event in force: what an `undo` takes back. */
  readonly eventId: number;
  /** The difference the event named; undefined when it was about the whole check. */
  readonly difference?: string;
  readonly by: string;
  readonly at: number;
  readonly note?: string;
}

/** Where the review of one check stands. */
export interface CheckReview {
  readonly checkId: number;
  /**
   * Rejected when any difference is; accepted when every difference that counts is (all `broken` and `changed` ones;
   * where there are none, all `added` ones); else undecided.
   */
  readonly decision: Decision;
  /** The newest event in force on this check or one of its differences. */
  readonly latest?: Decided;
  /** Decision in force per difference, by `differenceKey`; differences not in the map are undecided. */
  readonly differences: ReadonlyMap<string, Decided>;
}

export interface ReviewState {
  /** One entry per check that has something to decide, by check id. */
  readonly checks: ReadonlyMap<number, CheckReview>;
  readonly accepted: number;
  readonly rejected: number;
  readonly undecided: number;
  /** Id of the event that an unqualified "undo" takes back, undefined when nothing is left to undo. */
  readonly undoable?: number;
  /** Id of the undo event that "redo" takes back: the newest undo of a decision, while nothing was decided after it. */
  readonly redoable?: number;
}

/** `part:path`: what a review event names a difference by. */
export function differenceKey(difference: Pick<Difference, 'part' | 'path'>): string {
  return `${difference.part}:${difference.path}`;
}

/**
 * The state of a review from its events, in any order, and the run's checks. An undo takes one event out of force, an
 * undo of an undo puts it back; events of one batch go and come back together. Of the events left in force on a
 * difference (its own or its check's) the newest counts.
 */
export function foldReview(events: readonly ReviewEvent[], checks: readonly Check[]): ReviewState {
  const ordered = events.toSorted((a, b) => a.id - b.id);
  const inForce = eventsInForce(ordered);
  const byCheck = Map.groupBy(
    ordered.filter((event) => event.action !== 'undo' && inForce.has(event.id)),
    (event) => event.checkId,
  );
  const reviews = checks.filter(needsDecision).map((check) => reviewOf(check, byCheck.get(check.id) ?? []));
  const count = (decision: Decision): number => reviews.filter((review) => review.decision === decision).length;
  const undoable = ordered.findLast((event) => event.action !== 'undo' && inForce.has(event.id))?.id;
  const redoable = redoOf(ordered, inForce);
  return {
    checks: new Map(reviews.map((review) => [review.checkId, review])),
    accepted: count('accepted'),
    rejected: count('rejected'),
    undecided: count('undecided'),
    ...(undoable === undefined ? {} : { undoable }),
    ...(redoable === undefined ? {} : { redoable }),
  };
}

/** Is there anything for a person to decide? What is the same, or explained, passes by itself. */
export function needsDecision(check: Check): boolean {
  return check.verdict !== 'same' && check.verdict !== 'equivalent';
}

/** Later events can only take back earlier ones, so one walk from the newest decides each in its turn. */
function eventsInForce(ordered: readonly ReviewEvent[]): Set<number> {
  const batches = new Map(ordered.map((event) => [event.id, batchOf(event)]));
  const undone = new Set<number>();
  const inForce = new Set<number>();
  for (const event of ordered.toReversed()) {
    if (undone.has(batchOf(event))) continue;
    inForce.add(event.id);
    const { action, undoes } = event;
    if (action === 'undo' && undoes !== undefined && undoes < event.id) undone.add(batches.get(undoes) ?? undoes);
  }
  return inForce;
}

/** The id of the first event of its decision. */
function batchOf({ id, batch }: ReviewEvent): number {
  return batch ?? id;
}

/** The newest undo in force of a decision, unless something was decided after it. */
function redoOf(ordered: readonly ReviewEvent[], inForce: ReadonlySet<number>): number | undefined {
  const decisions = new Set(ordered.filter((event) => event.action !== 'undo').map((event) => event.id));
  const newestDecision = Math.max(0, ...decisions);
  return ordered.findLast((event) => {
    const undoesDecision = event.action === 'undo' && event.undoes !== undefined && decisions.has(event.undoes);
    return undoesDecision && inForce.has(event.id) && event.id > newestDecision;
  })?.id;
}

/** The differences whose acceptance makes the whole check accepted. */
function countingDifferences(check: Check): readonly Difference[] {
  const failing = check.differences.filter(({ severity }) => severity === 'broken' || severity === 'changed');
  return failing.length > 0 ? failing : check.differences.filter(({ severity }) => severity === 'added');
}

function reviewOf(check: Check, events: readonly ReviewEvent[]): CheckReview {
  const differences = new Map<string, Decided>();
  // A decision on a cluster is an event for each of thousands of differences: they are gone through once.
  const newest = new Map(events.map((event) => [event.difference, event]));
  const whole = newest.get(undefined);
  for (const difference of check.differences) {
    const key = differenceKey(difference);
    const own = newest.get(key);
    const event = own && (!whole || own.id > whole.id) ? own : whole;
    if (event) differences.set(key, decidedBy(event));
  }
  const latest = events.at(-1);
  return {
    checkId: check.id,
    decision: decisionOf(check, differences, whole && decidedBy(whole)),
    ...(latest ? { latest: decidedBy(latest) } : {}),
    differences,
  };
}

function decisionOf(check: Check, differences: ReadonlyMap<string, Decided>, whole: Decided | undefined): Decision {
  const counting = countingDifferences(check);
  // `missing` and `failed` have no differences: only the check itself can be decided.
  if (counting.length === 0) return whole?.decision ?? 'undecided';
  if ([...differences.values()].some(({ decision }) => decision === 'rejected')) return 'rejected';
  const allAccepted = counting.every((one) => differences.get(differenceKey(one))?.decision === 'accepted');
  return allAccepted ? 'accepted' : 'undecided';
}

function decidedBy(event: ReviewEvent): Decided {
  return {
    decision: event.action === 'reject' ? 'rejected' : 'accepted',
    eventId: event.id,
    ...(event.difference === undefined ? {} : { difference: event.difference }),
    by: event.author,
    at: event.at,
    ...(event.note === undefined ? {} : { note: event.note }),
  };
}
