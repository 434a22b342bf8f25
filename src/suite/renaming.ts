import { firstWord } from '../compare/renamed-words.ts';
import type { ValuePath } from '../compare/renames.ts';
import { leafContainer, leafName } from '../correlate/body-leaves.ts';
import { isResourceWord } from '../correlate/resource-names.ts';
import { kindsAt } from '../correlate/value-kinds.ts';
import { isDistinctive, lastWord } from '../model/identity.ts';
import { isJwt, timelessClaims } from '../model/jwt.ts';
import type { Rename } from '../model/run.ts';
import { copyOf, Moments } from './moments.ts';
import type { Sighting } from './sighting.ts';

/** What one recorded value is called in the run, as the identifier of things of some kinds; without any: of anything. */
export interface Name {
  readonly fresh: string;
  readonly kinds: readonly string[];
  /** Where it was seen first; undefined for what a person gave. */
  readonly at?: Sighting;
  /** `told`: by a flow or a person; `seen`: at the same place of both responses. */
  readonly source: 'told' | 'seen';
}

/** Which values contradict each other, where one was to become another's name. */
export type Contradiction =
  | { readonly kind: 'renamed'; readonly name: Name }
  | { readonly kind: 'kept'; readonly at: Sighting }
  | { readonly kind: 'taken'; readonly by: string; readonly at?: Sighting }
  /** The new value is one of the recording itself, which is another now; or the recorded one has become another's name. */
  | { readonly kind: 'swapped'; readonly recorded: string; readonly fresh: string; readonly at?: Sighting };

interface Taken {
  readonly recorded: string;
  readonly at?: Sighting;
}

export interface EstablishOptions {
  readonly at?: Sighting;
  /** Of things that a short value identifies. */
  readonly kinds?: readonly string[];
}

interface JoinOptions {
  readonly at: Sighting;
  /** They are found by their class wherever they stand. */
  readonly isToken: boolean;
}

/**
 * One consistent renaming from recorded values to values of a run, both as they are stored (redacted).
 *
 * It is one to one: the first value seen for a recorded one holds, and what already stands for one recorded value
 * cannot stand for another, so that two users who have become one are a finding; a value that has stayed what it was
 * stands for itself. It keeps the form of values: where an id was, `undefined` is none. Values that say nothing by
 * themselves (17) are renamed per kind of thing, since order 17 and customer 17 have nothing to do with each other.
 */
export class Renaming {
  readonly moments = new Moments();
  readonly #names = new Map<string, Name[]>();
  readonly #firstWords = new Set<string>();
  /** Fresh value → the recorded one it stands for, by kind. */
  readonly #taken = new Map<string, Taken>();
  /** Values that stand for themselves, each with where that was first seen. */
  readonly #kept = new Map<string, Sighting>();
  readonly #servers: (readonly [recorded: string, fresh: string])[] = [];
  readonly #knownKinds: ReadonlySet<string>;

  /** @param knownKinds Kinds of things that the session identifies by name anywhere. */
  constructor(knownKinds: Iterable<string> = []) {
    this.#knownKinds = new Set(knownKinds);
  }

  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  /** Base URLs and authorities, recorded and of the run, where they differ. */
  get servers(): readonly (readonly [recorded: string, fresh: string])[] {
    return this.#servers;
  }

  /** Takes a value that a response gave where the recording has another, unless that contradicts what is known. */
  establish(recorded: string, fresh: string, { at, kinds = [] }: EstablishOptions = {}): void {
    if (!hasSameForm(recorded, fresh)) return;
    const scope = isDistinctive(recorded) ? [] : kinds;
    const known = this.#namesOf(recorded, scope);
    if (known.some((name) => name.fresh === fresh || !saysTheSame(name.fresh, fresh))) return;
    const isDifferent = fresh !== recorded && isDistinctive(recorded);
    if (isDifferent && (this.#kept.has(recorded) || this.#kept.has(fresh))) return;
    const slots = this.#slots(recorded, fresh, scope);
    const isTaken = slots.some((slot) => {
      const other = this.#taken.get(slot);
      return other !== undefined && !saysTheSame(other.recorded, recorded);
    });
    if (isTaken) return;
    const sighting = at ? { at } : {};
    for (const slot of slots) this.#taken.set(slot, { recorded, ...sighting });
    this.#add(recorded, { fresh, kinds: scope, source: 'told', ...sighting });
    this.#addWord(recorded);
  }

  /** A value a person gave for this run: any will do, the same for several recorded ones too. */
  give(recorded: string, fresh: string): void {
    this.#add(recorded, { fresh, kinds: [], source: 'told' });
    this.#addWord(recorded);
  }

  /** A server of the recording, by its base URL or authority, and the one asked in its place. */
  serve(recorded: string, fresh: string): void {
    if (recorded !== fresh && !this.#servers.some(([known]) => known === recorded)) {
      this.#servers.push([recorded, fresh]);
    }
  }

  /**
   * Takes two values that no accident makes and that stood at the same place. Gives the way to take that back,
   * undefined when nothing new was learned, or what contradicts it.
   */
  join(recorded: string, fresh: string, { at, isToken }: JoinOptions): Contradiction | (() => void) | undefined {
    const kept = this.#kept.get(recorded);
    if (kept && recorded === fresh) return undefined;
    const names = this.#names.get(recorded);
    if (names) {
      return names.some((name) => name.fresh === fresh) ? undefined : { kind: 'renamed', name: names[0]! };
    }
    const taken = this.#taken.get(fresh);
    if (taken && taken.recorded !== recorded) {
      return { kind: 'taken', by: taken.recorded, ...(taken.at && { at: taken.at }) };
    }
    if (recorded === fresh) {
      this.#kept.set(copyOf(recorded), at);
      return () => this.#kept.delete(recorded);
    }
    if (kept) return { kind: 'kept', at: kept };
    const itself = this.#kept.get(fresh);
    if (itself) return { kind: 'taken', by: fresh, at: itself };
    const swapped = this.#swapped(recorded, fresh);
    if (swapped) return swapped;
    const own = copyOf(recorded);
    this.#taken.set(copyOf(fresh), { recorded: own, at });
    this.#add(own, { fresh: copyOf(fresh), kinds: [], source: 'seen', at });
    if (!isToken) this.#addWord(own);
    return () => {
      this.#taken.delete(fresh);
      this.#names.delete(recorded);
    };
  }

  /** What a program makes anew is never what the recording has for something else: then things were confused. */
  #swapped(recorded: string, fresh: string): Contradiction | undefined {
    const taken = this.#taken.get(recorded);
    if (taken) return { kind: 'swapped', recorded: taken.recorded, fresh: recorded, ...(taken.at && { at: taken.at }) };
    const [name] = this.#names.get(fresh) ?? [];
    return name && { kind: 'swapped', recorded: fresh, fresh: name.fresh, ...(name.at && { at: name.at }) };
  }

  get hasWords(): boolean {
    return this.#firstWords.size > 0;
  }

  /** May a recorded value that was renamed begin with this word? Not those that are found by their class. */
  beginsName(word: string): boolean {
    return this.#firstWords.has(word);
  }

  /** Where a recorded value was seen first; undefined when it was not, or when nobody knows where. */
  firstSeen(recorded: string): Sighting | undefined {
    return this.#kept.get(recorded) ?? this.#names.get(recorded)?.find(({ at }) => at !== undefined)?.at;
  }

  /** All names of a recorded value. */
  names(recorded: string): readonly Name[] {
    return this.#names.get(recorded) ?? [];
  }

  /**
   * What differs from the recording by what flows and people say, for the run store: a value that is not in it kept its
   * recorded form, or was renamed where it was seen (`RenamesAt.seen`).
   */
  pairs(): Rename[] {
    const told = [...this.#names].flatMap(([recorded, names]) =>
      names
        .filter(({ fresh, source }) => source === 'told' && fresh !== recorded)
        .map(({ fresh, kinds }): Rename => [recorded, fresh, ...kinds]),
    );
    return [...told, ...this.#servers];
  }

  /**
   * Of these names those that a value may have at a path. A path that speaks of another thing the session knows rules
   * them out; the identifier of a thing that it does not know (`authorId`, where the session has only users) may be any.
   * Codes and numbers of other things than the one at hand (`statusCode`, `/page/`) are none.
   */
  fitting(names: readonly Name[], at: ValuePath, target: string): readonly Name[] {
    if (names.every(({ kinds }) => kinds.length === 0)) return names;
    const word = wordBefore(at);
    const path = word !== undefined && !isResourceWord(word) ? at.slice(1) : at;
    const kinds = kindsAt(path, target);
    const fitting = names.filter(
      (name) => isOfOneKind(name.kinds, kinds) && (name.kinds.length === 0 || mayName(name, path)),
    );
    if (fitting.length > 0 || kinds.some((kind) => this.#knownKinds.has(kind))) return fitting;
    return isIdentifierOfAny(path) ? names : fitting;
  }

  #namesOf(recorded: string, kinds: readonly string[]): readonly Name[] {
    return (this.#names.get(recorded) ?? []).filter((name) => isOfOneKind(name.kinds, kinds));
  }

  /** Short values without a kind may meet by accident, as the pseudonyms of two PINs do. */
  #slots(recorded: string, fresh: string, kinds: readonly string[]): string[] {
    if (isDistinctive(recorded)) return [fresh];
    return kinds.map((kind) => `${kind} ${fresh}`);
  }

  #addWord(recorded: string): void {
    const word = firstWord(recorded);
    if (word !== undefined) this.#firstWords.add(copyOf(word));
  }

  #add(recorded: string, name: Name): void {
    const names = this.#names.get(recorded);
    if (names) names.push(name);
    else this.#names.set(recorded, [name]);
  }
}

/** Without a kind a value may be the identifier of anything. */
export function isOfOneKind(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || a.some((kind) => b.includes(kind));
}

/** Words that say so little that they name a thing only where its identifier was issued under them: `{"code": 1}`. */
const vague = /^(?:code|after|hash|digest|marker|continuation)$/i;

function mayName({ at }: Name, path: ValuePath): boolean {
  const own = leafName(path);
  return !vague.test(own) || (at?.place ?? own).endsWith(own);
}

/** Of an identifier behind a segment of a URL. */
function wordBefore(path: ValuePath): string | undefined {
  const container = leafContainer(path);
  return container?.startsWith('/') === true ? container.slice(1) : undefined;
}

/** `authorId` or `author/id`, but no `pageNumber`, and no segment of a URL behind the word for another thing. */
function isIdentifierOfAny(path: ValuePath): boolean {
  return wordBefore(path) === undefined && /^(?:ids?|uid|oid|pk|ref)$/.test(lastWord(leafName(path)));
}

function saysTheSame(a: string, b: string): boolean {
  if (a === b) return true;
  const claims = timelessClaims(a);
  return claims !== undefined && claims === timelessClaims(b);
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** From this length on values have about one length; below it numbers grow and cursors encode them. */
const minSteadyLength = 16;

/** Could the one be what the other is, made at another time? */
function hasSameForm(recorded: string, fresh: string): boolean {
  if (recorded === fresh) return true;
  if (/^(?:|null|undefined|NaN|\[object Object\])$/.test(fresh)) return false;
  if (uuid.test(recorded) || isJwt(recorded)) return uuid.test(recorded) ? uuid.test(fresh) : isJwt(fresh);
  // A hexadecimal value may happen to have no letter.
  if (/^\d+$/.test(recorded) && !/^[\da-f]+$/i.test(fresh)) return false;
  if (recorded.length < minSteadyLength) return true;
  return fresh.length <= 2 * recorded.length && recorded.length <= 2 * fresh.length;
}
