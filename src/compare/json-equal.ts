import { ExactNumber, isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../model/json-value.ts';

/** Same JSON value: order of members without meaning, numbers by value. */
export function jsonEqual(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isJsonArray(a)) return isJsonArray(b) && arraysEqual(a, b);
  if (isJsonArray(b)) return false;
  if (a instanceof ExactNumber || b instanceof ExactNumber) {
    return a instanceof ExactNumber && b instanceof ExactNumber && a.canonical === b.canonical;
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    const other = member(b, key);
    if (other === undefined || !jsonEqual(a[key]!, other)) return false;
  }
  return true;
}

function arraysEqual(a: readonly JsonValue[], b: readonly JsonValue[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!jsonEqual(a[i]!, b[i]!)) return false;
  return true;
}

/**
 * An own member; names such as `constructor` are not found on the prototype. What objects inherit are functions, but for
 * `__proto__`; asking only then whether a member is their own halves the time of a comparison.
 */
export function member(object: JsonObject, key: string): JsonValue | undefined {
  const value = object[key] as JsonValue | undefined | (() => void);
  if (typeof value !== 'function' && key !== '__proto__') return value;
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Smaller containers are hashed again rather than remembered: an entry in a map costs more. */
const minRemembered = 64;

/** What is known of the hashes of one kind. */
export class KnownHashes {
  readonly containers = new Map<object, number>();
  /** Values hashed so far: the difference says how many a container holds. */
  count = 0;
}

/**
 * A hash of a JSON value (order of members without meaning). Equal values have equal hashes; never trust the converse.
 * @param known Keeps the hashes of large containers.
 */
export function jsonHash(value: JsonValue, text: (leaf: string) => string, known: KnownHashes): number {
  known.count++;
  if (typeof value === 'string') return hashText(text(value), 1);
  if (typeof value === 'number') return hashText(text(String(value)), 2);
  if (value === null || typeof value === 'boolean') return hashText(String(value), 3);
  if (value instanceof ExactNumber) return hashText(value.canonical, 4);
  const before = known.containers.get(value);
  if (before !== undefined) return before;
  const start = known.count;
  let hash: number;
  if (isJsonArray(value)) {
    hash = 5;
    for (const item of value) hash = mixHashes(hash, jsonHash(item, text, known));
  } else {
    hash = 6;
    for (const key in value) {
      hash = (hash + mixHashes(hashText(key, 7), jsonHash(value[key]!, text, known))) >>> 0;
    }
  }
  if (known.count - start >= minRemembered) known.containers.set(value, hash);
  return hash;
}

/** FNV-1a, 32 bits: short, and good enough for buckets. */
export function hashText(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The order counts. */
export function mixHashes(a: number, b: number): number {
  let hash = Math.imul(a ^ (b + 0x9e3779b9), 0x85ebca6b);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0xc2b2ae35) >>> 0;
}

export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

export function jsonType(value: JsonValue): JsonType {
  if (value === null) return 'null';
  if (isJsonArray(value)) return 'array';
  if (isJsonObject(value)) return 'object';
  return value instanceof ExactNumber ? 'number' : (typeof value as 'boolean' | 'number' | 'string');
}

/** The beginning of a value's JSON text, without writing out the rest of a large one. */
export function jsonPreview(value: JsonValue, maxLength = 240): string {
  const pieces: string[] = [];
  let left = maxLength;
  const put = (piece: string): boolean => {
    pieces.push(piece);
    left -= piece.length;
    return left >= 0;
  };
  const complete = writeJson(value, put);
  const text = pieces.join('');
  return complete && text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

function writeJson(value: JsonValue, put: (piece: string) => boolean): boolean {
  if (typeof value === 'string') return put(JSON.stringify(value.length > 1000 ? value.slice(0, 1000) : value));
  if (value instanceof ExactNumber) return put(value.text);
  if (typeof value !== 'object' || value === null) return put(String(value));
  const isList = isJsonArray(value);
  if (!put(isList ? '[' : '{')) return false;
  let first = true;
  for (const [key, item] of isList ? value.entries() : Object.entries(value)) {
    const lead = `${first ? '' : ','}${isList ? '' : `${JSON.stringify(key)}:`}`;
    first = false;
    if (!put(lead) || !writeJson(item, put)) return false;
  }
  return put(isList ? ']' : '}');
}
