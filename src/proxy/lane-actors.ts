import type { CassetteReader } from '../store/cassette-reader.ts';
import { credentialsOf } from './lane-credentials.ts';

/** Who asked for a recording: hashes by place. */
export type Actor = ReadonlyMap<string, string>;

/** A recorded request, as far as its actor matters. */
export interface ActorLayer {
  readonly index: number;
  readonly reader: Pick<CassetteReader, 'exchanges'>;
  readonly session: { readonly id: number };
}

/** What a session says of one credential. */
interface Recorded {
  readonly named: boolean;
  readonly first: number;
  last: number;
  count: number;
}

/** Reading the headers of more takes longer than a client may be kept waiting. */
const maxExchanges = 100_000;

/**
 * Who asked for what in the recordings. Read at the first request that has a credential; a session with more than
 * 100,000 exchanges tells nothing.
 */
export class RecordedActors {
  readonly #layers: readonly ActorLayer[];
  /** By layer, by position. */
  #actors: readonly ReadonlyMap<number, Actor>[] | undefined;
  readonly #among = new WeakMap<object, Map<string, Set<string>>>();
  readonly #places = new Map<string, Map<string, Recorded>>();

  constructor(layers: readonly ActorLayer[]) {
    this.#layers = layers;
  }

  of(layer: number, position: number): Actor | undefined {
    this.#actors ??= this.#layers.map((one) => this.#read(one));
    return this.#actors[layer]?.get(position);
  }

  /** Everybody who asked for one of these; kept with the list. */
  among(candidates: readonly { readonly position: number }[], layer: number): ReadonlyMap<string, ReadonlySet<string>> {
    let roles = this.#among.get(candidates);
    if (!roles) {
      roles = new Map();
      for (const { position } of candidates) {
        for (const [place, id] of this.of(layer, position) ?? []) {
          roles.set(place, (roles.get(place) ?? new Set()).add(id));
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
    const ids = this.#at(place);
    if (!ids) return false;
    const once = Array.from(ids.values()).filter(({ count, named }) => count === 1 && !named).length;
    return ids.size < 3 || once * 2 <= ids.size;
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
    this.#actors ??= this.#layers.map((one) => this.#read(one));
    return this.#places.get(place);
  }

  #read({ reader, session, index }: ActorLayer): Map<number, Actor> {
    const actors = new Map<number, Actor>();
    let read = 0;
    for (const { position, request } of reader.exchanges(session.id)) {
      read += 1;
      if (read > maxExchanges) return new Map();
      const credentials = credentialsOf(request.headers);
      if (credentials.length === 0) continue;
      actors.set(position, new Map(credentials.map(({ place, id }) => [place, id])));
      for (const { place, id, named } of credentials) {
        const ids = this.#places.get(place) ?? new Map<string, Recorded>();
        this.#places.set(place, ids);
        // Sessions follow one another.
        const at = index * maxExchanges + position;
        const recorded = ids.get(id) ?? { named, first: at, last: at, count: 0 };
        recorded.last = at;
        recorded.count += 1;
        ids.set(id, recorded);
      }
    }
    return actors;
  }
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
export function preferActor<C extends { readonly position: number }>(
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
      const idOf = ({ position }: C): string => actors.of(layer, position)?.get(place) ?? '';
      if (!among.some((one) => ids.has(idOf(one)))) return among;
      const isOne = (one: C): boolean => Array.from(ids).some((own) => actors.mayBeSame(place, own, idOf(one)));
      return among.filter(isOne);
    }, candidates);
    found = left.length === candidates.length ? { candidates, id: '' } : { candidates: left, id: `\n${id}` };
    lists.set(id, found);
  }
  return found;
}
