import { isUtf8 } from 'node:buffer';
import { decodeContent } from '../model/content-coding.ts';
import { isJsonType, mediaType } from '../model/content-shape.ts';
import type { RawHeaders } from '../model/headers.ts';
import { childPointer } from '../model/json-pointer.ts';
import { ExactNumber, isJsonArray, parseJson, type JsonValue } from '../model/json-value.ts';

/** A string or number in a JSON document. */
export interface JsonLeafValue {
  readonly pointer: string;
  readonly kind: 'string' | 'number';
  readonly text: string;
  /** Nearest key above the leaf; empty in a bare array. */
  readonly name: string;
  /** Keys above `name`, outermost first. */
  readonly containers: readonly string[];
}

/** Larger bodies are lists and files; what flows is issued in small answers. */
const maxBodyBytes = 1024 * 1024;

/** Every string and number of a JSON body, in order; none when it is not JSON, or too large. */
export function* jsonLeaves(headers: RawHeaders, body: Buffer | undefined): Generator<JsonLeafValue> {
  const text = textOf(headers, body);
  if (text === undefined || (!isJsonType(mediaType(headers)) && !/^\s*[[{]/.test(text))) return;
  const parsed = parseJson(text);
  if (parsed.ok) yield* leavesOf(parsed.value, '', []);
}

/** The text of a body of at most 1 MiB, decoded. */
export function textOf(headers: RawHeaders, body: Buffer | undefined): string | undefined {
  if (body === undefined || body.length === 0 || body.length > maxBodyBytes) return undefined;
  const decoded = decodeContent(headers, body, maxBodyBytes);
  return decoded && isUtf8(decoded.content) ? decoded.content.toString('utf8') : undefined;
}

function* leavesOf(value: JsonValue, pointer: string, keys: readonly string[]): Generator<JsonLeafValue> {
  if (typeof value === 'string') yield leaf('string', value, pointer, keys);
  else if (typeof value === 'number') yield leaf('number', String(value), pointer, keys);
  else if (value instanceof ExactNumber) yield leaf('number', value.text, pointer, keys);
  else if (isJsonArray(value)) {
    for (const [index, item] of value.entries()) yield* leavesOf(item, childPointer(pointer, index), keys);
  } else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) yield* leavesOf(value[key]!, childPointer(pointer, key), [...keys, key]);
  }
}

function leaf(kind: 'string' | 'number', text: string, pointer: string, keys: readonly string[]): JsonLeafValue {
  return { pointer, kind, text, name: keys.at(-1) ?? '', containers: keys.slice(0, -1) };
}
