import type { JsonValue } from '../model/json-value.ts';
import { findVolatiles } from '../model/volatile-tokens.ts';
import { type AlignedElement, ElementPairs } from './element-pairs.ts';
import { type ElementNames, identityKey, identityOf, partnersByIdentity } from './identity-key.ts';
import { pairByContent } from './pair-by-content.ts';
import type { ArrayRuling } from './rulings.ts';
import { SubtreeMemory } from './subtree-memory.ts';

export interface Alignment {
  /** Name of the member by which elements were paired; undefined when it was their content or position. */
  readonly key?: string;
  /** In the order of the fresh array, removed elements where they were. Undefined: every index belongs to itself. */
  readonly elements?: readonly AlignedElement[];
}

export interface AlignOptions {
  readonly names: ElementNames;
  /** Of the documents that the arrays are parts of. */
  readonly memory?: SubtreeMemory;
  /** What somebody said of this array. */
  readonly ruling?: ArrayRuling | undefined;
}

/**
 * Pairs the elements of two arrays in near linear time: by the member that a ruling names, else by one that identifies
 * (`identityKey`), and what that leaves open, or everything, by content (`pairByContent`).
 */
export function alignArrays(
  baseline: readonly JsonValue[],
  fresh: readonly JsonValue[],
  { names, memory = new SubtreeMemory(names), ruling }: AlignOptions,
): Alignment {
  const order = ruling?.order ?? 'counts';
  if (ruling?.by !== undefined) {
    const pairs = new ElementPairs(baseline, fresh);
    pairByMember(pairs, ruling.by, names);
    pairByContent(pairs, { memory, names, order });
    return alignmentOf(pairs, ruling.by);
  }
  const found = identityKey(baseline, fresh, names);
  if (found?.partner === 'in place') return { key: found.key };
  const pairs = new ElementPairs(baseline, fresh);
  if (!found) {
    pairByContent(pairs, { memory, names, order });
    return alignmentOf(pairs, undefined);
  }
  for (const [index, partner] of found.partner.entries()) if (partner !== -1) pairs.pair(index, partner);
  closeFixed(pairs, found.key, names);
  pairByContent(pairs, { memory, names, order });
  return alignmentOf(pairs, found.key);
}

/**
 * What has an identity that programs make anew, and that nothing is known of, may be the other side's under another name.
 * Everything else that finds none of its own is without a partner.
 */
function closeFixed(pairs: ElementPairs, key: string, names: ElementNames): void {
  const mayBeNew = (element: JsonValue | undefined): boolean => {
    const identity = identityOf(element, key) ?? '';
    return names(identity, key).length === 0 && findVolatiles(identity, { name: key }).length > 0;
  };
  for (const side of ['baseline', 'fresh'] as const) {
    for (const index of pairs.waiting(side)) if (!mayBeNew(pairs[side][index])) pairs.close(side, index);
  }
}

function alignmentOf(pairs: ElementPairs, key: string | undefined): Alignment {
  const named = key === undefined ? {} : { key };
  return pairs.isInPlace ? named : { ...named, elements: pairs.inOrder() };
}

/**
 * Elements of one identity belong together, in order where several have it; what has one and finds none of its own is
 * without a partner. Elements without this member keep waiting.
 */
function pairByMember(pairs: ElementPairs, key: string, names: ElementNames): void {
  const before = numbered(pairs.baseline, key);
  const after = numbered(pairs.fresh, key);
  const partners = partnersByIdentity(before, after, (identity) => {
    const end = identity.indexOf(' ') + 1;
    return names(identity.slice(end), key).map((name) => identity.slice(0, end) + name);
  });
  for (const index of after.values()) pairs.close('fresh', index);
  for (const [at, index] of [...before.values()].entries()) {
    pairs.close('baseline', index);
    if (partners[at] !== -1) pairs.pair(index, partners[at]!);
  }
}

/** `N identity` → index, where N counts the elements of this identity from 0. */
function numbered(elements: readonly JsonValue[], key: string): Map<string, number> {
  const counts = new Map<string, number>();
  const indexes = new Map<string, number>();
  for (const [index, element] of elements.entries()) {
    const identity = identityOf(element, key);
    if (identity === undefined) continue;
    const count = counts.get(identity) ?? 0;
    counts.set(identity, count + 1);
    indexes.set(`${count} ${identity}`, index);
  }
  return indexes;
}
