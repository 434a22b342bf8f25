import type { FoundDifference, Rulings } from './rulings.ts';
import { severities, type Difference, type DifferencePart, type Severity } from '../model/verdict.ts';

/** Texts of values in differences are cut to this length; the whole value is in the stored body. */
const maxTextLength = 240;

/** Differences kept of each severity in one part. A larger document shows what kind of change it is long before. */
const maxPerSeverity = 2000;

/** What a difference is about, beyond what is listed of it. */
export type FoundValues = Partial<Pick<FoundDifference, 'keys' | 'freshKeys' | 'before' | 'after'>>;

/** The differences of one part of an outcome, bounded: what exceeds the limit is counted and reported as one. */
export class DifferenceList {
  readonly #part: DifferencePart;
  readonly #kept: Difference[] = [];
  readonly #counts: Record<Severity, number> = { broken: 0, changed: 0, added: 0, equivalent: 0 };

  readonly #rulings: Rulings | undefined;

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
