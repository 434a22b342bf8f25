import { isDistinctive } from '../model/identity.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json-value.ts';
import { findVolatiles } from '../model/volatile-tokens.ts';
import { partnersByIdentity } from './identity-key.ts';
import { jsonType, member } from './json-equal.ts';

/** Members looked at to see whether an object is a map. */
const maxSample = 32;

/** `ord_1`, `user:00af31`: a word, a sign, and something with a digit. */
const prefixedId = /^\p{L}+[-_:./](?=.*\d)[\p{L}\p{N}]+$/u;

/**
 * Is this object a map from identifiers to values, not a record of named fields? Every key looks like an identifier
 * (`17`, a UUID, a date, `ord_1`), and the values are alike: of one type and, as objects, with mostly the same members.
 */
export function isMapLike(object: JsonObject): boolean {
  const keys = Object.keys(object);
  if (keys.length === 0) return false;
  const sample = keys.slice(0, maxSample);
  if (!sample.every((key) => isIdLike(key))) return false;
  const first = object[sample[0]!]!;
  // A single member proves little.
  if (keys.length === 1 && !isJsonObject(first) && !isDistinctive(keys[0]!)) return false;
  return sample.every((key) => isAlike(first, object[key]!));
}

/** Could this key be an identifier, and hardly a name that a programmer gave a field? */
export function isIdLike(key: string): boolean {
  if (/^\d+$/.test(key) || prefixedId.test(key)) return true;
  if (!/\d/.test(key)) return false;
  const [token] = findVolatiles(key);
  return (token !== undefined && token.start === 0 && token.end === key.length) || isOpaque(key);
}

/** Hardly a word with a number: `sha256` and `line2` are names of fields. */
function isOpaque(key: string): boolean {
  return isDistinctive(key) && key.replaceAll(/\D/g, '').length >= 4;
}

function isAlike(a: JsonValue, b: JsonValue): boolean {
  if (!isJsonObject(a) || !isJsonObject(b)) return jsonType(a) === jsonType(b);
  const [own, other] = [Object.keys(a), Object.keys(b)];
  const shared = own.filter((key) => member(b, key) !== undefined).length;
  return shared * 2 >= Math.max(own.length, other.length);
}

/**
 * What keys of the baseline object are called in the fresh one, where they were renamed: in objects that are maps, and
 * elsewhere where a value could hardly be that by accident. Undefined when none was.
 */
export function renamedKeys(
  before: JsonObject,
  after: JsonObject,
  names: (identity: string) => readonly string[],
): ReadonlyMap<string, string> | undefined {
  const keys = Object.keys(before);
  if (keys.every((key) => member(after, key) !== undefined)) return undefined;
  const isMap = isMapLike(before);
  const own = new Map(keys.map((key, index) => [key, index]));
  const freshKeys = Object.keys(after);
  const fresh = new Map(freshKeys.map((key, index) => [key, index]));
  const partners = partnersByIdentity(own, fresh, (key) => (isMap || isDistinctive(key) ? names(key) : []));
  const renamed = new Map<string, string>();
  for (const [index, partner] of partners.entries()) {
    if (partner !== -1 && freshKeys[partner] !== keys[index]) renamed.set(keys[index]!, freshKeys[partner]!);
  }
  return renamed.size === 0 ? undefined : renamed;
}
