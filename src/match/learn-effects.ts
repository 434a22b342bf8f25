import { isWrite } from '../model/exchange.ts';
import type { ReplayFacts } from '../model/replay-facts.ts';
import { Evidence, isSameAnswer } from './effect-evidence.ts';
import type { Conduct, EffectFacts } from './effect-facts.ts';
import { type State, type States, statesOf } from './effect-states.ts';
import { arrivedDuring, type Read, type ReadKey, type Timeline, timelineOf, type Write } from './effect-timeline.ts';
import type { Relation } from './relation.ts';
import { resourcesOf } from './resource.ts';
import { declaredConduct, searchKeys } from './search-posts.ts';

/** Why a write is taken to change a read. `read-changed`: such reads were seen to change after such writes. */
export type StateReason = 'read-changed' | 'in-doubt' | Relation;

/** What the state of a recorded read rests on. */
export interface StateExplanation {
  /** Position of the last write before it that changes it. */
  readonly write: number;
  readonly because: StateReason;
}

export interface LearnedEffects {
  /** By position. */
  readonly facts: ReadonlyMap<number, ReplayFacts>;
  /** Undefined for writes, and for reads that no write before them changes. */
  readonly explainState: (position: number) => StateExplanation | undefined;
}

/**
 * Learns from a session which writes change which reads (decision 023), in near linear time. Where the session does not
 * tell, a write changes whatever it can be related to, so that a state that is not there is never taken for one that is.
 */
export function learnEffects(recorded: Iterable<EffectFacts>): LearnedEffects {
  const exchanges = [...recorded];
  const resources = resourcesOf(exchanges);
  const declared = new Map<EffectFacts, Conduct>(
    exchanges.map((exchange) => [exchange, declaredConduct(exchange, isWrite)]),
  );
  let timeline = timelineOf(exchanges, resources, [...declared.values()]);
  let evidence = new Evidence(timeline);
  const searches = searchKeys(timeline, evidence, declared);
  if (searches.size > 0) {
    const conducts = exchanges.map((one) => (searches.has(one.requestKey) ? 'read' : declared.get(one)!));
    timeline = timelineOf(exchanges, resources, conducts);
    evidence = new Evidence(timeline);
  }
  const states = statesOf(timeline, evidence);
  return {
    facts: factsOf(timeline, states),
    explainState: (position) => explain(position, { timeline, states, evidence }),
  };
}

function factsOf(timeline: Timeline, states: States): ReadonlyMap<number, ReplayFacts> {
  const facts = new Map<number, ReplayFacts>();
  for (const { order, exchange } of timeline.writes) {
    const { position } = exchange;
    const [changes, surely] = [states.ofWrite[order]!, states.sure.ofWrite[order]!];
    const known = surely.length > 0 ? { surely } : {};
    facts.set(position, { isWrite: true, state: 0, since: 0, opens: position + 1, changes, ...known });
  }
  for (const key of timeline.keys) {
    const state = states.ofKey.get(key)!;
    const places = key.reads.map((read) => placeOf(read, state));
    const sure = states.sure.ofKey.get(key);
    key.reads.forEach((read, i) => {
      const { first, last, arrival } = places[i]!;
      const since = first === last ? arrival : shownStretch(i, { key, places });
      facts.set(read.exchange.position, {
        isWrite: false,
        state: state.number,
        since: opensOf(state, since),
        after: first,
        ...(sure ? { changedBy: sure.number, changedAt: changedAt(read, sure) } : {}),
        ...(first === last ? {} : { between: stretches(first, last).map((stretch) => opensOf(state, stretch)) }),
      });
    });
  }
  return facts;
}

/** Stretches of a state as the number of its writes before them. */
interface Place {
  readonly first: number;
  readonly last: number;
  /** By arrival alone. */
  readonly arrival: number;
}

/** A stream that stays open while much is written is placed by its arrival. */
const maxOverlapped = 16;

function placeOf(read: Read, { writes }: State): Place {
  const arrival = countBefore(writes, read.before);
  let last = arrival;
  const limit = Math.min(writes.length, arrival + maxOverlapped);
  while (last < limit && arrivedDuring(writes[last]!, read)) last += 1;
  let first = arrival;
  if (read.running.length > 0) while (first > 0 && read.running.includes(writes[first - 1]!)) first -= 1;
  return { first, last, arrival };
}

/**
 * A read that overlapped with writes belongs where it arrived, unless another answer was given there: then it shows the
 * other side of the writes.
 */
function shownStretch(index: number, { key, places }: { key: ReadKey; places: readonly Place[] }): number {
  const { first, last, arrival } = places[index]!;
  const { exchange } = key.reads[index]!;
  const isOther = (step: -1 | 1, stretch: number): boolean => {
    for (let i = index + step; i >= 0 && i < places.length; i += step) {
      const other = places[i]!;
      // What overlapped itself may be another answer for the sake of its own writes.
      if (other.first !== other.last) continue;
      return other.arrival === stretch && !isSameAnswer(key.reads[i]!.exchange, exchange);
    }
    return false;
  };
  const [isAfter, isBefore] = [isOther(-1, first), isOther(1, last)];
  if (isAfter === isBefore) return arrival;
  return isAfter ? last : first;
}

/** How many of the first writes of a state come before the write of that order. */
function countBefore(writes: readonly Write[], order: number): number {
  let low = 0;
  let high = writes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (writes[middle]!.order < order) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stretches(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function changedAt(read: Read, sure: State): number {
  let stretch = countBefore(sure.writes, read.before);
  while (stretch > 0 && read.running.includes(sure.writes[stretch - 1]!)) stretch -= 1;
  return opensOf(sure, stretch);
}

function opensOf({ writes }: State, stretch: number): number {
  return stretch === 0 ? 0 : writes[stretch - 1]!.exchange.position + 1;
}

function explain(
  position: number,
  { timeline, states, evidence }: { timeline: Timeline; states: States; evidence: Evidence },
): StateExplanation | undefined {
  for (const key of timeline.keys) {
    const read = key.reads.find(({ exchange }) => exchange.position === position);
    if (!read) continue;
    const { writes } = states.ofKey.get(key)!;
    const write = writes[countBefore(writes, read.before) - 1];
    if (!write) return undefined;
    const relation = evidence.relation(write, key);
    const because = evidence.hasSeenChange(write, key)
      ? 'read-changed'
      : evidence.changes(write.kind, key, relation)
        ? relation
        : 'in-doubt';
    return { write: write.exchange.position, because };
  }
  return undefined;
}
