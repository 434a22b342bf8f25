import type { RawHeaders } from '../model/headers.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import { type ActorId, ActorList, type RecordedActor, type ReplayIndex } from '../store/replay-index.ts';
import { credentialsOf } from './lane-credentials.ts';

/** A recording, as far as its actor matters. */
export interface Acted {
  readonly position: number;
  readonly actor?: readonly ActorId[];
}

/** A recorded session, as far as its actors matter. */
export interface ActorLayer {
  readonly index: number;
  readonly reader: Pick<CassetteReader, 'exchanges'>;
  readonly session: { readonly id: number };
  readonly lookup?: ReplayIndex;
}

type Recorded = { -readonly [K in keyof Omit<RecordedActor, 'place' | 'id'>]: RecordedActor[K] };

/** Reading the headers of more takes longer than a client may be kept waiting. */
const maxExchanges = 100_000;

/**
 * Who asked for what in the recordings. It stands in their index; of a session without one the headers are read at the
 * first request that has a credential, and with more than 100,000 exchanges it tells nothing.
 */
export class RecordedActors {
  readonly #layers: readonly ActorLayer[];
  /** Of sessions without an index: by layer, by position. */
  readonly #scanned = new Map<number, ReadonlyMap<number, readonly ActorId[]>>();
  readonly #among = new WeakMap<object, Map<string, Set<string>>>();
  /** By recorded place. */
  readonly #tells = new Map<string, boolean>();
  #places: Map<string, Map<string, Recorded>> | undefined;

  constructor(layers: readonly ActorLayer[]) {
    this.#layers = layers;
  }

  of(layer: number, { position, actor }: Acted): readonly ActorId[] {
    return actor ?? this.#scanOf(layer)?.get(position) ?? nobody;
  }

  /** Everybody who asked for one of these; kept with the list. */
  among(candidates: readonly Acted[], layer: number): ReadonlyMap<string, ReadonlySet<string>> {
    let roles = this.#among.get(candidates);
    if (!roles) {
      roles = new Map();
      for (const candidate of candidates) {
        for (const { place, id } of this.of(layer, candidate)) {
          const ids = roles.get(place);
          if (ids) ids.add(id);
          else roles.set(place, new Set([id]));
        }
      }
      this.#among.set(candidates, roles);
    }
    return roles;
  }

  isRecorded(place: string, id: string): boolean {
    return this.#at(place)?.has(id) ?? false;
  }

  /**
   * Does a place tell actors apart? Not one that recorded nothing, and not one whose credentials were mostly used once:
   * clients made them up for each request.
   */
  tells(place: string): boolean {
    let tells = this.#tells.get(place);
    if (tells === undefined) {
      const ids = this.#at(place);
      if (!ids) return false;
      const once = Array.from(ids.values()).filter(({ count, named }) => count === 1 && !named).length;
      tells = ids.size < 3 || once * 2 <= ids.size;
      this.#tells.set(place, tells);
    }
    return tells;
  }

  /** Could two recorded credentials be one actor's, the second after a new login? */
  mayBeSame(place: string, a: string, b: string): boolean {
    const one = this.#at(place)?.get(a);
    const other = this.#at(place)?.get(b);
    if (!one || !other || a === b) return a === b;
    if (one.named || other.named) return false;
    return one.last < other.first || other.last < one.first;
  }

  #at(place: string): Map<string, Recorded> | undefined {
    this.#places ??= this.#readPlaces();
    return this.#places.get(place);
  }

  #readPlaces(): Map<string, Map<string, Recorded>> {
    const places = new Map<string, Map<string, Recorded>>();
    for (const { index, lookup, session } of this.#layers) {
      for (const { place, id, named, first, last, count } of lookup?.actors(session.id) ?? this.#listOf(index)) {
        const ids = places.get(place) ?? new Map<string, Recorded>();
        places.set(place, ids);
        // Sessions follow one another.
        const start = index * maxExchanges;
        const known = ids.get(id);
        if (known) {
          known.last = start + last;
          known.count += count;
        } else ids.set(id, { named, first: start + first, last: start + last, count });
      }
    }
    return places;
  }

  #listOf(layer: number): Iterable<RecordedActor> {
    const list = new ActorList();
    for (const [position, actor] of this.#scanOf(layer) ?? []) list.add({ position, actor });
    return list.all();
  }

  #scanOf(layer: number): ReadonlyMap<number, readonly ActorId[]> | undefined {
    const { reader, session, lookup } = this.#layers[layer]!;
    if (lookup) return undefined;
    let scanned = this.#scanned.get(layer);
    if (!scanned) {
      scanned = scan(reader, session.id);
      this.#scanned.set(layer, scanned);
    }
    return scanned;
  }
}

const nobody: readonly ActorId[] = [];

function scan(reader: Pick<CassetteReader, 'exchanges'>, sessionId: number): ReadonlyMap<number, readonly ActorId[]> {
  const actors = new Map<number, readonly ActorId[]>();
  let read = 0;
  for (const { position, request } of reader.exchanges(sessionId)) {
    read += 1;
    if (read > maxExchanges) return new Map();
    const actor = actorOf(request.headers);
    if (actor) actors.set(position, actor);
  }
  return actors;
}

/** Who sent these headers; undefined when nothing in them says so. */
export function actorOf(headers: RawHeaders): readonly ActorId[] | undefined {
  const credentials = credentialsOf(headers);
  return credentials.length === 0 ? undefined : credentials.map(({ place, id, named }) => ({ place, id, named }));
}

/** Recordings of a key that the asker's part leaves. */
export interface Preferred<C> {
  readonly candidates: readonly C[];
  /** Tells their cursors from those of the key's other recordings; empty when all are left. */
  readonly id: string;
}

/** Lists made once: what is derived from a list is kept with it. */
const preferred = new WeakMap<readonly object[], Map<string, Preferred<object>>>();

/**
 * Of recordings made for several actors those of the part that the asker plays; all where that decides nothing. What may
 * be the same actor's after another login stays.
 */
export function preferActor<C extends Acted>(
  candidates: readonly C[],
  layer: number,
  { actors, parts }: { readonly actors: RecordedActors; readonly parts: ReadonlyMap<string, ReadonlySet<string>> },
): Preferred<C> {
  if (candidates.length < 2 || parts.size === 0) return { candidates, id: '' };
  const id = Array.from(parts, ([place, ids]) => [place, ...Array.from(ids).toSorted()].join('\n')).join('\n\n');
  const lists = preferred.get(candidates) ?? new Map<string, Preferred<object>>();
  preferred.set(candidates, lists);
  let found = lists.get(id) as Preferred<C> | undefined;
  if (!found) {
    const left = Array.from(parts).reduce((among, [place, ids]) => {
      const idOf = (one: C): string => actors.of(layer, one).find((actor) => actor.place === place)?.id ?? '';
      if (!among.some((one) => ids.has(idOf(one)))) return among;
      const isOne = (one: C): boolean => Array.from(ids).some((own) => actors.mayBeSame(place, own, idOf(one)));
      return among.filter(isOne);
    }, candidates);
    found = left.length === candidates.length ? { candidates, id: '' } : { candidates: left, id: `\n${id}` };
    lists.set(id, found);
  }
  return found;
}

const anonymous = new WeakMap<readonly object[], Preferred<object>>();

/**
 * For a client that does not say who it is: what was recorded of somebody who did not, where there is any and only that
 * tells the recordings apart. Where writes lie between them, the state decides.
 */
export function preferAnonymous<C extends { readonly actor?: readonly unknown[]; readonly since?: number }>(
  candidates: readonly C[],
): Preferred<C> {
  if (candidates.length < 2) return { candidates, id: '' };
  let found = anonymous.get(candidates) as Preferred<C> | undefined;
  if (!found) {
    const left = candidates.filter(({ actor }) => actor === undefined || actor.length === 0);
    const isOfOneState = candidates.every(({ since }) => since === candidates[0]!.since);
    const isAll = left.length === 0 || left.length === candidates.length || !isOfOneState;
    found = isAll ? { candidates, id: '' } : { candidates: left, id: '\nanonymous' };
    anonymous.set(candidates, found);
  }
  return found;
}
