import { isClockNote } from '../clock.ts';
import type { ValuePath } from '../renames.ts';
import { type Difference, type DifferencePart, severities } from '../../model/verdict.ts';

/** Where something stands, as differences name it: in the baseline, or for an added element in the fresh document. */
export interface DifferencePlace {
  readonly part: DifferencePart;
  readonly path: string;
  readonly pattern: string;
  /** In bodies: the path as keys. */
  readonly keys?: ValuePath;
  /** The element it lies in has no partner in the baseline: its row is that of this path. */
  readonly addedAt?: string;
}

interface Blame {
  readonly place: DifferencePlace;
  /** What the place depends on. */
  readonly others: readonly DifferencePlace[];
  readonly note: string;
}

/** What explains a difference by others, if those are what they are listed as. */
const trustedRules: ReadonlySet<string> = new Set(['renaming', 'clock', 'default-header', 'invariant']);

/** The differences of one pair of outcomes, by place, while invariants are held against them. */
export class DifferenceRows {
  readonly #rows: Difference[];
  readonly #byPlace = new Map<string, number>();
  /** Places that break an invariant: no other one explains them. */
  readonly #broken = new Set<string>();
  /** Place of what was explained → places it follows from. */
  readonly #follows = new Map<string, readonly string[]>();

  constructor(differences: readonly Difference[]) {
    this.#rows = [...differences];
    for (const [index, { part, path }] of differences.entries()) this.#byPlace.set(`${part}:${path}`, index);
  }

  list(): readonly Difference[] {
    return this.#rows;
  }

  /** All that are listed below a place. */
  below({ part, path }: DifferencePlace): readonly Difference[] {
    return this.#rows.filter((row) => row.part === part && row.path.startsWith(`${path}/`));
  }

  /** Is something left out of the list? */
  get isCut(): boolean {
    return this.#rows.some(({ pattern }) => pattern === '…');
  }

  at(place: DifferencePlace): Difference | undefined {
    const index = this.#indexOf(place);
    return index === undefined ? undefined : this.#rows[index];
  }

  /**
   * A change of value that nothing explains yet and that breaks nothing. A note tells why it is a finding although it
   * looks explainable, which no invariant answers: that it belongs to another thing, or that a rule expects otherwise.
   * Only that a time does not go by the clock is answered by another time that it goes by.
   */
  open(place: DifferencePlace): Difference | undefined {
    const row = this.at(place);
    if (row?.kind !== 'changed' || row.severity !== 'changed' || place.addedAt !== undefined) return undefined;
    if (row.note !== undefined && !isClockNote(row.note)) return undefined;
    return this.isBroken(place) ? undefined : row;
  }

  /** Is there any change of value that nothing explains? */
  get mayBeOpen(): boolean {
    return this.#rows.some(({ kind, severity }) => kind === 'changed' && severity === 'changed');
  }

  /** Has an invariant been found broken there? */
  isBroken({ part, path }: DifferencePlace): boolean {
    return this.#broken.has(`${part}:${path}`);
  }

  /** Notes a broken invariant where its place is listed, else where one it depends on is a finding. */
  blame({ place, others, note }: Blame): 'noted' | 'nowhere' {
    this.#broken.add(`${place.part}:${place.path}`);
    const own = this.#indexOf(place);
    const index = own ?? others.map((other) => this.#failingAt(other)).find((found) => found !== undefined);
    if (index === undefined) return 'nowhere';
    const { rule: _rule, ...row } = this.#rows[index]!;
    const severity = severities.indexOf(row.severity) < severities.indexOf('changed') ? row.severity : 'changed';
    const known = this.#rows[index]!.severity === 'equivalent' ? undefined : row.note;
    this.#rows[index] = { ...row, severity, note: joined(known, note) };
    return 'noted';
  }

  add({ part, path, pattern }: DifferencePlace, texts: Pick<Difference, 'before' | 'after'>, note: string): void {
    this.#byPlace.set(`${part}:${path}`, this.#rows.length);
    this.#rows.push({ part, path, pattern, kind: 'changed', severity: 'changed', ...texts, note });
  }

  /** Marks the difference at a place as one that follows from others, unless they follow from it. */
  explain(place: DifferencePlace, from: readonly Difference[], note: string): void {
    const key = `${place.part}:${place.path}`;
    const origins = from.map(({ part, path }) => `${part}:${path}`);
    if (origins.some((origin) => this.#leadsTo(origin, key))) return;
    const index = this.#byPlace.get(key)!;
    this.#follows.set(key, origins);
    this.#rows[index] = { ...this.#rows[index]!, severity: 'equivalent', rule: 'invariant', note };
  }

  #leadsTo(from: string, to: string): boolean {
    return from === to || (this.#follows.get(from) ?? []).some((origin) => this.#leadsTo(origin, to));
  }

  #indexOf({ part, path, addedAt }: DifferencePlace): number | undefined {
    if (addedAt === undefined) return this.#byPlace.get(`${part}:${path}`);
    const marked = this.#byPlace.get(`${part}:${addedAt} (added)`);
    return marked ?? this.#byPlace.get(`${part}:${addedAt}`);
  }

  #failingAt(place: DifferencePlace): number | undefined {
    const index = this.#indexOf(place);
    if (index !== undefined) return isFinding(this.#rows[index]!) ? index : undefined;
    if (!place.path.includes('/*')) return undefined;
    const listPath = place.path.slice(0, place.path.indexOf('/*') + 1);
    const found = this.#rows.findIndex(
      (row) =>
        row.part === place.part && row.pattern === place.pattern && row.path.startsWith(listPath) && isFinding(row),
    );
    return found === -1 ? undefined : found;
  }
}

function isFinding({ severity }: Difference): boolean {
  return severity === 'broken' || severity === 'changed';
}

/** May something else follow from this difference? Not from one that a person or noise hides. */
export function isTrusted({ severity, rule }: Difference): boolean {
  return severity !== 'equivalent' || (rule !== undefined && trustedRules.has(rule));
}

function joined(known: string | undefined, note: string): string {
  return known === undefined || known === '' ? note : `${known}; ${note}`;
}
