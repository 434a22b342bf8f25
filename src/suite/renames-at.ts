import type { MomentPair, Renames, ValuePair, ValuePath } from '../compare/renames.ts';
import { firstWord } from '../compare/renamed-words.ts';
import { kindsAt } from '../correlate/value-kinds.ts';
import type { Rename } from '../model/run.ts';
import { isOfOneKind, type Contradiction, type Name, type Renaming } from './renaming.ts';
import { shortValue, sightingWords, type Sighting, type Site } from './sighting.ts';

/**
 * The renaming of a run as one exchange sees it: from values of its baseline to values of the run. A baseline that was
 * accepted from a run carries that run's values, so its own renaming stands in between.
 */
export class RenamesAt implements Renames {
  readonly servers: Renames['servers'];
  readonly #renaming: Renaming;
  readonly #site: Site;
  readonly #byRecorded: ReadonlyMap<string, readonly Rename[]>;
  readonly #byBaseline: ReadonlyMap<string, readonly Rename[]>;
  /** Pairs seen in this exchange, by the recorded value. */
  readonly #seen = new Map<string, string>();
  #firstWords: ReadonlySet<string> | undefined;
  readonly #undo: (() => void)[] = [];

  constructor(renaming: Renaming, baselineRenames: readonly Rename[], site: Site) {
    this.#renaming = renaming;
    this.#site = site;
    this.#byRecorded =
      baselineRenames.length === 0 ? noRenames : Map.groupBy(baselineRenames, ([recorded]) => recorded);
    this.#byBaseline = baselineRenames.length === 0 ? noRenames : Map.groupBy(baselineRenames, ([, value]) => value);
    this.servers = renaming.servers.map(([recorded, fresh]) => [
      this.#byRecorded.get(recorded)?.[0]?.[1] ?? recorded,
      fresh,
    ]);
  }

  get isEmpty(): boolean {
    return this.#renaming.isEmpty;
  }

  freshOf(value: string, path: ValuePath): readonly string[] {
    const names = this.#namesOf(value);
    if (names.length === 0) return none;
    return this.#renaming.fitting(names, path, this.#site.target).map(({ fresh }) => fresh);
  }

  get hasWords(): boolean {
    return this.#renaming.hasWords || this.#byBaseline.size > 0;
  }

  isName(value: string): boolean {
    return this.#namesOf(value).length > 0;
  }

  beginsName(word: string): boolean {
    if (this.#renaming.beginsName(word)) return true;
    if (this.#byBaseline.size === 0) return false;
    this.#firstWords ??= new Set([...this.#byBaseline.keys()].map((value) => firstWord(value) ?? value));
    return this.#firstWords.has(word);
  }

  join({ baseline, fresh, place, isToken }: ValuePair): string | undefined {
    const recorded = this.#recordedOf(baseline);
    const at: Sighting = { site: this.#site, place };
    const result = this.#renaming.join(recorded, fresh, { at, isToken: isToken === true });
    if (result !== undefined && typeof result !== 'function') return this.#words(result, { baseline, fresh, recorded });
    if (result) this.#undo.push(result);
    if (recorded !== fresh) this.#seen.set(recorded, fresh);
    return undefined;
  }

  /** A recorded value that the request of this run said unchanged stands for itself, unless it is known otherwise. */
  keep(recorded: string): void {
    const at: Sighting = { site: this.#site, place: 'the request' };
    const result = this.#renaming.join(recorded, recorded, { at, isToken: true });
    if (typeof result === 'function') this.#undo.push(result);
  }

  knownOtherwise({ baseline, fresh }: ValuePair, path: ValuePath): string | undefined {
    const [name] = this.#renaming.fitting(this.#namesOf(baseline), path, this.#site.target);
    return name && this.#words({ kind: 'renamed', name }, { baseline, fresh, recorded: baseline });
  }

  freshOfThing(value: string, path: ValuePath): readonly string[] {
    return this.#namesOfThing(value, path).map(({ fresh }) => fresh);
  }

  stale(value: string, path: ValuePath): string | undefined {
    const fitting = this.#namesOfThing(value, path);
    const [name] = fitting;
    if (!name || fitting.some(({ fresh }) => fresh === value)) return undefined;
    return this.#words({ kind: 'renamed', name }, { baseline: value, fresh: value, recorded: value });
  }

  #namesOfThing(value: string, path: ValuePath): readonly Name[] {
    const names = this.#namesOf(value).filter(({ kinds }) => kinds.length > 0);
    if (names.length === 0) return names;
    const kinds = kindsAt(path, '');
    return names.filter((name) => name.kinds.some((kind) => kinds.includes(kind)));
  }

  isKnownMoment(pair: MomentPair): boolean {
    return this.#renaming.moments.isKnown(pair);
  }

  joinMoment(pair: MomentPair): string | undefined {
    const result = this.#renaming.moments.join(pair, this.#site);
    if (typeof result !== 'function') return result;
    this.#undo.push(result);
    return undefined;
  }

  /** What was renamed in this exchange by being seen in it, for a baseline that may be made of it. */
  seen(): Rename[] {
    return [...this.#seen].filter(([recorded]) =>
      this.#renaming.names(recorded).every(({ source }) => source === 'seen'),
    );
  }

  /** Forgets what this exchange has shown: its response was only tried. */
  takeBack(): void {
    for (const undo of this.#undo.toReversed()) undo();
    this.#undo.length = 0;
    this.#seen.clear();
  }

  #namesOf(value: string): readonly Name[] {
    const own = this.#renaming.names(value);
    if (this.#byRecorded.size === 0) return own;
    const renamed = this.#byRecorded.get(value) ?? [];
    const kept = own.filter((name) => !renamed.some(([, , ...kinds]) => isOfOneKind(kinds, name.kinds)));
    const through = (this.#byBaseline.get(value) ?? []).flatMap(([recorded, , ...kinds]) =>
      this.#renaming.names(recorded).filter((name) => isOfOneKind(kinds, name.kinds)),
    );
    return [...through, ...kept];
  }

  #recordedOf(baseline: string): string {
    return this.#byBaseline.get(baseline)?.find(([, , ...kinds]) => kinds.length === 0)?.[0] ?? baseline;
  }

  #words(contradiction: Contradiction, { baseline, fresh, recorded }: Contradicting): string {
    const here = `here it is ${shortValue(fresh)}`;
    switch (contradiction.kind) {
      case 'renamed': {
        const { name } = contradiction;
        const became = name.fresh === recorded ? 'stayed' : 'been';
        return `${shortValue(baseline)} has ${became} ${shortValue(name.fresh)} since ${this.#since(name.at)}; ${here}`;
      }
      case 'kept':
        return `${shortValue(baseline)} has stayed ${shortValue(recorded)} since ${this.#since(contradiction.at)}; ${here}`;
      case 'taken': {
        const { by } = contradiction;
        const whom = by === fresh ? 'itself' : shortValue(by);
        return `${shortValue(fresh)} already stands for ${whom} (${this.#since(contradiction.at)})`;
      }
      case 'swapped': {
        const { recorded: other, fresh: name, at } = contradiction;
        const since = this.#since(at);
        return `${shortValue(other)} has been ${shortValue(name)} since ${since}; here ${shortValue(baseline)} is ${shortValue(fresh)}`;
      }
      default:
        return contradiction satisfies never;
    }
  }

  #since(at: Sighting | undefined): string {
    return at ? sightingWords(at, this.#site) : 'the run began';
  }
}

interface Contradicting {
  readonly baseline: string;
  readonly fresh: string;
  readonly recorded: string;
}

const none: readonly string[] = [];
const noRenames: ReadonlyMap<string, readonly Rename[]> = new Map();
