import type { MarkupNode } from './markup-tree.ts';

/** What a text or the value of an attribute counts as. */
export interface LeafReading {
  readonly baseline: (text: string) => string;
  readonly fresh: (text: string) => string;
}

const asItIs: LeafReading = { baseline: (text) => text, fresh: (text) => text };

/**
 * A number for every node of both documents; nodes of one number are equal. Found once from the leaves up, so that
 * comparing two subtrees costs nothing at any depth.
 */
export class MarkupNumbers {
  readonly #byContent = new Map<string, number>();
  readonly #byNode = new Map<MarkupNode, number>();
  readonly #leaf: LeafReading;

  constructor(leaf: LeafReading = asItIs) {
    this.#leaf = leaf;
  }

  of(node: MarkupNode, side: 'baseline' | 'fresh'): number {
    const known = this.#byNode.get(node);
    if (known !== undefined) return known;
    const content = JSON.stringify(this.#parts(node, side));
    const number = this.#byContent.get(content) ?? this.#byContent.size;
    this.#byContent.set(content, number);
    this.#byNode.set(node, number);
    return number;
  }

  areEqual(baseline: MarkupNode, fresh: MarkupNode): boolean {
    return this.of(baseline, 'baseline') === this.of(fresh, 'fresh');
  }

  #parts(node: MarkupNode, side: 'baseline' | 'fresh'): readonly unknown[] {
    const leaf = this.#leaf[side];
    if (node.kind === 'text') return [leaf(node.text)];
    const attributes = [...node.attributes].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return [
      node.name,
      attributes.map(([name, value]) => [name, leaf(value)]),
      node.asides,
      node.children.map((child) => this.of(child, side)),
    ];
  }
}
