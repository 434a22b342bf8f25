import type { Claim, Evidence, FieldName } from './claim.ts';
import type { Entity, Sample, Scalar } from './sample.ts';

/** One entity of a sample. */
export interface Row {
  readonly entity: Entity;
  readonly sample: Sample;
  /** Number of the body: equal for responses that say the same. */
  readonly body: number;
  /** Number of the sample. */
  readonly response: number;
}

/** All entities of one scope, as columns. */
export interface EntityTable {
  readonly scope: string;
  readonly rows: readonly Row[];
  /** The value of a field in each row, undefined where there is none. */
  readonly columns: ReadonlyMap<FieldName, Column>;
  readonly lists: readonly FieldName[];
}

export type Column = readonly (Scalar | undefined)[];

export interface Learned {
  readonly claim: Claim;
  readonly evidence: Evidence;
}

/** Entities looked at in one scope; fields of one entity. */
const maxRows = 400;
const maxColumns = 120;

export function tableOf(scope: string, all: readonly Row[]): EntityTable {
  const rows = spread(all, maxRows);
  const columns = new Map<FieldName, (Scalar | undefined)[]>();
  const lists = new Set<FieldName>();
  for (const [index, { entity }] of rows.entries()) {
    for (const [field, value] of entity.fields) {
      let column = columns.get(field);
      if (!column) {
        if (columns.size >= maxColumns) continue;
        columns.set(field, (column = Array.from({ length: rows.length })));
      }
      column[index] = value;
    }
    for (const list of entity.lists.keys()) if (lists.size < maxColumns) lists.add(list);
  }
  return { scope, rows, columns, lists: [...lists] };
}

/** At most so many of them, evenly from the first to the last. */
export function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * (all.length - 1)) / (most - 1))]!);
}

/** Counts what speaks for a claim. */
export class EvidenceCount {
  readonly #responses = new Set<number>();
  readonly #values = new Set<string>();

  add(row: Row, value: string): void {
    this.#responses.add(row.response);
    this.#values.add(value);
  }

  get responses(): number {
    return this.#responses.size;
  }

  get distinct(): number {
    return this.#values.size;
  }

  get values(): ReadonlySet<string> {
    return this.#values;
  }

  evidence(): Evidence {
    return { responses: this.responses, distinct: this.distinct };
  }
}

/** Fewer different instances are an accident. */
export const minDistinct = 3;

/**
 * How unlikely an accident must be, in bits, for one of so many claims that were tried: one in a million for each, after
 * counting how many there were.
 */
export function bitsNeeded(candidates: number): number {
  return 20 + Math.log2(Math.max(1, candidates));
}

/**
 * What one agreement says, in bits, when the numbers could be any of those between the smallest and the largest seen, in
 * steps of the smallest difference.
 */
export function rangeBits(numbers: Iterable<number>): number {
  const sorted = [...new Set(numbers)].toSorted((a, b) => a - b);
  if (sorted.length < 2) return 0;
  let step = Infinity;
  for (let i = 1; i < sorted.length; i++) step = Math.min(step, sorted[i]! - sorted[i - 1]!);
  return Math.log2(1 + (sorted.at(-1)! - sorted[0]!) / step);
}

/** The same for sums, which may be any number of the finest steps that occur: cents, where all are amounts of money. */
export function gridBits(numbers: readonly bigint[]): number {
  const distinct = [...new Set(numbers)];
  const [first = 0n] = distinct;
  let [smallest, largest, step] = [first, first, 0n];
  for (const number of distinct) {
    if (number < smallest) smallest = number;
    if (number > largest) largest = number;
    step = greatestDivisor(step, number > first ? number - first : first - number);
  }
  return step === 0n ? 0 : Math.log2(1 + Number((largest - smallest) / step));
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestDivisor(b, a % b);
}
