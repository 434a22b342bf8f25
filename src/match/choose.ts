import { isWrite } from '../model/exchange.ts';
import type { Lane } from './lane.ts';
import {
  type Candidate,
  type CandidateGroup,
  effectOf,
  firstAfterSince,
  firstAtOrAfter,
  groupsOf,
  sinceOf,
  stateOf,
} from './candidate-groups.ts';

export type Sequence = 'epoch' | 'ordered' | 'any';

/** What happens when all recordings of a request were served: a miss, the last of them again, or all from the start. */
export type ExhaustedPolicy = 'miss' | 'last' | 'loop';

/**
 * Ways in which a served recording is less than an exact match. `later-epoch`: a read was answered with a recording made
 * after a write that has not been replayed yet. `earlier-epoch`: with one made before a write that has. `skipped`:
 * `--sequence ordered` passed over recordings nobody asked for. `repeated`: `--exhausted` served one once more.
 */
export type Relaxation = 'later-epoch' | 'earlier-epoch' | 'skipped' | 'repeated';

export type Choice<C extends Candidate> =
  | { readonly kind: 'hit'; readonly candidate: C; readonly relaxations: readonly Relaxation[] }
  /** No recording has this key. */
  | { readonly kind: 'miss'; readonly code: 'unmatched' }
  /** All recordings of this key (of these slots) were served; `last` is the last of them. */
  | { readonly kind: 'miss'; readonly code: 'exhausted'; readonly last: C; readonly recorded: number }
  /** Recordings differ only in redacted values, and the incoming ones fit none or several of them. */
  | { readonly kind: 'miss'; readonly code: 'ambiguous'; readonly between: readonly [C, C]; readonly slot: number }
  /** There are recordings, but none is complete. */
  | { readonly kind: 'miss'; readonly code: 'incomplete'; readonly last: C };

export interface ChooseOptions {
  readonly key: string;
  readonly method: string;
  readonly sequence: Sequence;
  /** `miss` by default. Reads of `--sequence epoch` never run out. */
  readonly exhausted?: ExhaustedPolicy;
  /** Incoming values of the key's masked places, in canonical order. */
  readonly slots: readonly string[];
  /** Pseudonym of a raw value under the project's key, where that key is at hand. */
  readonly pseudonym?: (value: string) => string;
}

/** What would be served. */
export interface Pick<C extends Candidate> {
  readonly choice: Choice<C>;
  /** Serves it: the lane moves on. */
  readonly settle: () => void;
}

/**
 * Chooses the recording to serve and moves the lane on (behaviour.md §5). `candidates` are the recordings of one key by
 * position; hand over the same array each time, what is derived from it is kept with it. Cost: O(log candidates).
 */
export function choose<C extends Candidate>(lane: Lane, candidates: readonly C[], options: ChooseOptions): Choice<C> {
  const { choice, settle } = pickAmong(lane, candidates, options);
  settle();
  return choice;
}

/** The same without moving the lane. */
export function pickAmong<C extends Candidate>(lane: Lane, candidates: readonly C[], options: ChooseOptions): Pick<C> {
  const last = candidates.at(-1);
  if (!last) return miss({ kind: 'miss', code: 'unmatched' });
  const groups = groupsOf(candidates);
  if (groups.all.length === 0) return miss({ kind: 'miss', code: 'incomplete', last });
  const group = groups.fitting(options.slots, options.pseudonym);
  if (!group) return miss({ kind: 'miss', code: 'ambiguous', ...groups.difference() });
  switch (options.sequence) {
    case 'any':
      return { choice: hit(group.recordings[0]!), settle: stay };
    case 'ordered':
      return pickOrdered(lane, group, options.exhausted);
    case 'epoch':
      return (group.recordings[0]!.isWrite ?? isWrite(options.method))
        ? pickWrite(lane, group, options)
        : pickRead(lane, group, options.key);
    default:
      return options.sequence satisfies never;
  }
}

function hit<C extends Candidate>(candidate: C, ...relaxations: Relaxation[]): Choice<C> {
  return { kind: 'hit', candidate, relaxations };
}

const stay = (): void => {};

function miss<C extends Candidate>(choice: Extract<Choice<C>, { kind: 'miss' }>): Pick<C> {
  return { choice, settle: stay };
}

/** Nothing is left: by the policy, which recording goes out again. `round` counts what was served before. */
function chooseAgain<C extends Candidate>(
  { recordings }: CandidateGroup<C>,
  { policy = 'miss', round }: { readonly policy: ExhaustedPolicy | undefined; readonly round: number },
): Choice<C> {
  switch (policy) {
    case 'miss':
      return { kind: 'miss', code: 'exhausted', last: recordings.at(-1)!, recorded: recordings.length };
    case 'last':
      return hit(recordings.at(-1)!, 'repeated');
    case 'loop':
      return hit(recordings[round % recordings.length]!, 'repeated');
    default:
      return policy satisfies never;
  }
}

/** The next recording of the key at or after the lane's position; what lies between is passed over for good. */
function pickOrdered<C extends Candidate>(
  lane: Lane,
  group: CandidateGroup<C>,
  policy: ExhaustedPolicy | undefined,
): Pick<C> {
  const candidate = group.recordings[firstAtOrAfter(group.recordings, lane.position)];
  const moveTo = (position: number) => (): void => {
    lane.position = position;
  };
  if (!candidate) {
    // A client that starts over finds the session from there on once more.
    const settle = policy === 'loop' ? moveTo(group.recordings[0]!.position + 1) : stay;
    return { choice: chooseAgain(group, { policy, round: 0 }), settle };
  }
  const isSkipping = candidate.position > lane.position;
  return { choice: isSkipping ? hit(candidate, 'skipped') : hit(candidate), settle: moveTo(candidate.position + 1) };
}

/** A write consumes its next recording and opens the stretch after it in every state that it changes. */
function pickWrite<C extends Candidate>(
  lane: Lane,
  group: CandidateGroup<C>,
  { key, exhausted }: ChooseOptions,
): Pick<C> {
  const round = lane.cursorIfAny(key, group.id)?.next ?? 0;
  const candidate = group.recordings[round];
  // Recordings served once more change nothing: the states of a recording end where it ends.
  const choice = candidate ? hit(candidate) : chooseAgain(group, { policy: exhausted, round });
  if (!candidate && exhausted !== 'loop') return { choice, settle: stay };
  const settle = (): void => {
    if (candidate) lane.make(effectOf(candidate));
    lane.cursor(key, group.id).next = round + 1;
  };
  return { choice, settle };
}

/**
 * The recordings of the stretch that the lane has come to, in order, and then the last of them again; without any, the
 * most recent of an earlier one; without those, the first later one that has some. When the lane arrives in that
 * stretch, it goes on where it is. What was recorded with other writes behind it than the lane has made is relaxed.
 */
function pickRead<C extends Candidate>(lane: Lane, group: CandidateGroup<C>, key: string): Pick<C> {
  const picks = group.byState.map((list, i) => {
    const pick = pickOfState(lane, list.recordings, { key, id: `${group.id}${i || ''}` });
    if (pick.relaxation === undefined) return pick;
    const beside = list.overlapping.findLast((candidate) => relaxationOf(lane, candidate) === undefined);
    return beside ? { candidate: beside, relaxation: undefined, settle: stay } : pick;
  });
  const { candidate, relaxation, settle } = picks.find((pick) => pick.relaxation === undefined) ?? picks[0]!;
  return { choice: relaxation ? hit(candidate, relaxation) : hit(candidate), settle };
}

/** What a read of one state would get. `settle` moves its cursor on. */
interface ReadPick<C extends Candidate> {
  readonly candidate: C;
  readonly relaxation: Relaxation | undefined;
  readonly settle: () => void;
}

function pickOfState<C extends Candidate>(
  lane: Lane,
  recordings: readonly C[],
  { key, id }: { readonly key: string; readonly id: string },
): ReadPick<C> {
  const [only] = recordings;
  // Wherever the lane is: no cursor, which of a million keys would fill the memory.
  if (only && recordings.length === 1) {
    return { candidate: only, relaxation: relaxationOf(lane, only), settle: stay };
  }
  const front = lane.front(stateOf(recordings[0]!)).since;
  const end = firstAfterSince(recordings, front);
  const newest = recordings[end - 1];
  if (newest && sinceOf(newest) < front) {
    return { candidate: newest, relaxation: relaxationOf(lane, newest), settle: stay };
  }
  const since = newest ? front : sinceOf(recordings[0]!);
  const last = newest ? end : firstAfterSince(recordings, since);
  const first = newest ? firstAfterSince(recordings, since - 1) : 0;
  const cursor = lane.cursorIfAny(key, id);
  const next = cursor?.since === since ? Math.min(cursor.next, last - 1) : first;
  const candidate = recordings[next]!;
  const settle = (): void => {
    const moved = cursor ?? lane.cursor(key, id);
    moved.since = since;
    moved.next = next + 1;
  };
  return { candidate, relaxation: relaxationOf(lane, candidate), settle };
}

/**
 * Is what this read shows what the lane's own writes led to? All recorded writes before it must have been made, and none
 * after it that is known to change such reads; one that only might is no reason for doubt, as long as the recording has
 * nothing newer to give. Without learned facts only a write that is still to come counts: any write may have changed
 * nothing here.
 */
function relaxationOf(lane: Lane, candidate: Candidate): Relaxation | undefined {
  const state = stateOf(candidate);
  const { after, between = [sinceOf(candidate)] } = candidate;
  const { since } = lane.front(state);
  if (since < between[0]!) return 'later-epoch';
  if (after === undefined) return undefined;
  const changed = lane.changedSince(candidate.changedBy);
  // A read that overlapped with writes may belong to each of these stretches.
  const fits = between.some((stretch, i) => changed <= stretch && lane.madeUpTo(state, stretch) >= after + i);
  if (fits) return undefined;
  return changed > between.at(-1)! ? 'earlier-epoch' : 'later-epoch';
}

/** Was it recorded with other writes behind it than the lane has made, of those that are known to change such reads? */
export function isOfOtherState(lane: Lane, { changedBy, changedAt = 0, between }: Candidate): boolean {
  if (changedBy === undefined) return false;
  const changed = lane.changedSince(changedBy);
  return between ? changed > between.at(-1)! : changed !== changedAt;
}
