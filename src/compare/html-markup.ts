import { createRequire } from 'node:module';
import type * as Parse5 from 'parse5';
import type { DefaultTreeAdapterTypes, TreeAdapter } from 'parse5';
import type { MarkupElement, MarkupNode } from './markup-tree.ts';
import type { ReadMarkup } from './xml-markup.ts';

/** Longer pages are compared as text. */
const maxHtmlLength = 4 * 1024 * 1024;

/** Browsers close what is nested deeper than 512 elements; what is deeper still makes readers slow. */
const maxHtmlDepth = 600;

/** Unclosed formatting is repeated in every block that follows: a page can unfold into millions of elements. */
const maxHtmlNodes = 200_000;

/** `page`: what has a document type, `html`, `head` or `body`. `piece`: a part of one, rows of tables included. */
export type HtmlKind = 'page' | 'piece';

export function htmlKind(text: string): HtmlKind {
  return /^(?:\s|<!--.{0,10000}?-->)*<(?:!doctype|html|head|body|frameset)\b/is.test(text) ? 'page' : 'piece';
}

/**
 * HTML as browsers build it (WHATWG HTML §13.2): every text is some. White space is collapsed where browsers do so, and
 * gone at the borders of blocks; `class` and `rel` are lists without order. Scripts and styles are text.
 */
export function readHtmlMarkup(text: string, kind: HtmlKind): ReadMarkup {
  if (text.length > maxHtmlLength)
    return { ok: false, is: 'beyond', problem: `longer than ${maxHtmlLength} characters` };
  try {
    const options = { treeAdapter: boundedAdapter() };
    const { parse, parseFragment } = parse5();
    const root = kind === 'page' ? parse(text, options) : parseFragment(text, options);
    const attributes = doctypeOf(root);
    return { ok: true, document: element('', root.childNodes, { attributes, space: 'collapses', depth: 0 }) };
  } catch (thrown) {
    if (thrown instanceof TooLarge) return { ok: false, is: 'beyond', problem: thrown.message };
    throw thrown;
  }
}

let loaded: typeof Parse5 | undefined;

/** Loaded by the first page: most traffic has none, and it takes as long as ten answers of a replay. */
function parse5(): typeof Parse5 {
  loaded ??= createRequire(import.meta.url)('parse5') as typeof Parse5;
  return loaded;
}

class TooLarge extends Error {}

type Nodes = DefaultTreeAdapterTypes.DefaultTreeAdapterMap;
type HtmlNode = DefaultTreeAdapterTypes.Node;
type HtmlElement = DefaultTreeAdapterTypes.Element;
type ChildNode = DefaultTreeAdapterTypes.ChildNode;

/** Throws `TooLarge` as soon as the tree is. */
function boundedAdapter(): TreeAdapter<Nodes> {
  const { defaultTreeAdapter } = parse5();
  const depths = new WeakMap<HtmlNode, number>();
  let nodes = 0;
  const descend = (parent: HtmlNode, child: HtmlNode): void => {
    const depth = (depths.get(parent) ?? 0) + 1;
    if (depth > maxHtmlDepth) throw new TooLarge(`nested deeper than ${maxHtmlDepth} elements`);
    depths.set(child, depth);
  };
  return {
    ...defaultTreeAdapter,
    createElement: (...made) => {
      if (++nodes > maxHtmlNodes) throw new TooLarge(`more than ${maxHtmlNodes} elements`);
      return defaultTreeAdapter.createElement(...made);
    },
    appendChild: (parent, child) => {
      descend(parent, child);
      defaultTreeAdapter.appendChild(parent, child);
    },
    insertBefore: (parent, child, reference) => {
      descend(parent, child);
      defaultTreeAdapter.insertBefore(parent, child, reference);
    },
    setTemplateContent: (template, content) => {
      descend(template, content);
      defaultTreeAdapter.setTemplateContent(template, content);
    },
  };
}

/** The document type is the one thing beside elements that browsers act on. */
function doctypeOf(document: DefaultTreeAdapterTypes.ParentNode): ReadonlyMap<string, string> {
  const type = document.childNodes.find(isDocumentType);
  if (!type) return new Map();
  return new Map([['doctype', [type.name, type.publicId, type.systemId].filter((word) => word !== '').join(' ')]]);
}

const htmlNamespace = 'http://www.w3.org/1999/xhtml';

type Space = 'collapses' | 'counts';

/** Inside these white space counts, or nothing but text is. */
const spaceCounts = new Set(['pre', 'textarea', 'listing', 'script', 'style']);

/** Elements that flow with the text around them; at the borders of all others white space is not seen. */
const inline = new Set(
  (
    'a abbr acronym audio b bdi bdo big button canvas cite code data del dfn em embed font i iframe img input ins kbd ' +
    'label map mark math meter object output picture progress q ruby s samp select slot small span strike strong sub ' +
    'sup svg textarea time tt u var video'
  ).split(' '),
);

/** Lists of words whose order has no meaning. */
const wordLists = new Set(['class', 'rel']);

interface Inside {
  readonly attributes: ReadonlyMap<string, string>;
  readonly space: Space;
  readonly depth: number;
}

function element(name: string, nodes: readonly ChildNode[], { attributes, space, depth }: Inside): MarkupElement {
  // Elements that are closed in the wrong order are moved after their depth was counted.
  if (depth > maxHtmlDepth) throw new TooLarge(`nested deeper than ${maxHtmlDepth} elements`);
  const asides: string[] = [];
  const children: MarkupNode[] = [];
  const isBlock = !inline.has(name);
  for (const [index, node] of nodes.entries()) {
    if (isComment(node)) asides.push(`<!--${node.data}-->`);
    else if (isElement(node)) children.push(elementOf(node, { space, depth: depth + 1 }));
    else if (isText(node)) {
      const last = children.at(-1);
      // A comment may have stood in between.
      const text = (last?.kind === 'text' ? last.text : '') + node.value;
      if (last?.kind === 'text') children.pop();
      const read =
        space === 'counts' ? text : shown(text, { isBlock, before: children.at(-1), after: nextElement(nodes, index) });
      if (read !== '') children.push({ kind: 'text', text: read });
    }
  }
  return { kind: 'element', name, attributes, children, asides };
}

function nextElement(nodes: readonly ChildNode[], index: number): ChildNode | undefined {
  for (let i = index + 1; i < nodes.length; i++) {
    const node = nodes[i]!;
    if (!isComment(node)) return node;
  }
  return undefined;
}

function elementOf(node: HtmlElement, outer: Omit<Inside, 'attributes'>): MarkupElement {
  const { tagName, attrs } = node;
  const namespace: string = node.namespaceURI;
  const space = spaceCounts.has(tagName) && namespace === htmlNamespace ? 'counts' : outer.space;
  const nodes = tagName === 'template' && 'content' in node ? (node as DefaultTreeAdapterTypes.Template).content : node;
  const attributes = new Map(
    attrs.map(({ prefix, name, value }) => [
      prefix ? `${prefix}:${name}` : name,
      wordLists.has(name) ? words(value) : value,
    ]),
  );
  return element(tagName, nodes.childNodes, { ...outer, attributes, space });
}

function words(value: string): string {
  return [...new Set(value.split(/[\t\n\f\r ]+/))]
    .filter((word) => word !== '')
    .toSorted()
    .join(' ');
}

interface Surroundings {
  readonly isBlock: boolean;
  readonly before: MarkupNode | undefined;
  readonly after: ChildNode | undefined;
}

/** A text as it is shown: white space is one space, none at the borders of blocks. */
function shown(text: string, { isBlock, before, after }: Surroundings): string {
  let read = text.replaceAll(/[\t\n\f\r ]+/g, ' ');
  const startsLine = before === undefined ? isBlock : before.kind === 'element' && !inline.has(before.name);
  const endsLine = after === undefined ? isBlock : isElement(after) && !inline.has(after.tagName);
  if (startsLine && read.startsWith(' ')) read = read.slice(1);
  if (endsLine && read.endsWith(' ')) read = read.slice(0, -1);
  return read;
}

function isComment(node: ChildNode): node is DefaultTreeAdapterTypes.CommentNode {
  return node.nodeName === '#comment';
}

function isText(node: ChildNode): node is DefaultTreeAdapterTypes.TextNode {
  return node.nodeName === '#text';
}

function isDocumentType(node: ChildNode): node is DefaultTreeAdapterTypes.DocumentType {
  return node.nodeName === '#documentType';
}

function isElement(node: ChildNode): node is HtmlElement {
  return 'tagName' in node;
}
