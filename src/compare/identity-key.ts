import { isDistinctive, isIdentityName } from '../model/identity.ts';
import { ExactNumber, isJsonObject, type JsonObject, type JsonValue } from '../model/json-value.ts';
import type { ElementPairs } from './element-pairs.ts';
import { jsonEqual, member } from './json-equal.ts';

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
    const before = identities(baseline, (element) => identityOf(element, key));
    const after = before && identities(fresh, (element) => identityOf(element, key));
    if (!before || !after) continue;
    const partner = partnersByIdentity(before, after, (identity) => names(identity, key));
    const count = found(partner);
    if (count * 2 >= Math.min(baseline.length, fresh.length)) return { key, partner };
    if (count > 0) some ??= { key, partner };
  }
  return some;
}

/** The common case: every element has kept its identity and its place. */
function sameIdentities(baseline: readonly JsonValue[], fresh: readonly JsonValue[], key: string): boolean {
  if (baseline.length !== fresh.length) return false;
  const seen = new Set<string>();
  for (const [index, element] of baseline.entries()) {
    const identity = identityOf(element, key);
    if (identity === undefined || identity !== identityOf(fresh[index], key)) return false;
    if (seen.size === seen.add(identity).size) return false;
  }
  return true;
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

function found(partner: Int32Array): number {
  return partner.reduce((count, index) => (index === -1 ? count : count + 1), 0);
}

/** Identity of every element → its index, or undefined when not every element has a unique one. */
function identities(
  elements: readonly JsonValue[],
  identity: (element: JsonValue) => string | undefined,
): Map<string, number> | undefined {
  const byIdentity = new Map<string, number>();
  for (const [index, element] of elements.entries()) {
    const value = identity(element);
    if (value === undefined) return undefined;
    byIdentity.set(value, index);
    if (byIdentity.size !== index + 1) return undefined;
  }
  return byIdentity;
}

/** Members of an element that are tried for an identity by evidence. */
const maxCandidates = 8;

/** Members that together identify an element. */
const maxMembers = 3;

/** Elements looked at while looking for members that identify: two lists of 100,000, five times. */
const maxLooks = 1_000_000;

/** Pairs looked at to see how well a key agrees with everything else. */
const maxSample = 64;

/**
 * Pairs elements by the smallest set of scalar members that is unique on both sides and of which at least half is found
 * again (`{country, lang}`, `{from, to}`); of several sets, by the one whose pairs agree best in everything else. What is
 * without a partner keeps waiting: such a key is a guess, and a changed one is no removal.
 */
export function pairByEvidence(pairs: ElementPairs, names: ElementNames): void {
  const { baseline, fresh } = pairs;
  const candidates = candidateKeys(baseline[0], fresh[0]);
  let looks = maxLooks;
  for (let size = 1; size <= Math.min(maxMembers, candidates.length); size++) {
    let best: { readonly partner: Int32Array; readonly agreement: number } | undefined;
    for (const keys of combinations(candidates, size)) {
      if (looks <= 0) return;
      const look = (element: JsonValue): string | undefined => {
        looks--;
        return tupleOf(element, keys);
      };
      const before = identities(baseline, look);
      const after = before && identities(fresh, look);
      if (!before || !after) continue;
      const partner = partnersByIdentity(before, after, (tuple) => renamedTuple(tuple, keys, names));
      if (found(partner) * 2 < Math.min(baseline.length, fresh.length)) continue;
      const agreement = agreementOf(pairs, partner);
      if (best === undefined || agreement > best.agreement) best = { partner, agreement };
    }
    if (best === undefined) continue;
    for (const [index, partner] of best.partner.entries()) {
      if (partner !== -1 && pairs.partner[index] === -1 && pairs.source[partner] === -1) pairs.pair(index, partner);
    }
    return;
  }
}

/** Scalars that both have, identifying names first. Fractions measure something. */
function candidateKeys(before: JsonValue | undefined, after: JsonValue | undefined): readonly string[] {
  if (!isJsonObject(before) || !isJsonObject(after)) return [];
  const scalars = Object.keys(before).filter((key) => tupleOf(before, [key]) !== undefined);
  const shared = scalars.filter((key) => tupleOf(after, [key]) !== undefined);
  const [named, others] = [shared.filter(isIdentityName), shared.filter((key) => !isIdentityName(key))];
  return [...named, ...others].slice(0, maxCandidates);
}

function* combinations(keys: readonly string[], size: number): Generator<readonly string[]> {
  if (size === 0) yield [];
  for (const [index, key] of size === 0 ? [] : keys.entries()) {
    for (const rest of combinations(keys.slice(index + 1), size - 1)) yield [key, ...rest];
  }
}

function tupleOf(element: JsonValue, keys: readonly string[]): string | undefined {
  const parts: string[] = [];
  for (const key of keys) {
    const value = isJsonObject(element) ? member(element, key) : undefined;
    if (typeof value === 'number' && !Number.isInteger(value)) return undefined;
    const part = identityOf(element, key);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts.length === 1 ? parts[0] : JSON.stringify(parts);
}

function renamedTuple(tuple: string, keys: readonly string[], names: ElementNames): readonly string[] {
  if (keys.length === 1) return names(tuple, keys[0]);
  const parts = JSON.parse(tuple) as string[];
  return [JSON.stringify(parts.map((part, index) => names(part, keys[index])[0] ?? part))];
}

/** Equal members in a sample of the pairs. */
function agreementOf({ baseline, fresh }: ElementPairs, partner: Int32Array): number {
  const step = Math.max(1, Math.floor(partner.length / maxSample));
  let agreement = 0;
  for (let index = 0; index < partner.length; index += step) {
    if (partner[index] === -1) continue;
    const [before, after] = [baseline[index] as JsonObject, fresh[partner[index]!] as JsonObject];
    for (const key of Object.keys(before).slice(0, maxSample)) {
      const value = before[key]!;
      // Scalars say enough, and containers may be large.
      if (typeof value === 'object' && value !== null) continue;
      const other = member(after, key);
      if (other !== undefined && jsonEqual(value, other)) agreement++;
    }
  }
  return agreement;
}
