import { ExactNumber, isJsonArray, type JsonValue } from '../model/json-value.ts';
import type { RowRange } from './row-ranges.ts';

const indentation = '  ';

/**
 * Pretty-printed JSON by the line, any part of it without writing the rest. One line per scalar and per bracket; empty
 * containers are one line. Without commas: side by side they would differ where nothing does.
 */
export class JsonLines {
  readonly #counts = new Map<JsonValue, number>();

  /** Number of lines of a value. */
  count(value: JsonValue): number {
    if (!isContainer(value)) return 1;
    const known = this.#counts.get(value);
    if (known !== undefined) return known;
    const children = Object.values<JsonValue>(value);
    const lines = children.length === 0 ? 1 : children.reduce<number>((sum, child) => sum + this.count(child), 2);
    this.#counts.set(value, lines);
    return lines;
  }

  /** Lines `range` of a value, in order. */
  write({ value, lead }: Lines, range: RowRange, put: (text: string, line: number) => void): void {
    this.#write(value, { lead, start: 0 }, { range, put });
  }

  #write(value: JsonValue, { lead, start }: { lead: LineLead; start: number }, target: WriteTarget): void {
    const { range, put } = target;
    if (start >= range.to || start + this.count(value) <= range.from) return;
    if (start >= range.from) put(openingLine(value, lead), start);
    if (!isContainer(value)) return;
    let line = start + 1;
    const isList = isJsonArray(value);
    for (const [key, child] of Object.entries<JsonValue>(value)) {
      if (line >= range.to) return;
      this.#write(child, { lead: childLead(lead, isList ? undefined : key), start: line }, target);
      line += this.count(child);
    }
    if (line > start + 1 && line >= range.from && line < range.to) put(closingLine(value, lead), line);
  }
}

/** A value and what stands before it. */
export interface Lines {
  readonly value: JsonValue;
  readonly lead: LineLead;
}

interface WriteTarget {
  readonly range: RowRange;
  readonly put: (text: string, line: number) => void;
}

/** What stands before a value on its first line. */
export interface LineLead {
  readonly depth: number;
  /** The member's key with its colon; empty for array elements and the root. */
  readonly prefix: string;
}

export function childLead(lead: LineLead, key: string | undefined): LineLead {
  return { depth: lead.depth + 1, prefix: key === undefined ? '' : `${JSON.stringify(key)}: ` };
}

/** The first line of a value: all of a scalar or an empty container, else its opening bracket. */
export function openingLine(value: JsonValue, { depth, prefix }: LineLead): string {
  return indentation.repeat(depth) + prefix + opening(value);
}

export function closingLine(value: JsonValue, { depth }: LineLead): string {
  return indentation.repeat(depth) + (isJsonArray(value) ? ']' : '}');
}

function opening(value: JsonValue): string {
  if (value instanceof ExactNumber) return value.text;
  if (!isContainer(value)) return JSON.stringify(value);
  const isEmpty = Object.keys(value).length === 0;
  if (isJsonArray(value)) return isEmpty ? '[]' : '[';
  return isEmpty ? '{}' : '{';
}

function isContainer(value: JsonValue): value is Exclude<JsonValue, null | boolean | number | string | ExactNumber> {
  return typeof value === 'object' && value !== null && !(value instanceof ExactNumber);
}
