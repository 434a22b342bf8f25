import type { Renames, ValuePath } from '../compare/renames.ts';
import { kindsAt } from '../correlate/value-kinds.ts';
import { isDistinctive } from '../model/identity.ts';
import { isJwt, timelessClaims } from '../model/jwt.ts';
import type { Rename } from '../model/run.ts';

/** What one recorded value is called in the run, as the identifier of things of some kinds; without any: of anything. */
interface Name {
  readonly fresh: string;
  readonly kinds: readonly string[];
}

/**
 * One consistent renaming from recorded values to values of a run, both as they are stored (redacted).
 *
 * It is one to one: the first value seen for a recorded one holds, and what already stands for one recorded value
 * cannot stand for another, so that two users who have become one are a finding. It keeps the form of values: where an
 * id was, `undefined` is none. Values that say nothing by themselves (17) are renamed per kind of thing, since order 17
 * and customer 17 have nothing to do with each other.
 */
export class Renaming {
  readonly #names = new Map<string, Name[]>();
  /** Fresh value → the recorded one it stands for, by kind. */
  readonly #taken = new Map<string, string>();
  readonly #knownKinds: ReadonlySet<string>;

  /** @param knownKinds Kinds of things that the session identifies by name anywhere. */
  constructor(knownKinds: Iterable<string> = []) {
    this.#knownKinds = new Set(knownKinds);
  }

  /** Takes a value that a response gave where the recording has another, unless that contradicts what is known. */
  establish(recorded: string, fresh: string, kinds: readonly string[] = []): void {
    if (!hasSameForm(recorded, fresh)) return;
    const scope = isDistinctive(recorded) ? [] : kinds;
    const known = this.#namesOf(recorded, scope);
    if (known.some((name) => name.fresh === fresh || !saysTheSame(name.fresh, fresh))) return;
    const slots = this.#slots(recorded, fresh, scope);
    const isTaken = slots.some((slot) => {
      const other = this.#taken.get(slot);
      return other !== undefined && !saysTheSame(other, recorded);
    });
    if (isTaken) return;
    for (const slot of slots) this.#taken.set(slot, recorded);
    this.#add(recorded, { fresh, kinds: scope });
  }

  /** A value a person gave for this run: any will do, the same for several recorded ones too. */
  give(recorded: string, fresh: string): void {
    this.#add(recorded, { fresh, kinds: [] });
  }

  /** What differs from the recording, for the run store: a value that is not in it kept its recorded form. */
  pairs(): Rename[] {
    return [...this.#names].flatMap(([recorded, names]) =>
      names.filter(({ fresh }) => fresh !== recorded).map(({ fresh, kinds }): Rename => [recorded, fresh, ...kinds]),
    );
  }

  /**
   * Values of a baseline in this run; `target` is what was asked for. A baseline that was accepted from a run carries
   * that run's values, so its own renaming stands in between.
   */
  from(baselineRenames: readonly Rename[], target: string): Renames {
    const names = baselineRenames.length === 0 ? this.#names : this.#namesIn(baselineRenames);
    return {
      isEmpty: names.size === 0,
      freshOf: (value, path) => this.#fitting(names.get(value) ?? [], path, target).map(({ fresh }) => fresh),
    };
  }

  #namesIn(baselineRenames: readonly Rename[]): ReadonlyMap<string, Name[]> {
    const inBaseline = Map.groupBy(baselineRenames, ([recorded]) => recorded);
    const names = new Map<string, Name[]>();
    for (const [recorded, fresh] of this.#names) {
      for (const name of fresh) {
        const renamed = inBaseline.get(recorded)?.filter(([, , ...kinds]) => isOfOneKind(kinds, name.kinds)) ?? [];
        const values = renamed.length === 0 ? [recorded] : renamed.map(([, value]) => value);
        for (const value of values) names.set(value, [...(names.get(value) ?? []), name]);
      }
    }
    return names;
  }

  /**
   * The names that a value may have at a path. A path that speaks of another thing the session knows rules them out;
   * one that does not (`authorId`, where the session has only users) rules out nothing.
   */
  #fitting(names: readonly Name[], path: ValuePath, target: string): readonly Name[] {
    if (names.every(({ kinds }) => kinds.length === 0)) return names;
    const kinds = kindsAt(path, target);
    const fitting = names.filter((name) => isOfOneKind(name.kinds, kinds));
    return fitting.length > 0 || kinds.some((kind) => this.#knownKinds.has(kind)) ? fitting : names;
  }

  #namesOf(recorded: string, kinds: readonly string[]): readonly Name[] {
    return (this.#names.get(recorded) ?? []).filter((name) => isOfOneKind(name.kinds, kinds));
  }

  /** Short values without a kind may meet by accident, as the pseudonyms of two PINs do. */
  #slots(recorded: string, fresh: string, kinds: readonly string[]): string[] {
    if (isDistinctive(recorded)) return [fresh];
    return kinds.map((kind) => `${kind} ${fresh}`);
  }

  #add(recorded: string, name: Name): void {
    const names = this.#names.get(recorded);
    if (names) names.push(name);
    else this.#names.set(recorded, [name]);
  }
}

/** Without a kind a value may be the identifier of anything. */
function isOfOneKind(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || a.some((kind) => b.includes(kind));
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
