import { isIdentityName } from '../model/identity.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json-value.ts';
import type { ElementPairs } from './element-pairs.ts';
import { type ElementNames, found, identities, identityOf, partnersByIdentity } from './identity-key.ts';
import { jsonEqual, member } from './json-equal.ts';

/** Members of an element that are tried for an identity by evidence. */
const maxCandidates = 8;

/** Members that together identify an element. */
const maxMembers = 3;

/** Elements looked at while looking for members that identify: two lists of 100,000, ten times. */
const maxLooks = 2_000_000;

/** Pairs looked at to see how well a key agrees with everything else. */
const maxSample = 64;

/** A member that could be part of an identity: its texts in the elements of both sides. */
interface Column {
  readonly key: string;
  readonly baseline: readonly string[];
  readonly fresh: readonly string[];
}

/**
 * Pairs elements by the smallest set of scalar members that is unique on both sides and of which at least half is found
 * again (`{country, lang}`, `{from, to}`); of several sets, by the one whose pairs agree best in everything else. What is
 * without a partner keeps waiting: such a key is a guess, and a changed one is no removal.
 */
export function pairByEvidence(pairs: ElementPairs, names: ElementNames): void {
  const columns = columnsOf(pairs, names);
  let looks = maxLooks;
  for (let size = 1; size <= Math.min(maxMembers, columns.length); size++) {
    let best: { readonly partner: Int32Array; readonly agreement: number } | undefined;
    for (const chosen of combinations(columns, size)) {
      if (looks <= 0) break;
      looks -= pairs.baseline.length + pairs.fresh.length;
      const partner = partnersBy(chosen, names);
      if (partner === undefined || !isHalf(found(partner), pairs)) continue;
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

function isHalf(count: number, { baseline, fresh }: ElementPairs): boolean {
  return count * 2 >= Math.min(baseline.length, fresh.length);
}

/** Scalars that every element has and half of which are found again, identifying names first. */
function columnsOf(pairs: ElementPairs, names: ElementNames): Column[] {
  const first = pairs.baseline[0];
  if (!isJsonObject(first)) return [];
  const keys = Object.keys(first).filter((key) => partOf(first, key) !== undefined);
  const columns: Column[] = [];
  for (const key of [...keys.filter(isIdentityName), ...keys.filter((key) => !isIdentityName(key))]) {
    const baseline = textsOf(pairs.baseline, key);
    const fresh = baseline && textsOf(pairs.fresh, key);
    if (!baseline || !fresh) continue;
    const known = new Set(fresh);
    const isKnown = (text: string): boolean => known.has(text) || names(text, key).some((name) => known.has(name));
    if (isHalf(baseline.filter(isKnown).length, pairs)) columns.push({ key, baseline, fresh });
    if (columns.length === maxCandidates) break;
  }
  return columns;
}

/** Undefined when one element has no such text. */
function textsOf(elements: readonly JsonValue[], key: string): string[] | undefined {
  const texts: string[] = [];
  for (const element of elements) {
    const text = partOf(element, key);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

/** Fractions measure something. */
function partOf(element: JsonValue, key: string): string | undefined {
  const value = isJsonObject(element) ? member(element, key) : undefined;
  return typeof value === 'number' && !Number.isInteger(value) ? undefined : identityOf(element, key);
}

function* combinations<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  if (size === 0) yield [];
  for (const [index, item] of size === 0 ? [] : items.entries()) {
    for (const rest of combinations(items.slice(index + 1), size - 1)) yield [item, ...rest];
  }
}

/** Undefined when the members do not identify. */
function partnersBy(columns: readonly Column[], names: ElementNames): Int32Array | undefined {
  const [first] = columns;
  if (columns.length === 1) {
    const [before, after] = [identities(first!.baseline, same), identities(first!.fresh, same)];
    return before && after && partnersByIdentity(before, after, (text) => names(text, first!.key));
  }
  const before = identities(first!.baseline, (_, at) => tuple(columns.map(({ baseline }) => baseline[at]!)));
  const after = before && identities(first!.fresh, (_, at) => tuple(columns.map(({ fresh }) => fresh[at]!)));
  if (!before || !after) return undefined;
  return partnersByIdentity(before, after, (text) => {
    const parts = text.split(separator);
    return [tuple(parts.map((part, at) => names(part, columns[at]!.key)[0] ?? part))];
  });
}

function same(text: string): string {
  return text;
}

/** Texts hardly hold it; two tuples that would be mistaken for one are compared like any pair. */
const separator = '\u0000';

function tuple(parts: readonly string[]): string {
  return parts.join(separator);
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
