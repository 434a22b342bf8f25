import { isDistinctive } from '../model/identity.ts';
import { ExactNumber, isJsonObject, type JsonValue } from '../model/json-value.ts';
import { member } from './json-equal.ts';

/** What an element may be called in this run, by its identity; `key`: the member that holds it. */
export type ElementNames = (identity: string, key?: string) => readonly string[];

/** Members that identify an element by their name alone, best first. */
const identityKeys = ['id', '_id', 'uuid', 'guid', 'uid', 'key', 'slug', 'code', 'sku', 'name'];

/** The value of a member as text, where it is a scalar that can identify. */
export function identityOf(element: JsonValue | undefined, key: string): string | undefined {
  const value = isJsonObject(element) ? member(element, key) : undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return value instanceof ExactNumber ? value.canonical : undefined;
}

export interface IdentityKey {
  readonly key: string;
  /** Fresh index of every baseline element, −1 for none. */
  readonly partner: Int32Array | 'in place';
}

/**
 * The member that identifies the elements by its name: a unique scalar in every element of both sides. The first by which
 * every element has kept its place; else by which, under the renaming of this run, half of the shorter side is found
 * again; else by which one is.
 */
export function identityKey(
  baseline: readonly JsonValue[],
  fresh: readonly JsonValue[],
  names: ElementNames,
): IdentityKey | undefined {
  if (!isJsonObject(baseline[0]) || !isJsonObject(fresh[0])) return undefined;
  const inPlace = identityKeys.find((key) => sameIdentities(baseline, fresh, key));
  if (inPlace !== undefined) return { key: inPlace, partner: 'in place' };
  let some: IdentityKey | undefined;
  for (const key of identityKeys) {
    const partner = partnersBetweenEnds(baseline, fresh, { key, names });
    if (partner === undefined) continue;
    const count = found(partner);
    if (count * 2 >= Math.min(baseline.length, fresh.length)) return { key, partner };
    if (count > 0) some ??= { key, partner };
  }
  return some;
}

/** The common case: every element has kept its identity and its place. */
function sameIdentities(baseline: readonly JsonValue[], fresh: readonly JsonValue[], key: string): boolean {
  if (baseline.length !== fresh.length) return false;
  const seen = surelyUnique.has(key) ? undefined : new Set<string>();
  for (let index = 0; index < baseline.length; index++) {
    const identity = identityOf(baseline[index], key);
    if (identity === undefined || identity !== identityOf(fresh[index], key)) return false;
    if (seen?.has(identity)) return false;
    seen?.add(identity);
  }
  return true;
}

/** Names that always mean an identifier: a repeated one that kept its place would still stand for the same element. */
const surelyUnique: ReadonlySet<string> = new Set(['id', '_id', 'uuid', 'guid']);

interface KeyNames {
  readonly key: string;
  readonly names: ElementNames;
}

/** Fresh index of every baseline element; undefined when not every element has a unique identity. */
function partnersBetweenEnds(
  baseline: readonly JsonValue[],
  fresh: readonly JsonValue[],
  { key, names }: KeyNames,
): Int32Array | undefined {
  if (identityOf(baseline[0], key) === undefined || identityOf(fresh[0], key) === undefined) return undefined;
  const identity = (element: JsonValue | undefined): string | undefined => identityOf(element, key);
  // What was renamed may stand beside what it was before: that is decided for all of them together.
  const same = (b: JsonValue | undefined, f: JsonValue | undefined): boolean => {
    const text = identity(b);
    return text !== undefined && text === identity(f) && names(text, key).length === 0;
  };
  const shorter = surelyUnique.has(key) ? Math.min(baseline.length, fresh.length) : 0;
  let start = 0;
  while (start < shorter && same(baseline[start], fresh[start])) start++;
  let end = 0;
  while (end < shorter - start && same(baseline.at(-1 - end), fresh.at(-1 - end))) end++;
  const before = identities(baseline.slice(start, baseline.length - end), identity);
  const after = before && identities(fresh.slice(start, fresh.length - end), identity);
  if (!before || !after) return undefined;
  const between = partnersByIdentity(before, after, (text) => names(text, key));
  const shift = fresh.length - baseline.length;
  return Int32Array.from(baseline, (_, index) => {
    if (index < start) return index;
    if (index >= baseline.length - end) return index + shift;
    const partner = between[index - start]!;
    return partner === -1 ? -1 : partner + start;
  });
}

/**
 * Pairs by equal identities, or by renamed ones where that finds more: a renaming that belongs to orders must not pull
 * apart a list of products which happen to have the same small numbers.
 */
export function partnersByIdentity(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  names: (identity: string) => readonly string[],
): Int32Array {
  const equal = Int32Array.from(before.keys(), (id) => after.get(id) ?? -1);
  if (![...before.keys()].some((id) => names(id).length > 0)) return equal;
  const renamedIds = Array.from(before.keys(), (id) => {
    const fresh = names(id);
    return fresh.find((name) => after.has(name)) ?? fresh[0] ?? id;
  });
  if (new Set(renamedIds).size !== renamedIds.length) return equal;
  const renamed = Int32Array.from(renamedIds, (id) => after.get(id) ?? -1);
  const [byName, byValue] = [found(renamed), found(equal)];
  if (byName !== byValue) return byName > byValue ? renamed : equal;
  // A list that has grown holds what it held before, beside what this run has made.
  return [...before.keys()].some((id) => isDistinctive(id) && names(id).length > 0) ? renamed : equal;
}

/** How many have a partner. */
export function found(partner: Int32Array): number {
  return partner.reduce((count, index) => (index === -1 ? count : count + 1), 0);
}

/** Identity of every element → its index, or undefined when not every element has a unique one. */
export function identities<T>(
  elements: readonly T[],
  identity: (element: T, index: number) => string | undefined,
): Map<string, number> | undefined {
  const byIdentity = new Map<string, number>();
  for (let index = 0; index < elements.length; index++) {
    const value = identity(elements[index]!, index);
    if (value === undefined) return undefined;
    byIdentity.set(value, index);
    if (byIdentity.size !== index + 1) return undefined;
  }
  return byIdentity;
}
