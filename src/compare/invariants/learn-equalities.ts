import { isDistinctive, isIdentityName, lastWord } from '../../model/identity.ts';
import { urlPieces } from './check-claim.ts';
import { type Claim, type FieldName, headerOf, isInBody } from './claim.ts';
import {
  bitsNeeded,
  type Column,
  type EntityTable,
  EvidenceCount,
  type Learned,
  minDistinct,
  rangeBits,
} from './entity-table.ts';
import { comparableText, lastName, momentOf } from './read-values.ts';

/** What names that belong together say in favour of two fields being one: `id` and `data.id`, a path and an id. */
const kinBits = 16;

/** What one agreement says of a value that could hardly occur twice by accident. */
const distinctiveBits = 20;

/** Fields with one value in a row that are tried, of many: a table of zeros is no reason to compare all with all. */
const maxCandidates = 8;

/**
 * Fields of one entity that say the same as another, and URLs that name what another says. Each is compared with the
 * fields before it that agree in its first row, so that time is near linear.
 */
export function learnEqualities(table: EntityTable): Learned[] {
  return new EqualitySearch(table).learned();
}

class EqualitySearch {
  readonly #table: EntityTable;
  readonly #texts = new Map<FieldName, readonly (string | undefined)[]>();
  readonly #order = new Map<FieldName, number>();
  /** For a row: fields by their text. */
  readonly #byText = new Map<number, Map<string, FieldName[]>>();

  constructor(table: EntityTable) {
    this.#table = table;
    for (const [field, column] of table.columns) {
      if (isConstant(column)) continue;
      this.#order.set(field, this.#order.size);
      this.#texts.set(field, column.map(comparableText));
    }
  }

  learned(): Learned[] {
    const learned: Learned[] = [];
    for (const [field, texts] of this.#texts) {
      if (!isInBody(field) && headerOf(field) === undefined) continue;
      const row = texts.findIndex((text) => text !== undefined);
      if (row === -1) continue;
      const found = this.#equalTo(field, row) ?? this.#containedIn(field, row);
      if (found) learned.push(found);
    }
    return learned;
  }

  #equalTo(field: FieldName, row: number): Learned | undefined {
    const text = this.#texts.get(field)![row]!;
    for (const of of this.#before(field, row, [text])) {
      if (this.#isClock(field, of)) continue;
      const found = this.#supported({ kind: 'equal', field, of }, (value, other) => value === other);
      if (found) return found;
    }
    return undefined;
  }

  /** Only what identifies something names it in a URL. */
  #containedIn(field: FieldName, row: number): Learned | undefined {
    const text = this.#texts.get(field)![row]!;
    if (!text.includes('/')) return undefined;
    for (const of of this.#before(field, row, urlPieces(text))) {
      const isName = isIdentityName(lastName(of)) || of.startsWith('path ');
      if (!isName) continue;
      const found = this.#supported({ kind: 'contains', field, of }, (value, other) => urlPieces(value).has(other));
      if (found) return found;
    }
    return undefined;
  }

  *#before(field: FieldName, row: number, texts: Iterable<string>): IterableIterator<FieldName> {
    let left = maxCandidates;
    for (const text of texts) {
      for (const candidate of this.#inRow(row).get(text) ?? []) {
        if (this.#order.get(candidate)! >= this.#order.get(field)!) continue;
        yield candidate;
        if (--left === 0) return;
      }
    }
  }

  #inRow(row: number): ReadonlyMap<string, readonly FieldName[]> {
    let fields = this.#byText.get(row);
    if (!fields) {
      this.#byText.set(row, (fields = new Map()));
      for (const [field, texts] of this.#texts) {
        const text = texts[row];
        if (text === undefined) continue;
        const known = fields.get(text);
        if (known) known.push(field);
        else fields.set(text, [field]);
      }
    }
    return fields;
  }

  /**
   * Two looks at one clock agree by chance: times of one answer are `learnTimes`' business, and of two answers only those
   * finer than a second say something.
   */
  #isClock(field: FieldName, of: FieldName): boolean {
    const moment = momentOf(firstValue(this.#table.columns.get(field)!), field);
    return moment !== undefined && (isInBody(of) || headerOf(of) !== undefined || moment.resolutionMs >= 1000);
  }

  #supported(
    claim: Extract<Claim, { kind: 'equal' | 'contains' }>,
    agree: (value: string, of: string) => boolean,
  ): Learned | undefined {
    const [texts, others] = [this.#texts.get(claim.field)!, this.#texts.get(claim.of)!];
    const count = new EvidenceCount();
    for (const [row, text] of texts.entries()) {
      const other = others[row];
      if (text === undefined || other === undefined) continue;
      if (!agree(text, other)) return undefined;
      count.add(this.#table.rows[row]!, other);
    }
    if (count.distinct < minDistinct) return undefined;
    // Of those whose names say that they belong together there are few to try.
    const isKin = areKin(claim.field, claim.of);
    const bits = agreementBits([...count.values]) + (isKin ? kinBits : 0);
    return bits < bitsNeeded(isKin ? 1 : this.#texts.size ** 2) ? undefined : { claim, evidence: count.evidence() };
  }
}

function agreementBits(values: readonly string[]): number {
  const numbers = values.map(Number);
  const each = numbers.some(Number.isNaN) ? Math.log2(values.length) : rangeBits(numbers);
  return values.reduce((bits, value) => bits + (isDistinctive(value) ? distinctiveBits : each), 0);
}

function areKin(field: FieldName, of: FieldName): boolean {
  const [name, other] = [lastName(field), lastName(of)];
  if (name === other) return true;
  if (!isIdentityName(name) && headerOf(field) === undefined && !field.endsWith('href')) return false;
  return (
    of.startsWith('path ') || of.startsWith('query ') || lastWord(name) === lastWord(other) || isIdentityName(other)
  );
}

function isConstant(column: Column): boolean {
  const first = firstValue(column);
  return column.every((value) => value === undefined || value === first);
}

function firstValue(column: Column): Column[number] {
  return column.find((value) => value !== undefined && value !== null);
}
