import type { Conduct, EffectFacts } from './effect-facts.ts';
import type { Resource } from './resource.ts';

/** Writes of one method to resources of one template, with the same kind of end. */
export interface WriteKind {
  readonly index: number;
  /** Of the first of them. */
  readonly resource: Resource;
  /** Nobody reads what it writes to: its effect shows elsewhere, if anywhere. */
  readonly isAction: boolean;
  readonly writes: Write[];
  /** Their request keys. */
  readonly keys: Set<string>;
}

export interface Write {
  /** Its place among the writes. */
  readonly order: number;
  readonly exchange: EffectFacts;
  readonly resource: Resource;
  readonly kind: WriteKind;
}

export interface Read {
  readonly exchange: EffectFacts;
  /** How many writes arrived before it. */
  readonly before: number;
  /** Those of them that were still running when it arrived. */
  readonly running: readonly Write[];
}

export interface ReadKind {
  readonly index: number;
  readonly resource: Resource;
  /** Request keys of its reads. */
  readonly keys: Set<string>;
}

/** All reads with one request key. */
export interface ReadKey {
  readonly resource: Resource;
  readonly kind: ReadKind;
  readonly reads: Read[];
  /** Writes that issued values it needs, or mention what it reads. */
  readonly sources: Set<Write>;
}

export interface Timeline {
  readonly writes: readonly Write[];
  readonly writeKinds: readonly WriteKind[];
  readonly readKinds: readonly ReadKind[];
  readonly keys: readonly ReadKey[];
}

/** Clocks of recordings count whole milliseconds: requests that follow each other may seem to overlap by so much. */
const clockGrainMs = 1;

/** A client with more writes under way keeps the server in no state that a read could be placed by. */
const maxRunning = 64;

/** Sorts exchanges into writes and reads, in one pass. */
export function timelineOf(
  exchanges: readonly EffectFacts[],
  resources: readonly Resource[],
  conducts: readonly Conduct[],
): Timeline {
  const readWords = wordsThatAreRead(resources, conducts);
  const writes: Write[] = [];
  const writeKinds = new Map<string, WriteKind>();
  const readKinds = new Map<string, ReadKind>();
  const keys = new Map<string, ReadKey>();
  const issuers = new Map<string, Write[]>();
  const mentioning = new Map<string, Write[]>();
  const named = new Map<ReadKey, ReadonlySet<string>>();
  let running: Write[] = [];
  exchanges.forEach((exchange, i) => {
    const resource = resources[i]!;
    running = running.filter((write) => isRunning(write, exchange.startedAt));
    if (conducts[i] === 'write') {
      const name = [exchange.method, endOf(exchange), resource.targetName, resource.template].join(' ');
      const kind = held(writeKinds, name, () => ({
        index: writeKinds.size,
        resource,
        isAction: !resource.words.some((word) => readWords.has(`${resource.targetName}\n${word}`)),
        writes: [],
        keys: new Set<string>(),
      }));
      kind.keys.add(exchange.requestKey);
      const write = { order: writes.length, exchange, resource, kind };
      writes.push(write);
      kind.writes.push(write);
      if (exchange.endedAt !== undefined && running.length < maxRunning) running.push(write);
      for (const value of exchange.issuedValues ?? []) held(issuers, value, () => []).push(write);
      for (const value of exchange.mentions ?? []) held(mentioning, value, () => []).push(write);
      return;
    }
    const kind = held(readKinds, `${resource.targetName} ${resource.template}`, () => ({
      index: readKinds.size,
      resource,
      keys: new Set<string>(),
    }));
    kind.keys.add(exchange.requestKey);
    const key = held(keys, exchange.requestKey, () => ({ resource, kind, reads: [], sources: new Set<Write>() }));
    key.reads.push({ exchange, before: writes.length, running: running.length === 0 ? none : [...running] });
    for (const value of exchange.usedValues ?? []) for (const write of issuers.get(value) ?? []) key.sources.add(write);
    if (exchange.mentions) named.set(key, new Set(exchange.mentions));
  });
  // Of writes after the read too: what it is asked for later may come from them.
  for (const [key, values] of named) {
    for (const value of values) {
      for (const write of mentioning.get(value) ?? []) {
        if (write.resource.targetName === key.resource.targetName) key.sources.add(write);
      }
    }
  }
  return {
    writes,
    writeKinds: [...writeKinds.values()],
    readKinds: [...readKinds.values()],
    keys: [...keys.values()],
  };
}

const none: readonly Write[] = [];

function isRunning({ exchange }: Write, atMs: number): boolean {
  return exchange.endedAt !== undefined && exchange.endedAt > atMs + clockGrainMs;
}

/** Did the write arrive while the read ran? */
export function arrivedDuring(write: Write, { exchange }: Read): boolean {
  return exchange.endedAt !== undefined && write.exchange.startedAt + clockGrainMs < exchange.endedAt;
}

/** A refused write says nothing about one that was let through. */
function endOf({ status }: EffectFacts): string {
  if (status === undefined) return 'failed';
  return status < 400 ? 'done' : `${Math.floor(status / 100)}xx`;
}

function wordsThatAreRead(resources: readonly Resource[], conducts: readonly Conduct[]): ReadonlySet<string> {
  const words = new Set<string>();
  const seen = new Set<Resource>();
  resources.forEach((resource, i) => {
    if (conducts[i] === 'write' || seen.has(resource)) return;
    seen.add(resource);
    for (const word of resource.words) words.add(`${resource.targetName}\n${word}`);
  });
  return words;
}

function held<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
