import { isWrite } from '../model/exchange.ts';
import { Lane } from '../match/lane.ts';

/** What said which lane a request belongs to. `actor`: nothing did; its credential told it from other clients'. */
export type LaneHow = 'header' | 'baggage' | 'proxy-user' | 'port' | 'path' | 'actor' | 'default';

/** The lane of every request that nothing assigns to another. */
export const defaultLane = 'default';

/** Where a lane stands in one replayed session. */
export interface LanePosition {
  readonly cassette: string;
  readonly session: string;
  /** Position of the recording served last. */
  readonly last: number;
  /** The furthest position served. */
  readonly furthest: number;
}

export interface LaneStatus {
  readonly name: string;
  readonly how: LaneHow;
  readonly hits: number;
  readonly misses: number;
  /** Hits that were writes: how often the recorded state moved on. */
  readonly writes: number;
  /** One for each session that has served the lane. */
  readonly positions: readonly LanePosition[];
}

/** What the book has to know of a replayed session. */
export interface LaneLayer {
  readonly index: number;
  readonly cassette: string;
  readonly session: { readonly name: string };
}

/** A lane is some hundred bytes until it is used; a client that makes up a name for each request is to be told. */
export const maxLanes = 100_000;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Entry {
  how: LaneHow;
  /** One for each layer. */
  states: readonly Lane[];
  hits: number;
  misses: number;
  writes: number;
  /** By layer. */
  positions: Map<number, Writable<LanePosition>>;
}

/** The lanes of one replay: where each stands, and what it was given. */
export class LaneBook {
  readonly #layerCount: number;
  readonly #entries = new Map<string, Entry>();

  constructor(layerCount: number) {
    this.#layerCount = layerCount;
  }

  /** Makes a lane known, with what first said its name. False: there are too many. */
  enter(name: string, how: LaneHow): boolean {
    if (this.#entries.has(name)) return true;
    if (this.#entries.size >= maxLanes) return false;
    this.#entries.set(name, this.#begin(how));
    return true;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Where a lane stands in each layer. */
  statesOf(name: string): readonly Lane[] {
    return this.#entryOf(name).states;
  }

  /** A recording was served. */
  hit(name: string, layer: LaneLayer, { position, method }: { readonly position: number; readonly method: string }) {
    const entry = this.#entryOf(name);
    entry.hits += 1;
    if (isWrite(method)) entry.writes += 1;
    const place = entry.positions.get(layer.index);
    if (place) {
      place.last = position;
      place.furthest = Math.max(place.furthest, position);
      return;
    }
    const { cassette, session } = layer;
    entry.positions.set(layer.index, { cassette, session: session.name, last: position, furthest: position });
  }

  /** What first said the name of a lane. */
  howOf(name: string): LaneHow {
    return this.#entries.get(name)?.how ?? 'default';
  }

  /** The furthest position that a lane was served of a layer; -1 before any. */
  furthest(name: string, layer: number): number {
    return this.#entries.get(name)?.positions.get(layer)?.furthest ?? -1;
  }

  /** Whatever answered instead. */
  missed(name: string): void {
    this.#entryOf(name).misses += 1;
  }

  /** In order of appearance. */
  list(): LaneStatus[] {
    return Array.from(this.#entries, ([name, { how, hits, misses, writes, positions }]) => ({
      name,
      how,
      hits,
      misses,
      writes,
      positions: Array.from(positions.values(), (place) => ({ ...place })),
    }));
  }

  /** Puts a lane back to the beginning of the recording, its counts to 0. False: there is no such lane. */
  reset(name: string): boolean {
    const entry = this.#entries.get(name);
    if (!entry) return false;
    this.#entries.set(name, this.#begin(entry.how));
    return true;
  }

  /** As if no request had come. */
  resetAll(): void {
    this.#entries.clear();
  }

  #entryOf(name: string): Entry {
    let entry = this.#entries.get(name);
    if (!entry) this.#entries.set(name, (entry = this.#begin('default')));
    return entry;
  }

  #begin(how: LaneHow): Entry {
    const states = Array.from({ length: this.#layerCount }, () => new Lane());
    return { how, states, hits: 0, misses: 0, writes: 0, positions: new Map() };
  }
}
