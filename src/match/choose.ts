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

/**
 * Chooses the recording to serve and moves the lane on (behaviour.md §5). `candidates` are the recordings of one key by
 * position; hand over the same array each time, what is derived from it is kept with it. Cost: O(log candidates).
 */
export function choose<C extends Candidate>(lane: Lane, candidates: readonly C[], options: ChooseOptions): Choice<C> {
  const last = candidates.at(-1);
  if (!last) return { kind: 'miss', code: 'unmatched' };
  const groups = groupsOf(candidates);
  if (groups.all.length === 0) return { kind: 'miss', code: 'incomplete', last };
  const group = groups.fitting(options.slots, options.pseudonym);
  if (!group) return { kind: 'miss', code: 'ambiguous', ...groups.difference() };
  switch (options.sequence) {
    case 'any':
      return hit(group.recordings[0]!);
    case 'ordered':
      return chooseOrdered(lane, group, options.exhausted);
    case 'epoch':
      return (group.recordings[0]!.isWrite ?? isWrite(options.method))
        ? consumeWrite(lane, group, options)
        : chooseRead(lane, group, options.key);
    default:
      return options.sequence satisfies never;
  }
}

function hit<C extends Candidate>(candidate: C, ...relaxations: Relaxation[]): Choice<C> {
  return { kind: 'hit', candidate, relaxations };
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
function chooseOrdered<C extends Candidate>(
  lane: Lane,
  group: CandidateGroup<C>,
  policy: ExhaustedPolicy | undefined,
): Choice<C> {
  const candidate = group.recordings[firstAtOrAfter(group.recordings, lane.position)];
  if (!candidate) {
    // A client that starts over finds the session from there on once more.
    if (policy === 'loop') lane.position = group.recordings[0]!.position + 1;
    return chooseAgain(group, { policy, round: 0 });
  }
  const isSkipping = candidate.position > lane.position;
  lane.position = candidate.position + 1;
  return isSkipping ? hit(candidate, 'skipped') : hit(candidate);
}

/** A write consumes its next recording and opens the stretch after it in every state that it changes. */
function consumeWrite<C extends Candidate>(
  lane: Lane,
  group: CandidateGroup<C>,
  { key, exhausted }: ChooseOptions,
): Choice<C> {
  const cursor = lane.cursor(key, group.id);
  const round = cursor.next;
  const candidate = group.recordings[round];
  if (candidate) {
    const { opens, changes } = effectOf(candidate);
    lane.open(opens, changes);
  }
  if (candidate || exhausted === 'loop') cursor.next += 1;
  // Recordings served once more change nothing: the states of a recording end where it ends.
  return candidate ? hit(candidate) : chooseAgain(group, { policy: exhausted, round });
}

/**
 * The recordings of the stretch that the lane has come to, in order, and then the last of them again; without any, the
 * most recent of an earlier one; without those, the first later one that has some. When the lane arrives in that
 * stretch, it goes on where it is. What was recorded with other writes behind it than the lane has made is relaxed.
 */
function chooseRead<C extends Candidate>(lane: Lane, group: CandidateGroup<C>, key: string): Choice<C> {
  const picks = group.byState.map((list, i) => {
    const pick = pickRead(lane, list.recordings, { key, id: `${group.id}${i || ''}` });
    if (pick.relaxation === undefined) return pick;
    const beside = list.overlapping.findLast((candidate) => relaxationOf(lane, candidate) === undefined);
    return beside ? { candidate: beside, relaxation: undefined, settle: stay } : pick;
  });
  const pick = picks.find(({ relaxation }) => relaxation === undefined) ?? picks[0]!;
  pick.settle();
  return pick.relaxation ? hit(pick.candidate, pick.relaxation) : hit(pick.candidate);
}

function nothing(): void {}

/** What a read of one state would get. `settle` moves its cursor on. */
interface ReadPick<C extends Candidate> {
  readonly candidate: C;
  readonly relaxation: Relaxation | undefined;
  readonly settle: () => void;
}

const stay = (): void => {};

function pickRead<C extends Candidate>(
  lane: Lane,
  recordings: readonly C[],
  { key, id }: { readonly key: string; readonly id: string },
): ReadPick<C> {
  const [only] = recordings;
  // Wherever the lane is: no cursor, which of a million keys would fill the memory.
  if (only && recordings.length === 1) {
    return { candidate: only, relaxation: relaxationOf(lane, only), settle: nothing };
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
  const cursor = lane.cursor(key, id);
  const next = cursor.since === since ? Math.min(cursor.next, last - 1) : first;
  const candidate = recordings[next]!;
  const settle = (): void => {
    cursor.since = since;
    cursor.next = next + 1;
  };
  return { candidate, relaxation: relaxationOf(lane, candidate), settle };
}

/**
 * Is what this read shows what the lane's own writes led to? Exactly the recorded writes before it must have been made.
 * Without learned facts only a write that is still to come counts: any write may have changed nothing here.
 */
function relaxationOf(lane: Lane, candidate: Candidate): Relaxation | undefined {
  const { since, made } = lane.front(stateOf(candidate));
  const { after, between = [sinceOf(candidate)] } = candidate;
  if (since < between[0]!) return 'later-epoch';
  if (after === undefined) return undefined;
  const stretch = between.indexOf(since);
  if (stretch < 0) return 'earlier-epoch';
  return made < after + stretch ? 'later-epoch' : undefined;
}
