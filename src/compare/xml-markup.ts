import { readXml, type XmlElement, type XmlNode, type XmlScope } from '../model/xml-tree.ts';
import type { MarkupElement, MarkupNode } from './markup-tree.ts';

export type ReadMarkup =
  | { readonly ok: true; readonly document: MarkupElement }
  /** `beyond`: it may be in order, but is more than we read. */
  | { readonly ok: false; readonly is: 'malformed' | 'beyond'; readonly problem: string };

/** Longer documents are compared as text: the tree takes some twenty times the memory of its text. */
const maxXmlLength = 16 * 1024 * 1024;

/**
 * An XML document for comparison. Prefixes become names that stand for one namespace on both sides, also where a value
 * as a whole is such a name (`xsi:type`, SOAP fault codes); white space between elements, the declaration and the DOCTYPE
 * are gone.
 */
export function readXmlMarkup(text: string, names: NamespaceNames): ReadMarkup {
  if (text.length > maxXmlLength) return { ok: false, is: 'beyond', problem: `longer than ${maxXmlLength} characters` };
  const read = readXml(text);
  if (!read.ok) return read;
  return { ok: true, document: { kind: 'element', name: '', attributes: new Map(), ...content(read.nodes, names) } };
}

/** What namespaces are called in both documents: as the first that uses one calls it, or by their last word. */
export class NamespaceNames {
  /** The one whose elements have no prefix, empty for none; attributes without a prefix have no namespace. */
  #default: string | undefined;
  readonly #byUri = new Map<string, string>();
  readonly #taken = new Set<string>();

  elementName({ uri, local, scope }: Pick<XmlElement, 'uri' | 'local' | 'scope'>): string {
    if (!this.#byUri.has(uri) && scope.get('') === uri) this.#default ??= uri;
    return uri === this.#default ? local : this.#prefixed(uri, local, scope);
  }

  attributeName(uri: string, local: string, scope: XmlScope): string {
    return uri === '' ? local : this.#prefixed(uri, local, scope);
  }

  /** A value that as a whole is a name with a prefix in scope, with the prefix that we give it; any other as it is. */
  valueOf(value: string, scope: XmlScope): string {
    const [, prefix, local] = /^\s*([^\s:/]{1,100}):([^\s:/]+)\s*$/.exec(value) ?? [];
    const uri = prefix === undefined ? undefined : scope.get(prefix);
    return uri === undefined ? value : this.#prefixed(uri, local!, scope);
  }

  #prefixed(uri: string, local: string, scope: XmlScope): string {
    let prefix = this.#byUri.get(uri);
    if (prefix === undefined) {
      prefix = candidates(uri, scope).find((candidate) => !this.#taken.has(candidate)) ?? `{${uri}}`;
      this.#byUri.set(uri, prefix);
      this.#taken.add(prefix);
    }
    return prefix.startsWith('{') ? prefix + local : `${prefix}:${local}`;
  }
}

function candidates(uri: string, scope: XmlScope): readonly string[] {
  const prefixes = [...scope].filter(([prefix, other]) => other === uri && prefix !== '').map(([prefix]) => prefix);
  const lastWord = /[A-Za-z][\w.-]*(?=\W*$)/.exec(uri.slice(-100))?.[0];
  return lastWord === undefined ? prefixes : [...prefixes, lastWord];
}

function content(nodes: readonly XmlNode[], names: NamespaceNames, keepsSpace = false): Content {
  const hasElements = nodes.some(({ kind }) => kind === 'element');
  const children: MarkupNode[] = [];
  const asides: string[] = [];
  for (const node of nodes) {
    switch (node.kind) {
      case 'element':
        children.push(element(node, names, keepsSpace));
        break;
      case 'text': {
        const last = children.at(-1);
        // A processing instruction may have stood in between.
        if (last?.kind === 'text') children[children.length - 1] = { kind: 'text', text: last.text + node.text };
        else if (keepsSpace || !hasElements || node.text.trim() !== '')
          children.push({ kind: 'text', text: node.text });
        break;
      }
      case 'comment':
        asides.push(`<!--${node.text}-->`);
        break;
      case 'instruction':
        asides.push(`<?${node.target} ${node.data}?>`);
        break;
      default:
        node satisfies never;
    }
  }
  return { children, asides };
}

type Content = Pick<MarkupElement, 'children' | 'asides'>;

function element(read: XmlElement, names: NamespaceNames, keepsSpace: boolean): MarkupElement {
  const { scope } = read;
  const name = names.elementName(read);
  const attributes = new Map<string, string>();
  let keeps = keepsSpace;
  for (const { uri, local, value } of read.attributes) {
    const attribute = names.attributeName(uri, local, scope);
    attributes.set(attribute, names.valueOf(value, scope));
    if (attribute === 'xml:space') keeps = value === 'preserve';
  }
  const { children, asides } = content(read.children, names, keeps);
  const [only] = children;
  if (children.length !== 1 || only?.kind !== 'text') return { kind: 'element', name, attributes, children, asides };
  const text: MarkupNode = { kind: 'text', text: names.valueOf(only.text, scope) };
  return { kind: 'element', name, attributes, children: [text], asides };
}
