import type { MarkupElement, MarkupNode } from './markup-tree.ts';

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
  readonly #texts = new Map<string, number>();
  readonly #elements = new Map<string, number>();
  readonly #byNode = new Map<MarkupElement, number>();
  readonly #leaf: LeafReading;

  constructor(leaf: LeafReading = asItIs) {
    this.#leaf = leaf;
  }

  /** Elements have even numbers, texts odd ones. */
  of(node: MarkupNode, side: 'baseline' | 'fresh'): number {
    if (node.kind === 'text') return numberIn(this.#texts, this.#leaf[side](node.text)) * 2 + 1;
    let number = this.#byNode.get(node);
    if (number === undefined) {
      number = numberIn(this.#elements, this.#content(node, side)) * 2;
      this.#byNode.set(node, number);
    }
    return number;
  }

  areEqual(baseline: MarkupNode, fresh: MarkupNode): boolean {
    return this.of(baseline, 'baseline') === this.of(fresh, 'fresh');
  }

  /** Nothing but numbers, so that no text can look like another. */
  #content({ name, attributes, asides, children }: MarkupElement, side: 'baseline' | 'fresh'): string {
    const leaf = this.#leaf[side];
    let content = String(numberIn(this.#texts, name));
    const names = attributes.size < 2 ? [...attributes.keys()] : [...attributes.keys()].sort(byText);
    for (const attribute of names) {
      const value = numberIn(this.#texts, leaf(attributes.get(attribute)!));
      content += `@${numberIn(this.#texts, attribute)}=${value}`;
    }
    for (const aside of asides) content += `!${numberIn(this.#texts, aside)}`;
    for (const child of children) content += `,${this.of(child, side)}`;
    return content;
  }
}

function numberIn(known: Map<string, number>, text: string): number {
  let number = known.get(text);
  if (number === undefined) known.set(text, (number = known.size));
  return number;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
