import type { EffectFacts } from './effect-facts.ts';
import {
  arrivedDuring,
  type Read,
  type ReadKey,
  type ReadKind,
  type Timeline,
  type Write,
  type WriteKind,
} from './effect-timeline.ts';
import { agree, type KindRelation, relateKinds, type Relation, relationRules } from './relation.ts';

/** What the session shows of writes of one kind and reads of one kind that stand to each other in one way. */
interface Tally {
  /** Times a read has changed and only such a write can have done it. */
  changed: number;
  /** Times a read has changed and such a write is among those that may have done it. */
  maybeChanged: number;
  /** Keys that were the same before and after the only write that could have changed them. */
  readonly spared: Set<Pick<ReadKey, 'kind'>>;
  /** The request keys of these writes. */
  readonly sparing: Set<string>;
}

/** What one thing tells of others of its kind is chance; two of them that agree are taken for a rule. */
const enough = 2;

interface KindPair extends KindRelation {
  readonly tallies: Partial<Record<Relation, Tally>>;
}

/** Between two reads with more writes than these, single writes are not looked at. */
const maxBetween = 64;

/** Learns, from reads that were made more than once, which writes changed them. */
export class Evidence {
  readonly #timeline: Timeline;
  readonly #pairs = new Map<number, KindPair>();
  readonly #drifting = new Set<ReadKey>();
  readonly #changing = new Set<ReadKey>();
  /** Kinds of reads that were seen to change although nothing akin to them was written: they tell of all there is. */
  readonly #overviews = new Set<ReadKind>();
  /** Writes that may have changed a key although nothing but this recording says so. */
  readonly #doubtful = new Map<ReadKey, Set<Write>>();
  readonly #anyDoubt = new Set<Write>();
  /** Keys that changed among so many writes that none of them can be ruled out. */
  readonly #lost = new Set<ReadKey>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    // Each step builds on what the one before found out.
    this.#eachInterval((key, { hasChanged }) => {
      if (hasChanged) this.#changing.add(key);
    });
    this.#eachInterval((key, interval) => this.#noteDrift(key, interval));
    this.#eachInterval((key, interval) => this.#noteOverview(key, interval));
    this.#eachInterval((key, interval) => this.#blameOne(key, interval));
    this.#eachInterval((key, interval) => this.#pardon(key, interval));
    this.#eachInterval((key, interval) => this.#blameSeveral(key, interval));
  }

  /** How a write stands to the reads of a key. */
  relation(write: Write, key: ReadKey): Relation {
    if (key.sources.has(write)) return 'flow';
    const { relation, depth } = this.pair(write.kind, key);
    return depth === undefined || agree(write.resource, key.resource, depth) ? relation : 'sibling';
  }

  pair(write: WriteKind, { kind }: Pick<ReadKey, 'kind'>): KindPair {
    const id = write.index * this.#timeline.readKinds.length + kind.index;
    let pair = this.#pairs.get(id);
    if (!pair) this.#pairs.set(id, (pair = { ...relateKinds(write.resource, kind.resource), tallies: {} }));
    return pair;
  }

  /** Do writes of this kind change reads of the key's kind, where they stand to each other in this way? */
  changes(kind: WriteKind, key: Pick<ReadKey, 'kind'>, relation: Relation): boolean {
    const { tallies, relation: near } = this.pair(kind, key);
    const tally = tallies[relation];
    if (tally && tally.changed + tally.maybeChanged > 0) return true;
    // What left it alone may change it once it is the first of its kind, or the last.
    if (this.#overviews.has(key.kind) && relation !== 'foreign') return true;
    if (this.#isPardoned(kind, { key, relation })) return false;
    // Writes that are seen to change their own thing are taken to leave others of its kind alone.
    if (relation === 'sibling' && (tallies[near]?.changed ?? 0) > 0) return false;
    return isPresumed(kind, relation);
  }

  /**
   * Is it known, not only feared, that such writes change such reads? They are among those that may have made a change
   * that was seen, or they are about the same thing and were let through. What adds to a collection says nothing of the things in it.
   */
  surelyChanges(kind: WriteKind, key: ReadKey, relation: Relation): boolean {
    const { depth } = this.pair(kind, key);
    if (this.isBlamed(kind, key, relation)) return true;
    if (this.#overviews.has(key.kind) && relation !== 'foreign') return true;
    // What was seen to change changes again: whatever is akin to it may do so.
    const isChanging = this.#changing.has(key) && !this.#drifting.has(key);
    if (isChanging && relationRules[relation].rank >= 2) return this.changes(kind, key, relation);
    const { method, status } = kind.writes[0]!.exchange;
    if (relationRules[relation].rank < 3 || status === undefined || status >= 400) return false;
    if (relation === 'parent' && depth === undefined && method === 'POST') return false;
    return this.changes(kind, key, relation);
  }

  /** Is such a write at least among those that may have changed such a read? */
  isBlamed(kind: WriteKind, key: Pick<ReadKey, 'kind'>, relation: Relation): boolean {
    const tally = this.pair(kind, key).tallies[relation];
    return tally !== undefined && tally.changed + tally.maybeChanged > 0;
  }

  /** Was a read of the key's kind seen to change after such a write? */
  hasSeenChange(write: Write, key: ReadKey): boolean {
    return (this.pair(write.kind, key).tallies[this.relation(write, key)]?.changed ?? 0) > 0;
  }

  /** Single writes that may have changed the key, beyond what their kinds say. */
  doubtful(key: ReadKey): ReadonlySet<Write> | undefined {
    return this.#doubtful.get(key);
  }

  /** May it have changed some read that nothing else explains? */
  isDoubtful(write: Write): boolean {
    return this.#anyDoubt.has(write);
  }

  isLost(key: ReadKey): boolean {
    return this.#lost.has(key);
  }

  #eachInterval(look: (key: ReadKey, interval: Interval) => void): void {
    for (const key of this.#timeline.keys) {
      let earlier: Read | undefined;
      for (const read of key.reads) {
        if (read.exchange.responseDigest === undefined) continue;
        if (earlier) look(key, intervalOf(this.#timeline.writes, earlier, read));
        earlier = read;
      }
    }
  }

  /** A read that changes while nothing is written moves by itself: a clock, a job that goes on. */
  #noteDrift(key: ReadKey, { hasChanged, possible }: Interval): void {
    if (hasChanged && possible?.length === 0) this.#drifting.add(key);
  }

  /** What is not akin to any write that can have changed it: then others of the server that are not may do so too. */
  #noteOverview(key: ReadKey, { hasChanged, possible }: Interval): void {
    if (!hasChanged || !possible || this.#drifting.has(key)) return;
    const distant = possible.every(
      (write) => !write.kind.isAction && relationRules[this.relation(write, key)].rank === 1,
    );
    if (distant && possible.length > 0) this.#overviews.add(key.kind);
  }

  /** One write alone, or one alone of the closest rank: it was this one. */
  #blameOne(key: ReadKey, { hasChanged, possible }: Interval): void {
    if (!hasChanged || !possible) return;
    const closest = this.#closest(key, possible);
    if (closest.length !== 1) return;
    const [write] = closest as [Write];
    const tally = this.#tally(write, key);
    if (possible.length === 1 || relationRules[this.relation(write, key)].rank >= 3) tally.changed += 1;
    else tally.maybeChanged += 1;
  }

  /**
   * The same before and after, and only one write that could have changed it: it did not. With two of them the second
   * may have undone what the first did.
   */
  #pardon(key: ReadKey, { hasChanged, possible, certain }: Interval): void {
    if (hasChanged || !possible || !certain) return;
    const suspects = possible.filter((write) => this.changes(write.kind, key, this.relation(write, key)));
    const only = suspects.length === 0 && possible.length === 1 ? possible : suspects;
    const [write] = only;
    if (only.length !== 1 || !write || !certain.includes(write)) return;
    const tally = this.#tally(write, key);
    tally.spared.add(key);
    tally.sparing.add(write.exchange.requestKey);
  }

  /** Several may have changed it: those known to change such reads, else those not known to leave them alone. */
  #blameSeveral(key: ReadKey, { hasChanged, possible }: Interval): void {
    if (!hasChanged) return;
    if (!possible) {
      this.#lost.add(key);
      return;
    }
    const closest = this.#closest(key, possible);
    const open = (write: Write): boolean => !this.#isPardoned(write.kind, { key, relation: this.relation(write, key) });
    if (closest.length > 1) {
      const known = closest.filter((write) => this.hasSeenChange(write, key));
      if (known.length === 0) {
        const left = closest.filter(open);
        for (const write of left.length > 0 ? left : closest) this.#tally(write, key).maybeChanged += 1;
      }
    }
    // The others of the same server are not cleared by it: after a closer write they may have changed it once more.
    const doubtful = possible.filter((write) => relationRules[this.relation(write, key)].rank > 0 && open(write));
    if (doubtful.length === 0 || (closest.length === 0 && this.#drifting.has(key))) return;
    let known = this.#doubtful.get(key);
    if (!known) this.#doubtful.set(key, (known = new Set()));
    for (const write of doubtful) {
      known.add(write);
      this.#anyDoubt.add(write);
    }
  }

  /** The writes of the highest rank. What moves by itself is evidence only against writes that are about it. */
  #closest(key: ReadKey, possible: readonly Write[]): readonly Write[] {
    const ranked = possible.map((write) => ({ write, rank: relationRules[this.relation(write, key)].rank }));
    const highest = Math.max(...ranked.map(({ rank }) => rank));
    if (highest < 2 && this.#drifting.has(key)) return [];
    return ranked.filter(({ rank }) => rank === highest).map(({ write }) => write);
  }

  #tally(write: Write, key: ReadKey): Tally {
    return (this.pair(write.kind, key).tallies[this.relation(write, key)] ??= {
      changed: 0,
      maybeChanged: 0,
      spared: new Set(),
      sparing: new Set(),
    });
  }

  /**
   * Seen to leave such reads alone, and never to change one. What writes with one body leave alone others may change,
   * and what holds for one thing need not for the next of its kind.
   */
  #isPardoned(
    write: WriteKind,
    { key, relation }: { readonly key: Pick<ReadKey, 'kind'>; readonly relation: Relation },
  ): boolean {
    const tally = this.pair(write, key).tallies[relation];
    if (!tally || relationRules[relation].pardon === 'none' || tally.changed + tally.maybeChanged > 0) return false;
    if (tally.sparing.size < Math.min(write.keys.size, enough)) return false;
    return tally.spared.has(key) || tally.spared.size >= Math.min(key.kind.keys.size, enough);
  }
}

function isPresumed(kind: WriteKind, relation: Relation): boolean {
  const { presumed } = relationRules[relation];
  return presumed === 'yes' || (presumed === 'action' && kind.isAction);
}

/** Two reads of one key that follow each other, and the writes that the later one may show and the earlier one not. */
interface Interval {
  readonly hasChanged: boolean;
  /** Undefined: too many to look at one by one. */
  readonly possible: readonly Write[] | undefined;
  /** Those of them that neither read overlapped with. */
  readonly certain: readonly Write[] | undefined;
}

function intervalOf(writes: readonly Write[], earlier: Read, later: Read): Interval {
  const hasChanged = !isSameAnswer(earlier.exchange, later.exchange);
  if (later.before - earlier.before > maxBetween) return { hasChanged, possible: undefined, certain: undefined };
  const between = writes.slice(earlier.before, later.before);
  const late: Write[] = [];
  for (let i = later.before; i < writes.length && late.length < maxBetween; i++) {
    if (!arrivedDuring(writes[i]!, later)) break;
    late.push(writes[i]!);
  }
  const certain = between.filter((write) => !arrivedDuring(write, earlier) && !later.running.includes(write));
  const possible = earlier.running.length + late.length === 0 ? between : [...earlier.running, ...between, ...late];
  return { hasChanged, possible, certain };
}

/** Equal, and what later requests took from them is too: a new token in an otherwise equal answer is another answer. */
export function isSameAnswer(one: EffectFacts, other: EffectFacts): boolean {
  if (one.responseDigest === undefined || one.responseDigest !== other.responseDigest) return false;
  const [issued = [], others = []] = [one.issuedValues, other.issuedValues];
  return issued.length === others.length && issued.every((value) => others.includes(value));
}
