import { isWrite } from '../model/exchange.ts';
import type { Lane } from './lane.ts';
import { type Candidate, type CandidateGroup, firstAfterEpoch, firstAtOrAfter, groupsOf } from './candidate-groups.ts';

export type Sequence = 'epoch' | 'ordered' | 'any';

/**
 * Ways in which a served recording is less than an exact match. `later-epoch`: a read was answered with a recording made
 * after a write that has not been replayed yet. `skipped`: `--sequence ordered` passed over recordings nobody asked for.
 */
export type Relaxation = 'later-epoch' | 'skipped';

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
      return chooseOrdered(lane, group);
    case 'epoch':
      return isWrite(options.method) ? consumeWrite(lane, group, options.key) : chooseRead(lane, group, options.key);
    default:
      return options.sequence satisfies never;
  }
}

function hit<C extends Candidate>(candidate: C, ...relaxations: Relaxation[]): Choice<C> {
  return { kind: 'hit', candidate, relaxations };
}

function exhausted<C extends Candidate>(group: CandidateGroup<C>): Choice<C> {
  return { kind: 'miss', code: 'exhausted', last: group.recordings.at(-1)!, recorded: group.recordings.length };
}

/** The next recording of the key at or after the lane's position; what lies between is passed over for good. */
function chooseOrdered<C extends Candidate>(lane: Lane, group: CandidateGroup<C>): Choice<C> {
  const candidate = group.recordings[firstAtOrAfter(group.recordings, lane.position)];
  if (!candidate) return exhausted(group);
  const isSkipping = candidate.position > lane.position;
  lane.position = candidate.position + 1;
  return isSkipping ? hit(candidate, 'skipped') : hit(candidate);
}

/** A write consumes its next recording and opens the epoch after it. */
function consumeWrite<C extends Candidate>(lane: Lane, group: CandidateGroup<C>, key: string): Choice<C> {
  const cursor = lane.cursor(key, group.id);
  const candidate = group.recordings[cursor.next];
  if (!candidate) return exhausted(group);
  cursor.next += 1;
  lane.epoch = Math.max(lane.epoch, candidate.epoch + 1);
  return hit(candidate);
}

/**
 * The recordings of the lane's epoch in order and then the last of them again; without any, the most recent of an
 * earlier epoch; without those, the first later epoch that has some, as a relaxation. When the lane arrives in that
 * epoch, it goes on where it is.
 */
function chooseRead<C extends Candidate>(lane: Lane, group: CandidateGroup<C>, key: string): Choice<C> {
  const { recordings } = group;
  const end = firstAfterEpoch(recordings, lane.epoch);
  const newest = recordings[end - 1];
  if (newest && newest.epoch < lane.epoch) return hit(newest);
  const isLater = newest === undefined;
  const epoch = isLater ? recordings[0]!.epoch : lane.epoch;
  const epochEnd = isLater ? firstAfterEpoch(recordings, epoch) : end;
  const epochStart = isLater ? 0 : firstAfterEpoch(recordings, epoch - 1);
  const cursor = lane.cursor(key, group.id);
  const next = cursor.epoch === epoch ? Math.min(cursor.next, epochEnd - 1) : epochStart;
  cursor.epoch = epoch;
  cursor.next = next + 1;
  return isLater ? hit(recordings[next]!, 'later-epoch') : hit(recordings[next]!);
}
