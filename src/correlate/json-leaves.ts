import { isUtf8 } from 'node:buffer';
import { decodeContent } from '../model/content-coding.ts';
import { isJsonType, mediaType } from '../model/content-shape.ts';
import type { RawHeaders } from '../model/headers.ts';
import { childPointer } from '../model/json-pointer.ts';
import { ExactNumber, isJsonArray, type JsonObject, type JsonValue, parseJsonValue } from '../model/json-value.ts';
import { isEnvelope } from './resource-names.ts';

/** A string or number in a JSON document. */
export interface JsonLeafValue {
  readonly kind: 'string' | 'number';
  readonly text: string;
  /** Keys and indexes from the root; valid only while the leaf is visited. */
  readonly path: readonly (string | number)[];
}

/** Larger bodies are lists and files; what flows is issued in small answers. */
const maxBodyBytes = 1024 * 1024;

/** Calls back with every string and number of a JSON body, in order; never when it is not JSON, or too large. */
export function visitJsonLeaves(
  headers: RawHeaders,
  body: Buffer | undefined,
  visit: (leaf: JsonLeafValue) => void,
): void {
  const text = textOf(headers, body);
  if (text === undefined || (!isJsonType(mediaType(headers)) && !/^\s*[[{]/.test(text))) return;
  const parsed = parseJsonValue(text);
  if (parsed.ok) visitLeaves(parsed.value, [], visit);
}

/** The place of a leaf. */
export function leafPlace({ path }: JsonLeafValue): string {
  return path.reduce<string>(childPointer, 'json:');
}

/** Nearest key above a leaf; empty in a bare array. */
export function leafName({ path }: Pick<JsonLeafValue, 'path'>): string {
  return path.findLast((key) => typeof key === 'string') ?? '';
}

/** Nearest key above a leaf's own name that says what the container is about. */
export function leafContainer({ path }: Pick<JsonLeafValue, 'path'>): string | undefined {
  const name = path.findLastIndex((key) => typeof key === 'string');
  return path.slice(0, Math.max(0, name)).findLast((key) => typeof key === 'string' && !isEnvelope(key)) as
    | string
    | undefined;
}

/** The text of a body of at most 1 MiB, decoded. */
export function textOf(headers: RawHeaders, body: Buffer | undefined): string | undefined {
  if (body === undefined || body.length === 0 || body.length > maxBodyBytes) return undefined;
  const decoded = decodeContent(headers, body, maxBodyBytes);
  return decoded.ok && isUtf8(decoded.content) ? decoded.content.toString('utf8') : undefined;
}

function visitLeaves(value: JsonValue, path: (string | number)[], visit: (leaf: JsonLeafValue) => void): void {
  if (typeof value === 'string') visit({ kind: 'string', text: value, path });
  else if (typeof value === 'number') visit({ kind: 'number', text: String(value), path });
  else if (value instanceof ExactNumber) visit({ kind: 'number', text: value.text, path });
  else if (typeof value === 'object' && value !== null) {
    const isList = isJsonArray(value);
    const depth = path.push('') - 1;
    for (const key of Object.keys(value)) {
      path[depth] = isList ? Number(key) : key;
      visitLeaves((value as JsonObject)[key]!, path, visit);
    }
    path.pop();
  }
}
