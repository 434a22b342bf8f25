import { isAscii, isUtf8 } from 'node:buffer';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import { parseXmlTree, type XmlElement, type XmlNode, type XmlScope } from '../model/xml-tree.ts';
import { mediaType } from '../model/content-shape.ts';
import { leftOut, type Marks } from './mask-set.ts';

export interface XmlDocument {
  readonly nodes: readonly XmlNode[];
  readonly sizeBytes: number;
}

/** `application/xml`, `text/xml` and all `+xml` (RFC 7303 §4). */
export function isXmlType(type: string): boolean {
  return type === 'application/xml' || type === 'text/xml' || type.endsWith('+xml');
}

/** XML by its type that is well-formed, has no DOCTYPE, and an encoding we can read; anything else compares as bytes. */
export function readXmlBody(headers: RawHeaders, content: Buffer): XmlDocument | undefined {
  if (!isXmlType(mediaType(headers))) return undefined;
  const text = decodeXml(headers, content);
  const nodes = text === undefined ? undefined : parseXmlTree(text);
  return nodes && { nodes, sizeBytes: content.length };
}

/** A byte order mark counts most, then `charset`, then the declaration inside (RFC 7303 §3). */
function decodeXml(headers: RawHeaders, content: Buffer): string | undefined {
  if (content[0] === 0xff && content[1] === 0xfe) return content.toString('utf16le', 2);
  if (content[0] === 0xfe && content[1] === 0xff) {
    return content.length % 2 === 0 ? Buffer.from(content).swap16().toString('utf16le', 2) : undefined;
  }
  const isMarked = content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf;
  const charset = /;\s*charset\s*=\s*"?([\w.-]+)/i.exec(headerValue(headers, 'content-type') ?? '')?.[1];
  const declared = /^<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([\w.-]+)/.exec(content.toString('latin1', 0, 200))?.[1];
  switch (isMarked ? 'utf-8' : (charset ?? declared ?? 'utf-8').toLowerCase()) {
    case 'utf-8':
    case 'utf8':
      return isUtf8(content) ? content.toString('utf8') : undefined;
    case 'us-ascii':
    case 'ascii':
      return isAscii(content) ? content.toString('latin1') : undefined;
    case 'iso-8859-1':
    case 'latin1':
      return content.toString('latin1');
    default:
      return undefined;
  }
}

/**
 * One text for all spellings of a document. Prefixes of names do not count, only what they stand for; the order of
 * attributes, quotes, references, comments, CDATA, white space between elements and inside tags do not either. White
 * space inside text counts, and so does that of mixed content and of `xml:space="preserve"`.
 *
 * Leaves have places for marks: `xml:/Envelope/Body/order[2]/@id`. The first child of a name has no number, texts beside
 * elements are `text()`.
 */
export function canonicalXml(document: XmlDocument, marks: Marks): string {
  const isMarked = marks.has('xml');
  let rendered = '';

  const leaf = (place: string, value: string): string | undefined =>
    isMarked ? marks.take(`xml:${place}`, value) : undefined;

  const renderNodes = (nodes: readonly XmlNode[], parent: XmlPlace): void => {
    const next = isMarked ? numbering(parent.place) : nowhere;
    for (const node of nodes) {
      switch (node.kind) {
        case 'element':
          renderElement(node, { place: next(node.local), isPreserved: parent.isPreserved });
          break;
        case 'text': {
          const mark = leaf(next('text()'), node.text);
          if (mark !== leftOut) rendered += mark ?? escaped(node.text) + meanings(node.text, parent.scope);
          break;
        }
        case 'instruction':
          rendered += `<?${node.target} ${node.data}?>`;
          break;
        case 'comment':
          break;
        default:
          node satisfies never;
      }
    }
  };

  const renderElement = (
    element: XmlElement,
    { place, isPreserved }: Pick<XmlPlace, 'place' | 'isPreserved'>,
  ): void => {
    const { uri, local, scope } = element;
    const keeps = spaceOf(element) ?? isPreserved;
    const children = keeps ? element.children : withoutLayout(element.children);
    const [only] = children;
    const text = children.length === 0 ? '' : children.length === 1 && only?.kind === 'text' ? only.text : undefined;
    const mark = text === undefined ? undefined : leaf(place, text);
    if (mark === leftOut) return;
    rendered += `<{${escaped(uri)}}${local}`;
    for (const attribute of inOrder(element)) {
      const { value } = attribute;
      const given = leaf(`${place}/@${attribute.local}`, value);
      if (given === leftOut) continue;
      const isType = attribute.local === 'type' && attribute.uri === schemaInstance;
      const meant = given ?? (isType ? typeName(value, scope) : escaped(value) + meanings(value, scope));
      rendered += ` {${escaped(attribute.uri)}}${attribute.local}="${meant}"`;
    }
    rendered += '>';
    if (text === undefined) renderNodes(children, { place, isPreserved: keeps, scope });
    else rendered += mark ?? escaped(text) + meanings(text, scope);
    rendered += '</>';
  };

  renderNodes(document.nodes, { place: '', isPreserved: false, scope: new Map() });
  return rendered;
}

const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance';

interface XmlPlace {
  readonly place: string;
  readonly isPreserved: boolean;
  readonly scope: XmlScope;
}

/** Every leaf by its place, as canonicalXml names them; for people to see where two documents differ. */
export function xmlLeaves(document: XmlDocument, marks: Marks): Map<string, string> {
  const leaves = new Map<string, string>();
  canonicalXml(document, {
    has: (kind) => kind === 'xml' || marks.has(kind),
    take: (place, value) => {
      const mark = marks.has('xml') ? marks.take(place, value) : undefined;
      if (mark !== leftOut) leaves.set(place.slice('xml:'.length), mark ?? JSON.stringify(value));
      return mark;
    },
  });
  return leaves;
}

const nowhere = (): string => '';

function numbering(parent: string): (name: string) => string {
  const counts = new Map<string, number>();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `${parent}/${name}${count === 1 ? '' : `[${count}]`}`;
  };
}

/** White space that only lays out elements: between them, where no other text stands. */
function withoutLayout(children: readonly XmlNode[]): readonly XmlNode[] {
  if (!children.some(({ kind }) => kind === 'element')) return children;
  const isLayout = children.every((node) => node.kind !== 'text' || /^[\t\n\r ]*$/.test(node.text));
  return isLayout ? children.filter(({ kind }) => kind !== 'text') : children;
}

function spaceOf({ attributes }: XmlElement): boolean | undefined {
  const space = attributes.find(({ uri, local }) => local === 'space' && uri.endsWith('/XML/1998/namespace'));
  return space && space.value === 'preserve';
}

function inOrder({ attributes }: XmlElement): XmlElement['attributes'] {
  if (attributes.length < 2) return attributes;
  const name = ({ local, uri }: { local: string; uri: string }): string => `${local} ${uri}`;
  return attributes.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}

/**
 * What prefixes inside a value stand for (`s:string`, XPath): the same value means another thing where they mean another.
 * The value as written counts as well, for whether it is a name nobody can know.
 */
function meanings(value: string, scope: XmlScope): string {
  if (!value.includes(':')) return '';
  const uris = [...scope]
    .filter(([prefix]) => prefix !== '' && hasPrefix(value, prefix))
    .map(([, uri]) => uri)
    .toSorted();
  return uris.length === 0 ? '' : `<${uris.map((uri) => `{${escaped(uri)}}`).join('')}>`;
}

function hasPrefix(value: string, prefix: string): boolean {
  const mark = `${prefix}:`;
  let at = value.indexOf(mark);
  while (at > 0 && /[\p{L}\p{N}_.-]/u.test(value[at - 1]!)) at = value.indexOf(mark, at + 1);
  return at !== -1;
}

/** The value of `xsi:type` surely is a name: of it only the meaning counts. */
function typeName(value: string, scope: XmlScope): string {
  const [, prefix = '', local = ''] = /^\s*(?:([^:\s]+):)?([^:\s]+)\s*$/.exec(value) ?? [];
  const uri = scope.get(prefix);
  return local === '' || uri === undefined ? escaped(value) : `<{${escaped(uri)}}>${escaped(local)}`;
}

function escaped(text: string): string {
  if (!/[&<>"{}]/.test(text)) return text;
  return text.replaceAll(/[&<>"{}]/g, (char) => `&${char.charCodeAt(0)};`);
}
