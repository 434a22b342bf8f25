import type { JsonValue } from '../model/json-value.ts';
import { leafText, type MarkupElement, nodeName, textName } from './markup-tree.ts';

/**
 * What elements of one path are made of in both documents together: decides where places are numbered, and how their
 * values look to rules and invariants, so that both sides look alike.
 */
export class MarkupShape {
  readonly #children = new Map<string, MarkupShape>();
  #hasAttributes = false;
  #isRepeated = false;
  #texts = 0;

  constructor(documents: readonly MarkupElement[] = []) {
    for (const document of documents) this.#learn(document);
  }

  /** Several stand beside each other somewhere: places are numbered. */
  get isRepeated(): boolean {
    return this.#isRepeated;
  }

  /** Nothing but text: the element is its text. */
  get isText(): boolean {
    return !this.#hasAttributes && this.#children.size === 0;
  }

  /** Text stands in several pieces between elements. */
  get hasTexts(): boolean {
    return this.#texts > 1;
  }

  of(name: string): MarkupShape {
    return this.#children.get(name) ?? new MarkupShape();
  }

  /** An element as `{"@attribute": …, "child": …, "#text": …}`; children are arrays where their name is repeated. */
  valueOf(element: MarkupElement): JsonValue {
    if (this.isText) return leafText(element) ?? '';
    // Names are foreign: `__proto__` must become a member like any other.
    const members: [name: string, value: JsonValue][] = Array.from(element.attributes, ([name, value]) => [
      `@${name}`,
      value,
    ]);
    const groups = Map.groupBy(element.children, nodeName);
    for (const [name, nodes] of groups) {
      const shape = this.of(name);
      const values = nodes.map((node) => (node.kind === 'text' ? node.text : shape.valueOf(node)));
      const isList = name === textName ? this.hasTexts : shape.isRepeated;
      members.push([name, isList ? values : values[0]!]);
    }
    if (this.#texts === 1 && !groups.has(textName)) members.push([textName, '']);
    return Object.fromEntries(members);
  }

  #learn({ attributes, children }: MarkupElement): void {
    if (attributes.size > 0) this.#hasAttributes = true;
    let texts = 0;
    const seen = new Set<string>();
    for (const child of children) {
      if (child.kind === 'text') {
        texts++;
        continue;
      }
      let shape = this.#children.get(child.name);
      if (!shape) this.#children.set(child.name, (shape = new MarkupShape()));
      if (seen.has(child.name)) shape.#isRepeated = true;
      seen.add(child.name);
      shape.#learn(child);
    }
    this.#texts = Math.max(this.#texts, texts);
  }
}
