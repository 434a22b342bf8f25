import { parseTimestamp } from '../model/volatile.ts';
import { alignArrays } from './align.ts';
import type { Explainer } from './explain.ts';
import { longestIncreasing } from './longest-increasing.ts';
import { MarkupNumbers } from './markup-numbers.ts';
import { collapsed, leafText, type MarkupElement, type MarkupNode, nodeName } from './markup-tree.ts';
import type { ValuePath } from './renames.ts';

/** Two children that belong together, or one that has no partner. */
export interface MarkupPair {
  readonly baseline?: MarkupNode;
  readonly fresh?: MarkupNode;
  /** Place among the children of that name, from 0: in the baseline, of what was added in the fresh document. */
  readonly place: number;
  /** Stands elsewhere among the others. */
  readonly moved: boolean;
}

/** Attributes, then children, that identify an element; best first. */
const identityAttributes = ['id', 'xml:id', 'key', 'uuid', 'code', 'sku', 'slug', 'name', 'property'];
const identityChildren = ['id', 'key', 'uuid', 'guid', 'code', 'sku', 'slug', 'name'];

/** Pairs the children of elements that belong together. */
export class MarkupAlignment {
  readonly #exact = new MarkupNumbers();
  readonly #blurred: MarkupNumbers;
  readonly #explainer: Explainer;

  constructor(explainer: Explainer) {
    this.#explainer = explainer;
    const names = explainer.namesAt([]);
    const blurred = (text: string): string => (parseTimestamp(text) ? '⟦time⟧' : collapsed(text));
    this.#blurred = new MarkupNumbers({ baseline: (text) => blurred(names(text)[0] ?? text), fresh: blurred });
  }

  areEqual(baseline: MarkupNode, fresh: MarkupNode): boolean {
    return this.#exact.areEqual(baseline, fresh);
  }

  /**
   * The children of both in the order of the fresh element, removed ones where they were. Only those of one name belong
   * together: by an identifying attribute or child, else by content (equal ones first, then those equal up to renamed
   * values, timestamps and white space), and what is left in order.
   *
   * @param path Where the parent stands, for names of this run.
   */
  children(before: MarkupElement, after: MarkupElement, path: ValuePath): MarkupPair[] {
    const baseline = placed(before.children);
    const fresh = placed(after.children);
    const partner = new Int32Array(baseline.length).fill(-1);
    const freshGroups = Map.groupBy(fresh, ({ node }) => nodeName(node));
    for (const [name, group] of Map.groupBy(baseline, ({ node }) => nodeName(node))) {
      const others = freshGroups.get(name) ?? [];
      for (const [b, f] of this.#pairs(group, others, [...path, name])) partner[group[b]!.index] = others[f]!.index;
    }
    return inOrder(baseline, fresh, partner);
  }

  #pairs(
    before: readonly PlacedNode[],
    after: readonly PlacedNode[],
    path: ValuePath,
  ): readonly (readonly [baseline: number, fresh: number])[] {
    if (after.length === 0) return [];
    if (before.length === 1 && after.length === 1) return [[0, 0]];
    const byIdentity = this.#byIdentity(before, after, path);
    if (byIdentity) return byIdentity;
    const freshNumbers = new Set(after.map(({ node }) => this.#exact.of(node, 'fresh')));
    const baselineNumbers = new Set(before.map(({ node }) => this.#exact.of(node, 'baseline')));
    // Numbers and texts are never equal: a node has its exact number where there is one like it on the other side.
    const token = (node: MarkupNode, side: 'baseline' | 'fresh', others: ReadonlySet<number>): number | string => {
      const exact = this.#exact.of(node, side);
      return others.has(exact) ? exact : String(this.#blurred.of(node, side));
    };
    const first = before.map(({ node }) => token(node, 'baseline', freshNumbers));
    const second = after.map(({ node }) => token(node, 'fresh', baselineNumbers));
    const { elements } = alignArrays(first, second, { names: () => [] });
    if (elements === undefined) return first.map((_, index) => [index, index]);
    return elements
      .filter(({ baseline, fresh }) => baseline !== -1 && fresh !== -1)
      .map(({ baseline, fresh }) => [baseline, fresh]);
  }

  /** Undefined when no identity is unique in every element, or none is on both sides. */
  #byIdentity(before: readonly PlacedNode[], after: readonly PlacedNode[], path: ValuePath) {
    for (const identity of identitiesOf(before[0]!.node)) {
      const first = before.map(({ node }) => identityOf(node, identity));
      const second = after.map(({ node }) => identityOf(node, identity));
      if (!areUnique(first) || !areUnique(second)) continue;
      const places = new Map(second.map((text, index) => [text, index]));
      const names = this.#explainer.namesAt(path);
      const found = (text: string): number | undefined =>
        places.get(names(text, identity.name).find((name) => places.has(name)) ?? text);
      const equal = first.map((text) => places.get(text));
      const renamed = first.map(found);
      const isBetter = countOf(renamed) > countOf(equal) && areUnique(renamed.filter((place) => place !== undefined));
      const pairs = (isBetter ? renamed : equal).flatMap((fresh, index) =>
        fresh === undefined ? [] : [[index, fresh] as const],
      );
      if (pairs.length > 0) return pairs;
    }
    return undefined;
  }
}

interface PlacedNode {
  readonly node: MarkupNode;
  /** Among all children. */
  readonly index: number;
  /** Among those of its name. */
  readonly place: number;
}

function placed(children: readonly MarkupNode[]): PlacedNode[] {
  const counts = new Map<string, number>();
  return children.map((node, index) => {
    const name = nodeName(node);
    const place = counts.get(name) ?? 0;
    counts.set(name, place + 1);
    return { node, index, place };
  });
}

interface Identity {
  readonly kind: 'attribute' | 'child';
  readonly name: string;
}

/** What could identify elements like this one. */
function identitiesOf(node: MarkupNode): Identity[] {
  if (node.kind === 'text') return [];
  const children = new Set(node.children.map(nodeName));
  return [
    ...identityAttributes
      .filter((name) => node.attributes.has(name))
      .map((name) => ({ kind: 'attribute', name }) as const),
    ...identityChildren.filter((name) => children.has(name)).map((name) => ({ kind: 'child', name }) as const),
  ];
}

function identityOf(node: MarkupNode, { kind, name }: Identity): string | undefined {
  if (node.kind === 'text') return undefined;
  if (kind === 'attribute') return node.attributes.get(name);
  const child = node.children.find((candidate) => nodeName(candidate) === name);
  return child?.kind === 'element' ? leafText(child) : undefined;
}

function areUnique<T>(values: readonly (T | undefined)[]): values is readonly T[] {
  return !values.includes(undefined) && new Set(values).size === values.length;
}

function countOf(places: readonly (number | undefined)[]): number {
  return places.filter((place) => place !== undefined).length;
}

function inOrder(baseline: readonly PlacedNode[], fresh: readonly PlacedNode[], partner: Int32Array): MarkupPair[] {
  const anchors = longestIncreasing(partner);
  const source = new Int32Array(fresh.length).fill(-1);
  for (const [index, other] of partner.entries()) if (other !== -1) source[other] = index;
  const pairs: MarkupPair[] = [];
  let before = 0;
  const removedUpTo = (end: number): void => {
    for (; before < end; before++) {
      const { node, place } = baseline[before]!;
      if (partner[before] === -1) pairs.push({ baseline: node, place, moved: false });
    }
  };
  for (const { node, index, place } of fresh) {
    const at = source[index]!;
    if (at === -1) {
      pairs.push({ fresh: node, place, moved: false });
      continue;
    }
    if (anchors[at] === 1) removedUpTo(at);
    const { node: partnerNode, place: partnerPlace } = baseline[at]!;
    pairs.push({ baseline: partnerNode, fresh: node, place: partnerPlace, moved: anchors[at] !== 1 });
  }
  removedUpTo(baseline.length);
  return pairs;
}
