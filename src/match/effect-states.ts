import type { Evidence } from './effect-evidence.ts';
import type { ReadKey, Timeline, Write, WriteKind } from './effect-timeline.ts';
import type { Relation } from './relation.ts';

/** A group of reads that the same writes change. */
export interface State {
  readonly number: number;
  /** In order. */
  readonly writes: Write[];
}

/** Which writes change the reads of one key: all of some kinds, and single ones. */
interface Reach {
  readonly kinds: ReadonlySet<WriteKind>;
  readonly single: ReadonlySet<Write>;
}

/** How closely writes are told apart, the finest first. `global`: any write may change any read. */
type Grain = 'key' | 'kind' | 'global';

/**
 * A write that changes thousands of states costs memory and time at every replay; with more than this on average a
 * coarser grain is taken, which is never less careful.
 */
const maxChangesPerWrite = 40;
const fewChanges = 10_000;

/** More combinations of kinds than this are not worth looking at. */
const maxKindPairs = 4_000_000;

export interface States {
  readonly ofKey: ReadonlyMap<ReadKey, State>;
  /** By the write's order. */
  readonly ofWrite: readonly (readonly number[])[];
  /** The same of writes that are known to change a read; a key may be in no such group. */
  readonly sure: Pick<States, 'ofKey' | 'ofWrite'>;
}

export function statesOf(timeline: Timeline, evidence: Evidence): States {
  const { writeKinds, readKinds } = timeline;
  const isSmall = writeKinds.length * readKinds.length <= maxKindPairs;
  const finder = isSmall ? new ReachFinder(timeline, evidence) : undefined;
  return {
    ...materialise(timeline, affordable(timeline, finder && ((key) => finder.ofKey(key)))),
    sure: materialise(
      timeline,
      affordable(timeline, finder && ((key) => finder.sureOf(key))).filter(
        ({ reach }) => reach.kinds.size + reach.single.size > 0,
      ),
    ),
  };
}

type Reaching = (key: ReadKey) => Reach;

/** In the finest grain that is not too costly. */
function affordable(timeline: Timeline, reachOf: Reaching | undefined): readonly Group[] {
  const limit = fewChanges + timeline.writes.length * maxChangesPerWrite;
  if (reachOf) {
    for (const grain of ['key', 'kind'] as const) {
      const groups = groupsOf(timeline, reachOf, grain);
      if (costOf(groups) <= limit) return groups;
    }
  }
  return [{ reach: { kinds: new Set(timeline.writeKinds), single: none }, keys: [...timeline.keys] }];
}

interface Group {
  readonly reach: Reach;
  readonly keys: ReadKey[];
}

function groupsOf({ keys }: Timeline, reachOf: Reaching, grain: Exclude<Grain, 'global'>): readonly Group[] {
  const found = keys.map((key) => ({ key, reach: reachOf(key) }));
  if (grain === 'key') return gathered(found);
  const byKind = Map.groupBy(found, ({ key }) => key.kind);
  return gathered(
    Array.from(byKind.values(), (list) => {
      const kinds = new Set(list.flatMap(({ reach }) => [...reach.kinds]));
      for (const { reach } of list) for (const write of reach.single) kinds.add(write.kind);
      return list.map(({ key }) => ({ key, reach: { kinds, single: none } }));
    }).flat(),
  );
}

const none: ReadonlySet<Write> = new Set();

function gathered(found: readonly { readonly key: ReadKey; readonly reach: Reach }[]): readonly Group[] {
  const groups = new Map<string, Group>();
  const names = new Map<ReadonlySet<WriteKind>, string>();
  for (const { key, reach } of found) {
    let name = names.get(reach.kinds);
    if (name === undefined) {
      name = Array.from(reach.kinds, ({ index }) => index)
        .toSorted(ascending)
        .join();
      names.set(reach.kinds, name);
    }
    const id = `${name} ${Array.from(reach.single, ({ order }) => order)
      .toSorted(ascending)
      .join()}`;
    const group = groups.get(id);
    if (group) group.keys.push(key);
    else groups.set(id, { reach, keys: [key] });
  }
  return [...groups.values()];
}

function costOf(groups: readonly Group[]): number {
  let cost = 0;
  for (const { reach } of groups) {
    for (const { writes } of reach.kinds) cost += writes.length;
    cost += reach.single.size;
  }
  return cost;
}

function materialise({ writes }: Timeline, groups: readonly Group[]): Pick<States, 'ofKey' | 'ofWrite'> {
  const ofKey = new Map<ReadKey, State>();
  const changes: number[][] = writes.map(() => []);
  groups.forEach(({ reach, keys }, number) => {
    const list = [...reach.kinds].flatMap((kind) => kind.writes);
    list.push(...reach.single);
    // One that is never served moves no lane on: reads before and after it are one stretch.
    const made = list.filter(({ exchange }) => exchange.servable !== false);
    made.sort((a, b) => a.order - b.order);
    for (const { order } of made) changes[order]!.push(number);
    const state = { number, writes: made };
    for (const key of keys) ofKey.set(key, state);
  });
  return { ofKey, ofWrite: sharedLists(changes) };
}

/** Writes with equal lists share one: most of a session's writes change the same states. */
function sharedLists(lists: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const known = new Map<string, readonly number[]>();
  return lists.map((list) => {
    const id = list.join();
    const same = known.get(id);
    if (!same) known.set(id, list);
    return same ?? list;
  });
}

function ascending(a: number, b: number): number {
  return a - b;
}

/** Finds the reach of each key without going through all writes: kinds first, then by address. */
class ReachFinder {
  readonly #timeline: Timeline;
  readonly #evidence: Evidence;
  /** By kind of write and depth: its writes by the first segments of their path. */
  readonly #byAddress = new Map<string, ReadonlyMap<string, readonly Write[]>>();
  /** By kind of read: equal sets are one object, so that they need not be compared. */
  readonly #kindSets = new Map<string, ReadonlySet<WriteKind>>();

  constructor(timeline: Timeline, evidence: Evidence) {
    this.#timeline = timeline;
    this.#evidence = evidence;
  }

  /** Writes that change a key, or may have changed it. */
  ofKey(key: ReadKey): Reach {
    return this.#suspected(
      key,
      this.#reach(key, (kind, relation) => this.#evidence.changes(kind, key, relation)),
    );
  }

  /** Writes that are known to change a key, or are among those that have changed it. */
  sureOf(key: ReadKey): Reach {
    return this.#suspected(
      key,
      this.#reach(key, (kind, relation) => this.#evidence.surelyChanges(kind, key, relation)),
    );
  }

  /** With those that stood between two different answers. */
  #suspected(key: ReadKey, reach: Reach): Reach {
    const evidence = this.#evidence;
    const kinds = new Set(reach.kinds);
    if (evidence.isLost(key)) {
      for (const kind of this.#timeline.writeKinds) {
        if (evidence.pair(kind, key).relation !== 'foreign') kinds.add(kind);
      }
    }
    const single = new Set(Array.from(reach.single).filter((write) => !kinds.has(write.kind)));
    for (const write of evidence.doubtful(key) ?? []) if (!kinds.has(write.kind)) single.add(write);
    return { kinds: this.#shared(kinds), single };
  }

  #reach(key: ReadKey, includes: (kind: WriteKind, relation: Relation) => boolean): Reach {
    const kinds = new Set<WriteKind>();
    const single = new Set<Write>();
    for (const kind of this.#timeline.writeKinds) {
      const { relation, depth } = this.#evidence.pair(kind, key);
      const isNear = includes(kind, relation);
      const isFar = depth !== undefined && includes(kind, 'sibling');
      const isWhole = depth === undefined ? isNear : isNear && isFar;
      if (isWhole) kinds.add(kind);
      else if (isNear) for (const write of this.#at(kind, key, depth!)) single.add(write);
      else if (isFar) kinds.add(kind);
    }
    for (const write of key.sources) if (!kinds.has(write.kind)) single.add(write);
    return { kinds, single };
  }

  /** The kind's writes to where the key's path begins, so many segments deep. */
  #at(kind: WriteKind, key: ReadKey, depth: number): readonly Write[] {
    const id = `${kind.index} ${depth}`;
    let byAddress = this.#byAddress.get(id);
    if (!byAddress) {
      byAddress = Map.groupBy(kind.writes, ({ resource }) => addressOf(resource.segments, depth));
      this.#byAddress.set(id, byAddress);
    }
    return byAddress.get(addressOf(key.resource.segments, depth)) ?? [];
  }

  #shared(kinds: ReadonlySet<WriteKind>): ReadonlySet<WriteKind> {
    const id = Array.from(kinds, ({ index }) => index).join();
    const known = this.#kindSets.get(id);
    if (!known) this.#kindSets.set(id, kinds);
    return known ?? kinds;
  }
}

function addressOf(segments: readonly string[], depth: number): string {
  return segments.slice(0, depth).join('/');
}
