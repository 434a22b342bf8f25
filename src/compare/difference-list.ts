import { childPointer } from '../model/json-pointer.ts';
import type { ValuePath } from './renames.ts';
import type { FoundDifference, Rulings } from './rulings.ts';
import { severities, type Difference, type DifferencePart, type Severity } from '../model/verdict.ts';

/** Texts of values in differences are cut to this length; the whole value is in the stored body. */
const maxTextLength = 240;

/** Differences kept of each severity in one part. A larger document shows what kind of change it is long before. */
const maxPerSeverity = 2000;

/**
 * Findings of one severity that are looked at one by one. Beyond, another one could not make the verdict worse, and to
 * explain hundreds of thousands takes seconds.
 */
const maxLookedAt = 20_000;

/** Behind the path of the container of those that were only counted. */
export const tooDifferentMark = ' (too different)';

/** Behind the path of a member whose key was renamed; the texts of the difference are the keys as JSON. */
export const keyMark = ' (key)';

/** What a difference is about, beyond what is listed of it. */
export type FoundValues = Partial<Pick<FoundDifference, 'keys' | 'freshKeys' | 'before' | 'after'>>;

/** The differences of one part of an outcome, bounded: what exceeds the limit is counted and reported as one. */
export class DifferenceList {
  readonly #part: DifferencePart;
  readonly #kept: Difference[] = [];
  readonly #counts: Record<Severity, number> = { broken: 0, changed: 0, added: 0, equivalent: 0 };

  readonly #rulings: Rulings | undefined;
  #passed: Passed | undefined;

  /** @param rulings Asked for every difference that is not `equivalent` by itself. */
  constructor(part: DifferencePart, rulings?: Rulings) {
    this.#part = part;
    this.#rulings = rulings;
  }

  /** @param values What the rulings are to know; without any the texts of the difference stand for its values. */
  add(found: Omit<Difference, 'part' | 'pattern'> & { readonly pattern?: string }, values: FoundValues = {}): void {
    const difference = this.#ruled(found, values);
    this.#counts[difference.severity]++;
    if (this.#counts[difference.severity] > maxPerSeverity) return;
    this.#kept.push({ part: this.#part, pattern: difference.path, ...difference });
  }

  /**
   * Asked before a difference is explained and described: true when so many findings as bad or worse are known that this
   * one is only to be counted. `keys`: where it stands.
   */
  passes(severity: Severity, keys: ValuePath): boolean {
    const isKnown = severities
      .slice(0, severities.indexOf(severity) + 1)
      .some((worse) => this.#counts[worse] >= maxLookedAt);
    if (!isKnown) return false;
    this.#passed ??= { count: 0, severity, keys: keys.slice(0, -1) };
    this.#passed.count++;
    if (severities.indexOf(severity) < severities.indexOf(this.#passed.severity)) this.#passed.severity = severity;
    const common = this.#passed.keys;
    const unlike = common.findIndex((key, depth) => depth >= keys.length - 1 || keys[depth] !== key);
    if (unlike !== -1) common.length = unlike;
    return true;
  }

  #ruled<D extends Omit<Difference, 'part' | 'pattern'>>(found: D, values: FoundValues): D {
    if (found.severity === 'equivalent') return found;
    const { path, kind, severity, before, after } = found;
    const texts = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
    const ruling = this.#rulings?.decide({ part: this.#part, path, kind, severity, ...texts, ...values });
    if (ruling === undefined) return found;
    if (ruling.rule === undefined) {
      const note = found.note === undefined ? ruling.note : `${found.note}; ${ruling.note}`;
      return { ...found, note };
    }
    return { ...found, severity: 'equivalent', ...ruling };
  }

  /** All of them, each with a path of its own. */
  list(): Difference[] {
    const differences = uniquePaths(this.#kept);
    for (const severity of severities) {
      const more = this.#counts[severity] - maxPerSeverity;
      if (more <= 0) continue;
      const after = `${more} more ${severity} differences are not listed`;
      differences.push({ part: this.#part, path: `… ${severity}`, pattern: '…', kind: 'changed', severity, after });
    }
    if (this.#passed) differences.push({ part: this.#part, ...tooDifferent(this.#passed) });
    return differences;
  }
}

/** Differences that were found without a list, after the rulings were asked about them. */
export function ruledDifferences(found: readonly Difference[], rulings: Rulings): Difference[] {
  return found.flatMap(({ part, ...difference }) => {
    const list = new DifferenceList(part, rulings);
    list.add(difference);
    return list.list();
  });
}

/** Differences that were only counted. */
interface Passed {
  count: number;
  /** The worst of them, were none of them explained. */
  severity: Severity;
  /** The innermost container that holds all of them. */
  readonly keys: (string | number)[];
}

function tooDifferent({ count, severity, keys }: Passed): Omit<Difference, 'part'> {
  const pointer = keys.reduce<string>(childPointer, '');
  const pattern = keys.reduce<string>((path, key) => childPointer(path, typeof key === 'number' ? '*' : key), '');
  const after = `too different to list: ${count} more differences, which were not looked at one by one`;
  return { path: pointer + tooDifferentMark, pattern: pattern + tooDifferentMark, kind: 'changed', severity, after };
}

/**
 * `part:path` names a difference in reviews, so no two may share it. Paths are those of the baseline; only an added
 * array element has one in the fresh document, which may be another element's in the baseline: it is then marked.
 */
function uniquePaths(differences: readonly Difference[]): Difference[] {
  const taken = new Set<string>();
  for (const { kind, path } of differences) if (kind !== 'added' && kind !== 'moved') taken.add(path);
  return differences.map((difference) => {
    const { kind, path } = difference;
    if (kind !== 'added' && kind !== 'moved') return difference;
    const unique = taken.has(path) ? `${path} (${kind})` : path;
    taken.add(unique);
    return unique === path ? difference : { ...difference, path: unique };
  });
}

/** A text short enough for a list. */
export function clip(text: string): string {
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength - 1)}…`;
}

/** Two different texts short enough for a list, cut so that their first difference is seen. */
export function clipPair(before: string, after: string): readonly [before: string, after: string] {
  if (before.length <= maxTextLength && after.length <= maxTextLength) return [before, after];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const from = same > maxTextLength / 2 ? same - 40 : 0;
  const lead = from > 0 ? '…' : '';
  return [clip(lead + before.slice(from)), clip(lead + after.slice(from))];
}
