/** XML or HTML as it is compared: what has no meaning is gone, and equal names mean the same on both sides. */
export interface MarkupElement {
  readonly kind: 'element';
  /** Empty for the document itself. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** No two texts stand side by side, and none is empty. */
  readonly children: readonly MarkupNode[];
  /** Comments and processing instructions directly inside, as written. */
  readonly asides: readonly string[];
}

export interface MarkupText {
  readonly kind: 'text';
  readonly text: string;
}

export type MarkupNode = MarkupElement | MarkupText;

/** What texts are called where elements have names: no element is. */
export const textName = '#text';

export function nodeName(node: MarkupNode): string {
  return node.kind === 'text' ? textName : node.name;
}

/** The text of an element that has nothing but text inside; undefined when it has elements. */
export function leafText({ children }: MarkupElement): string | undefined {
  const [first] = children;
  if (first === undefined) return '';
  return children.length === 1 && first.kind === 'text' ? first.text : undefined;
}

/** White space at the ends gone, any other made one space. */
export function collapsed(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

/** A node as markup on one line, no longer than about `maxLength`. */
export function markupText(node: MarkupNode, maxLength: number): string {
  if (node.kind === 'text') return escapedText(node.text.slice(0, maxLength));
  const text = leafText(node);
  if (text === '') return openTag(node, ' />');
  let written = openTag(node, '>');
  for (const child of node.children) {
    if (written.length >= maxLength) return written;
    written += markupText(child, maxLength - written.length);
  }
  return `${written}</${node.name}>`;
}

/** The beginning of an element with all its attributes. */
export function openTag({ name, attributes }: MarkupElement, end: string): string {
  return `<${[name, ...Array.from(attributes, attributeText)].join(' ')}${end}`;
}

export function attributeText([name, value]: readonly [name: string, value: string]): string {
  return `${name}="${escapedText(value).replaceAll('"', '&quot;')}"`;
}

export function escapedText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
