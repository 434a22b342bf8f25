import { parseXmlTree, type XmlElement } from './xml-tree.ts';

/** A text or attribute of an XML document, and where it is written. */
export interface XmlLeaf {
  /** Local names from the root; `@name` for an attribute, `item[2]` for the second of its name: `/order/item[2]/@id`. */
  readonly path: string;
  /** Name of the element or attribute. */
  readonly name: string;
  /** Name of the element around it; undefined at the root. */
  readonly container: string | undefined;
  /** Without white space around it. */
  readonly value: string;
  /** text[start, end) is the value as written. */
  readonly start: number;
  readonly end: number;
}

/** Documents with more are data, not answers that requests follow from. */
const maxLeaves = 20_000;

/** The texts and attributes of a document in order; none of one that is not well-formed. */
export function xmlLeaves(text: string): readonly XmlLeaf[] {
  const root = parseXmlTree(text)?.find((node) => node.kind === 'element');
  const leaves: XmlLeaf[] = [];
  if (root) collect(root, { path: `/${root.local}`, container: undefined }, text, leaves);
  return leaves;
}

interface Where {
  readonly path: string;
  readonly container: string | undefined;
}

function collect(element: XmlElement, { path, container }: Where, text: string, leaves: XmlLeaf[]): void {
  for (const { local, value, start, end } of element.attributes) {
    leaves.push({ path: `${path}/@${local}`, name: local, container: element.local, value, start, end });
  }
  const counts = new Map<string, number>();
  for (const child of element.children) {
    if (leaves.length >= maxLeaves) return;
    if (child.kind === 'element') {
      const index = counts.get(child.local) ?? 0;
      counts.set(child.local, index + 1);
      const step = index === 0 ? child.local : `${child.local}[${index + 1}]`;
      collect(child, { path: `${path}/${step}`, container: element.local }, text, leaves);
    } else if (child.kind === 'text' && element.children.length === 1) {
      const value = child.text.trim();
      if (value === '') continue;
      const raw = text.slice(child.start, child.end);
      const start = child.start + (raw.length - raw.trimStart().length);
      leaves.push({ path, name: element.local, container, value, start, end: start + raw.trim().length });
    }
  }
}

/** A value as it is written in a text or an attribute. */
export function escapedXml(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
