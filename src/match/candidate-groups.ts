import type { ReplayFacts } from '../model/replay-facts.ts';
import { firstIndex } from './first-index.ts';
import type { Effect } from './lane.ts';

/** A recording that may be served: what choosing needs of it. Facts that were not learned follow from its epoch. */
export interface Candidate extends Partial<ReplayFacts> {
  readonly position: number;
  /** Number of writes that arrived before it in the session; never falls with the position. */
  readonly epoch: number;
  /** Pseudonyms at the masked places of its key, in canonical order. */
  readonly slots: readonly string[];
  /** False for what is not complete: it is never served. */
  readonly servable: boolean;
}

/** The servable recordings of one key with equal slots, by position. */
export interface CandidateGroup<C extends Candidate> {
  /** Tells groups of one key apart; empty when there is only one. */
  readonly id: string;
  readonly slots: readonly string[];
  readonly recordings: readonly C[];
  /** The same recordings by state: one list unless requests of several keys are one. */
  readonly byState: readonly StateRecordings<C>[];
}

/** Recordings of one state. */
export interface StateRecordings<C extends Candidate> {
  /** By stretch, then by position. */
  readonly recordings: readonly C[];
  /** Those that may belong to several stretches. */
  readonly overlapping: readonly C[];
}

/** The one state that every write changes: for sessions of which nothing was learned. */
const globalState = 0;

export function stateOf(candidate: Candidate): number {
  return candidate.state ?? globalState;
}

/** The stretch of a read. */
export function sinceOf(candidate: Candidate): number {
  return candidate.since ?? candidate.epoch;
}

/** What a write opens, and where. */
export function effectOf(candidate: Candidate): Effect {
  const { opens = candidate.epoch + 1, changes = [globalState], surely } = candidate;
  return { opens, changes, ...(surely ? { surely } : {}) };
}

/** Derived once per list of candidates: a key may have 100,000 recordings, and each request only looks some up. */
const derived = new WeakMap<readonly Candidate[], CandidateGroups<Candidate>>();

/** The recordings of one key, as choosing among them needs them. */
export type GroupedCandidates<C extends Candidate> = Pick<CandidateGroups<C>, 'all' | 'fitting' | 'difference'>;

export function groupsOf<C extends Candidate>(candidates: readonly C[]): GroupedCandidates<C> {
  if (candidates.length === 1) return lone(candidates);
  let groups = derived.get(candidates);
  if (!groups) {
    groups = new CandidateGroups<Candidate>(candidates);
    derived.set(candidates, groups);
  }
  return groups as CandidateGroups<C>;
}

/** Most keys have one recording; nothing is worth keeping with it. */
function lone<C extends Candidate>(candidates: readonly C[]): GroupedCandidates<C> {
  const [only] = candidates;
  if (!only?.servable) return { all: [], fitting: () => undefined, difference: nothingToTellApart };
  const overlapping = only.between === undefined ? [] : candidates;
  const group = {
    id: '',
    slots: only.slots,
    recordings: candidates,
    byState: [{ recordings: candidates, overlapping }],
  };
  return { all: [group], fitting: () => group, difference: nothingToTellApart };
}

function nothingToTellApart(): never {
  throw new Error('one recording alone differs from nothing');
}

class CandidateGroups<C extends Candidate> {
  readonly all: readonly CandidateGroup<C>[];
  /** For each slot, which groups hold a value there. Empty when there is nothing to decide. */
  readonly #bySlot: readonly ReadonlyMap<string, readonly CandidateGroup<C>[]>[];
  readonly #bySlots: ReadonlyMap<string, CandidateGroup<C>>;

  constructor(candidates: readonly C[]) {
    const servable = candidates.every((candidate) => candidate.servable)
      ? candidates
      : candidates.filter((candidate) => candidate.servable);
    const bySlots = Map.groupBy(servable, ({ slots }) => (slots.length === 0 ? '' : JSON.stringify(slots)));
    const isSingle = bySlots.size <= 1;
    this.#bySlots = new Map(
      Array.from(bySlots, ([id, recordings]) => [
        id,
        { id: isSingle ? '' : id, slots: recordings[0]!.slots, recordings, byState: listsByState(recordings) },
      ]),
    );
    this.all = [...this.#bySlots.values()];
    this.#bySlot = isSingle
      ? []
      : this.all[0]!.slots.map((_, i) => Map.groupBy(this.all, (group) => group.slots[i] ?? ''));
  }

  /**
   * The group an incoming request means: the only one there is, else the one its slots decide for. An incoming value
   * counts as recorded when it is a recorded pseudonym (the replay itself served it) or its pseudonym is. Values that
   * were never recorded decide nothing. Undefined: none or several fit.
   */
  fitting(slots: readonly string[], pseudonym?: (value: string) => string): CandidateGroup<C> | undefined {
    if (this.all.length === 1) return this.all[0];
    const known = this.#bySlot.map((groups, i) => {
      const value = slots[i] ?? '';
      if (groups.has(value)) return value;
      const stand = pseudonym?.(value);
      return stand !== undefined && groups.has(stand) ? stand : undefined;
    });
    const exact = known.includes(undefined) ? undefined : this.#bySlots.get(JSON.stringify(known));
    if (exact) return exact;
    const lists = known.flatMap((value, i) => (value === undefined ? [] : [this.#bySlot[i]!.get(value)!]));
    const shortest = lists.reduce<readonly CandidateGroup<C>[]>(
      (best, list) => (best.length === 0 || list.length < best.length ? list : best),
      [],
    );
    const fits = shortest.filter((group) => known.every((value, i) => value === undefined || group.slots[i] === value));
    return fits.length === 1 ? fits[0] : undefined;
  }

  /** Two recordings of different groups and the first slot that tells them apart. */
  difference(): { readonly between: readonly [C, C]; readonly slot: number } {
    const [first, second] = this.all;
    const slot = first!.slots.findIndex((value, i) => value !== second!.slots[i]);
    return { between: [first!.recordings[0]!, second!.recordings[0]!], slot };
  }
}

function listsByState<C extends Candidate>(recordings: readonly C[]): readonly StateRecordings<C>[] {
  const lists = [...Map.groupBy(recordings, stateOf).values()];
  return lists.map((list) => ({
    // A read that overlapped with a write may belong to an earlier stretch than its position says.
    recordings: isSorted(list) ? list : list.toSorted((a, b) => sinceOf(a) - sinceOf(b)),
    overlapping: list.filter(({ between }) => between !== undefined),
  }));
}

function isSorted(list: readonly Candidate[]): boolean {
  return list.every((candidate, i) => i === 0 || sinceOf(list[i - 1]!) <= sinceOf(candidate));
}

/** Index of the first recording of a stretch later than `since`. */
export function firstAfterSince(recordings: readonly Candidate[], since: number): number {
  return firstIndex(recordings, (recording) => sinceOf(recording) > since);
}

/** Index of the first recording at a position or after it. */
export function firstAtOrAfter(recordings: readonly Candidate[], position: number): number {
  return firstIndex(recordings, (recording) => recording.position >= position);
}
