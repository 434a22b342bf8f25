import type { FieldName } from './claim.ts';
import { type Column, type EntityTable, EvidenceCount, type Learned, minDistinct } from './entity-table.ts';
import { isInBody } from './claim.ts';
import { billion, billionthsOf, comparableText, lastName } from './read-values.ts';
import { commonShape, formatOf } from './text-shape.ts';

/** A small vocabulary: this many words at most, each seen so often, in so many values. */
const maxWords = 6;
const minOfEachWord = 3;
const minWordValues = 20;

/** Different numbers that must be whole, or not negative, before others would be odd. */
const minNumbers = 12;

const wordPattern = /^[A-Za-z][A-Za-z_ -]{0,30}$/;

/** How the values of single fields are written, and what they range over. */
export function learnFormats({ rows, columns }: EntityTable): Learned[] {
  const learned: Learned[] = [];
  for (const [field, column] of columns) {
    if (!isInBody(field) && !field.startsWith('header ')) continue;
    const count = new EvidenceCount();
    for (const [index, value] of column.entries()) {
      if (value !== undefined && value !== null)
        count.add(rows[index]!, comparableText(value) ?? (value ? 'true' : 'false'));
    }
    if (count.distinct < 2) continue;
    const present = column.filter((value) => value !== undefined && value !== null);
    const evidence = count.evidence();
    const bodies = new Set(rows.filter((_, index) => column[index] !== undefined).map(({ body }) => body)).size;
    if (present.every((value) => typeof value === 'string')) {
      const claim = textClaim(field, count) ?? (bodies >= minDistinct ? wordsClaim(field, present) : undefined);
      if (claim) learned.push({ claim, evidence });
    } else if (count.distinct >= minNumbers) {
      for (const is of numberClaims(present)) learned.push({ claim: { kind: 'number', field, is }, evidence });
    }
  }
  return learned;
}

function textClaim(field: FieldName, count: EvidenceCount): Learned['claim'] | undefined {
  const distinct = [...count.values];
  if (distinct.length >= minDistinct) {
    const format = formatOf(distinct[0]!, lastName(field));
    if (format !== undefined) {
      const isOne = distinct.every((text) => formatOf(text, lastName(field)) === format);
      return isOne ? { kind: 'format', field, format } : undefined;
    }
    const shape = commonShape(distinct);
    if (shape) return { kind: 'shape', field, shape };
  }
  return undefined;
}

function wordsClaim(field: FieldName, texts: readonly string[]): Learned['claim'] | undefined {
  const counts = Map.groupBy(texts, (text) => text);
  const words = [...counts.keys()];
  if (texts.length < minWordValues || words.length > maxWords || !words.every((word) => wordPattern.test(word))) {
    return undefined;
  }
  const isFamiliar = words.every((word) => counts.get(word)!.length >= minOfEachWord);
  return isFamiliar ? { kind: 'words', field, words: words.toSorted() } : undefined;
}

function numberClaims(column: Column): ('whole' | 'not negative')[] {
  const numbers: bigint[] = [];
  for (const value of column) {
    const number = typeof value === 'number' ? billionthsOf(value) : undefined;
    if (number === undefined) return [];
    numbers.push(number);
  }
  const claims: ('whole' | 'not negative')[] = [];
  if (numbers.every((number) => number % billion === 0n)) claims.push('whole');
  if (numbers.every((number) => number >= 0n)) claims.push('not negative');
  return claims;
}
