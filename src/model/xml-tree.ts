/**
 * XML 1.0 with namespaces as a tree that says where values stand. Strict: what is not well-formed is refused, and so is
 * a DOCTYPE with declarations, for entities make documents mean what does not stand in them (and grow without end). The
 * XML declaration is left out, CDATA sections are text.
 */
export type XmlNode = XmlElement | XmlText | XmlInstruction | XmlComment;

export interface XmlElement {
  readonly kind: 'element';
  /** Namespace, empty for none. */
  readonly uri: string;
  readonly local: string;
  /** Without declarations of namespaces. */
  readonly attributes: readonly XmlAttribute[];
  /** No two texts stand side by side. */
  readonly children: readonly XmlNode[];
  /** Namespaces by prefix as they are declared here; the empty prefix is the default. */
  readonly scope: XmlScope;
}

export interface XmlAttribute {
  readonly uri: string;
  readonly local: string;
  readonly value: string;
  /** text[start, end) is the value as written, without quotes. */
  readonly start: number;
  readonly end: number;
}

export interface XmlText {
  readonly kind: 'text';
  /** References resolved, line ends made `\n`. */
  readonly text: string;
  /** Where it is written, markup of CDATA sections and comments inside included. */
  readonly start: number;
  readonly end: number;
}

export interface XmlInstruction {
  readonly kind: 'instruction';
  readonly target: string;
  readonly data: string;
}

export interface XmlComment {
  readonly kind: 'comment';
  readonly text: string;
}

export type XmlScope = ReadonlyMap<string, string>;

/** Real documents have a dozen; every element is looked at with all that are in its scope. */
const maxPrefixes = 100;

/** As for JSON: everything that walks a document may recurse. */
export const maxXmlDepth = 1000;

/** The nodes of a document, or why it has none. `beyond`: it may be well-formed, but is more than we read. */
export type ReadXml =
  | { readonly ok: true; readonly nodes: readonly XmlNode[] }
  | { readonly ok: false; readonly is: 'malformed' | 'beyond'; readonly problem: string };

/**
 * The nodes of a document: its one element, and instructions around it. Undefined when it is not well-formed, or has a
 * DOCTYPE. Comments are left out.
 */
export function parseXmlTree(text: string): readonly XmlNode[] | undefined {
  const read = readWith(new XmlReader(text, 'data'));
  return read.ok ? read.nodes : undefined;
}

/** The same with comments. A DOCTYPE that declares nothing is passed over. */
export function readXml(text: string): ReadXml {
  return readWith(new XmlReader(text, 'document'));
}

function readWith(reader: XmlReader): ReadXml {
  try {
    return { ok: true, nodes: reader.document() };
  } catch (thrown) {
    if (thrown instanceof XmlProblem) return { ok: false, is: thrown.is, problem: thrown.message };
    throw thrown;
  }
}

/** XML 1.0 §2.2. */
const notXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const nameChars = String.raw`[A-Za-z_\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{2FF}\u{370}-\u{37D}\u{37F}-\u{1FFF}\u{200C}\u{200D}\u{2070}-\u{218F}\u{2C00}-\u{2FEF}\u{3001}-\u{D7FF}\u{F900}-\u{FDCF}\u{FDF0}-\u{FFFD}\u{10000}-\u{EFFFF}]`;
const ncName = String.raw`${nameChars}(?:${nameChars}|[-.0-9\u{B7}\u{300}-\u{36F}\u{203F}\u{2040}]){0,1000}`;
const qName = new RegExp(`(?:(${ncName}):)?(${ncName})`, 'uy');
const space = /[\t\n\r ]*/y;
const declaration =
  /<\?xml[\t\n\r ]+version[\t\n\r ]*=[\t\n\r ]*(?:"1\.0"|'1\.0')(?:[\t\n\r ]+encoding[\t\n\r ]*=[\t\n\r ]*(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:[\t\n\r ]+standalone[\t\n\r ]*=[\t\n\r ]*(?:"(?:yes|no)"|'(?:yes|no)'))?[\t\n\r ]*\?>/y;
const doctype =
  /[\t\n\r ]+[^\s<>[\]"']{1,1000}(?:[\t\n\r ]+(?:SYSTEM|PUBLIC[\t\n\r ]+(?:"[^"<&]*"|'[^'<&]*'))[\t\n\r ]+(?:"[^"]*"|'[^']*'))?[\t\n\r ]*[>[]/y;
const reference = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|apos|quot));/y;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', apos: "'", quot: '"' };

const xmlUri = 'http://www.w3.org/XML/1998/namespace';
const xmlnsUri = 'http://www.w3.org/2000/xmlns/';
const rootScope: XmlScope = new Map([
  ['', ''],
  ['xml', xmlUri],
]);

class XmlProblem extends Error {
  readonly is: 'malformed' | 'beyond';

  constructor(is: XmlProblem['is'], message: string) {
    super(message);
    this.is = is;
  }
}

interface QName {
  readonly prefix: string;
  readonly local: string;
}

class XmlReader {
  readonly #text: string;
  /** `data`: no comments, and no DOCTYPE. */
  readonly #reading: 'data' | 'document';
  #at = 0;

  constructor(text: string, reading: 'data' | 'document') {
    this.#text = text;
    this.#reading = reading;
  }

  document(): readonly XmlNode[] {
    const foreign = notXml.exec(this.#text);
    if (foreign) {
      this.#at = foreign.index;
      this.#fail();
    }
    if (this.#text.charCodeAt(0) === 0xfeff) this.#at = 1;
    declaration.lastIndex = this.#at;
    if (declaration.test(this.#text)) this.#at = declaration.lastIndex;
    const nodes: XmlNode[] = [];
    let elements = 0;
    for (;;) {
      this.#skipSpace();
      if (this.#at === this.#text.length) break;
      if (this.#takes('<!--')) this.#comment(nodes);
      else if (elements === 0 && this.#reading === 'document' && this.#takes('<!DOCTYPE')) this.#doctype();
      else if (this.#takes('<?')) nodes.push(this.#instruction());
      else if (this.#text[this.#at] === '<' && elements++ === 0) nodes.push(this.#element(rootScope, 0));
      else this.#fail();
    }
    return elements === 1 ? nodes : this.#fail();
  }

  #element(outer: XmlScope, depth: number): XmlElement {
    if (depth >= maxXmlDepth) throw new XmlProblem('beyond', `nested deeper than ${maxXmlDepth} elements`);
    if (!this.#takes('<')) this.#fail();
    const name = this.#name();
    const { attributes, scope, isEmpty } = this.#startTag(outer);
    const children = isEmpty ? [] : this.#content(scope, depth);
    if (!isEmpty) {
      const closing = this.#name();
      if (closing.local !== name.local || closing.prefix !== name.prefix) this.#fail();
      this.#skipSpace();
      if (!this.#takes('>')) this.#fail();
    }
    return { kind: 'element', uri: this.#resolve(name.prefix, scope), local: name.local, attributes, children, scope };
  }

  #startTag(outer: XmlScope): { attributes: XmlAttribute[]; scope: XmlScope; isEmpty: boolean } {
    const written: (Omit<XmlAttribute, 'uri'> & QName)[] = [];
    let declared: Map<string, string> | undefined;
    for (;;) {
      const before = this.#at;
      this.#skipSpace();
      const isEmpty = this.#takes('/>');
      if (isEmpty || this.#takes('>')) {
        const scope = declared ?? outer;
        return { attributes: this.#resolved(written, scope), scope, isEmpty };
      }
      if (this.#at === before) this.#fail();
      const name = this.#name();
      const value = this.#attributeValue();
      const isDefault = name.prefix === '' && name.local === 'xmlns';
      if (isDefault || name.prefix === 'xmlns') {
        const prefix = isDefault ? '' : name.local;
        this.#checkDeclaration(prefix, value.value);
        declared ??= new Map(outer);
        if (written.some((other) => other.prefix === name.prefix && other.local === name.local)) this.#fail();
        declared.set(prefix, value.value);
        if (declared.size > maxPrefixes) throw new XmlProblem('beyond', `more than ${maxPrefixes} namespace prefixes`);
      }
      written.push({ ...name, ...value });
    }
  }

  #resolved(written: readonly (Omit<XmlAttribute, 'uri'> & QName)[], scope: XmlScope): XmlAttribute[] {
    const attributes: XmlAttribute[] = [];
    const names = new Set<string>();
    for (const { prefix, local, value, start, end } of written) {
      if (prefix === 'xmlns' || (prefix === '' && local === 'xmlns')) continue;
      // The default namespace is not for attributes (Namespaces in XML §6.2).
      const uri = prefix === '' ? '' : this.#resolve(prefix, scope);
      const name = `${local} ${uri}`;
      if (names.has(name)) this.#fail();
      names.add(name);
      attributes.push({ uri, local, value, start, end });
    }
    return attributes;
  }

  #checkDeclaration(prefix: string, uri: string): void {
    const isReserved = prefix === 'xmlns' || uri === xmlnsUri || (prefix === 'xml') !== (uri === xmlUri);
    if (isReserved || (prefix !== '' && uri === '')) this.#fail();
  }

  #resolve(prefix: string, scope: XmlScope): string {
    return scope.get(prefix) ?? this.#fail();
  }

  #content(scope: XmlScope, depth: number): XmlNode[] {
    const children: XmlNode[] = [];
    let piece: { text: string; start: number } | undefined;
    const addText = (start: number, more: string): void => {
      piece = { text: (piece?.text ?? '') + more, start: piece?.start ?? start };
    };
    const endText = (end: number): void => {
      if (piece && piece.text !== '') children.push({ kind: 'text', text: piece.text, start: piece.start, end });
      piece = undefined;
    };
    for (;;) {
      const start = this.#at;
      if (this.#takes('</')) {
        endText(start);
        return children;
      }
      if (this.#takes('<!--')) this.#comment(children);
      else if (this.#takes('<![CDATA[')) addText(start, oneLineEnd(this.#until(']]>', ']]>')));
      else if (this.#takes('<?')) {
        endText(start);
        children.push(this.#instruction());
      } else if (this.#text[start] === '<') {
        endText(start);
        children.push(this.#element(scope, depth + 1));
      } else addText(start, this.#characters('<', 'text'));
    }
  }

  /** Text up to one of the end characters, references resolved. */
  #characters(ends: '<' | '"' | "'", kind: 'text' | 'attribute'): string {
    const end = this.#text.indexOf(ends, this.#at);
    if (end === -1) this.#fail();
    const raw = this.#text.slice(this.#at, end);
    if (kind === 'text' ? raw.includes(']]>') : raw.includes('<')) this.#fail();
    this.#at = end;
    // XML 1.0 §3.3.3: white space written out in an attribute is a space.
    const normal = kind === 'text' ? oneLineEnd(raw) : oneLineEnd(raw).replaceAll(/[\t\n]/g, ' ');
    if (!normal.includes('&')) return normal;
    let text = '';
    let at = 0;
    for (let next = normal.indexOf('&'); next !== -1; next = normal.indexOf('&', at)) {
      reference.lastIndex = next;
      const found = reference.exec(normal) ?? this.#fail();
      text += normal.slice(at, next) + this.#referred(found);
      at = reference.lastIndex;
    }
    return text + normal.slice(at);
  }

  #referred([, decimal, hexadecimal, word]: RegExpExecArray): string {
    if (word !== undefined) return named[word]!;
    const code = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number(decimal);
    if (code > 0x10ffff) this.#fail();
    const char = String.fromCodePoint(code);
    return notXml.test(char) ? this.#fail() : char;
  }

  #attributeValue(): { value: string; start: number; end: number } {
    this.#skipSpace();
    if (!this.#takes('=')) this.#fail();
    this.#skipSpace();
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") return this.#fail();
    const start = ++this.#at;
    const value = this.#characters(quote, 'attribute');
    const end = this.#at++;
    return { value, start, end };
  }

  #comment(nodes: XmlNode[]): void {
    const text = this.#until('--', '-->');
    if (this.#reading === 'document') nodes.push({ kind: 'comment', text: oneLineEnd(text) });
  }

  /** An external DTD may declare defaults, which readers that do not validate never see (XML 1.0 §5.1). */
  #doctype(): void {
    doctype.lastIndex = this.#at;
    const found = doctype.exec(this.#text) ?? this.#fail();
    if (found[0].endsWith('[')) throw new XmlProblem('beyond', 'declarations of its own in the DOCTYPE');
    this.#at = doctype.lastIndex;
  }

  #instruction(): XmlInstruction {
    const { prefix, local: target } = this.#name();
    if (prefix !== '' || target.toLowerCase() === 'xml') this.#fail();
    const rest = this.#until('?>', '?>');
    if (rest !== '' && !/^[\t\n\r ]/.test(rest)) this.#fail();
    return { kind: 'instruction', target, data: oneLineEnd(rest.trimStart()) };
  }

  #name(): QName {
    qName.lastIndex = this.#at;
    const found = qName.exec(this.#text) ?? this.#fail();
    this.#at = qName.lastIndex;
    return { prefix: found[1] ?? '', local: found[2]! };
  }

  /** The text before `mark`, which must be the beginning of `end`. */
  #until(mark: string, end: string): string {
    const at = this.#text.indexOf(mark, this.#at);
    if (at === -1 || !this.#text.startsWith(end, at)) this.#fail();
    const inside = this.#text.slice(this.#at, at);
    this.#at = at + end.length;
    return inside;
  }

  #takes(mark: string): boolean {
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  #skipSpace(): void {
    space.lastIndex = this.#at;
    space.test(this.#text);
    this.#at = space.lastIndex;
  }

  #fail(): never {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    throw new XmlProblem('malformed', `line ${line}, offset ${this.#at}`);
  }
}

function oneLineEnd(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
}
