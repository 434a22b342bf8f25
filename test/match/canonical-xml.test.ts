import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalXml, readXmlBody, xmlLeaves } from '../../src/match/canonical-xml.ts';
import { describeDifferences } from '../../src/match/describe-differences.ts';
import { leftOut, MaskSet } from '../../src/match/mask-set.ts';
import { requestShape } from '../../src/match/request-shape.ts';
import { requestKey } from '../../src/match/request-key.ts';

const soap = ['Content-Type', 'text/xml; charset=utf-8'];
const request = (body: Buffer | string, headers = soap) => ({
  targetName: 'default',
  method: 'POST',
  target: '/soap',
  headers,
  body: Buffer.from(body as string),
});
const key = (body: Buffer | string, headers = soap): string => requestKey(request(body, headers), []).key;

const plain =
  '<e:Envelope xmlns:e="urn:env"><e:Body><get xmlns="urn:shop" id="1" kind="a&quot;b">é</get></e:Body></e:Envelope>';

describe('one key for', () => {
  test.each([
    ['a declaration', `<?xml version="1.0" encoding="UTF-8"?>\n${plain}\n`],
    ['the order of attributes', plain.replace('id="1" kind="a&quot;b"', 'kind="a&quot;b" id="1"')],
    ['quotes and references', plain.replace('kind="a&quot;b"', `kind='a&#34;b'`).replace('é', '&#xE9;')],
    ['white space between elements', plain.replaceAll('><', '>\n  <').replace('é\n', 'é')],
    ['white space in tags', plain.replace('id="1"', '\n  id = "1"').replace('</get>', '</get >')],
    ['comments', plain.replace('é', '<!-- x -->é')],
    ['CDATA', plain.replace('é', '<![CDATA[é]]>')],
    ['prefixes', plain.replaceAll('e:', 'SOAP-ENV:').replace(':e=', ':SOAP-ENV=')],
    ['the default namespace', plain.replaceAll('e:', '').replace(':e=', '=').replace('xmlns:e', 'xmlns')],
    [
      'a prefix instead of the default',
      plain.replace('<get xmlns="urn:shop"', '<s:get xmlns:s="urn:shop"').replace('</get>', '</s:get>'),
    ],
  ])('%s', (_what, text) => {
    expect(key(text)).toBe(key(plain));
  });

  test('an element without content in both spellings', () => {
    expect(key('<a><b/></a>')).toBe(key('<a><b></b></a>'));
  });

  test('encodings', () => {
    const text = '<a>é</a>';
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    const bare = ['Content-Type', 'application/soap+xml'];
    expect(key(utf16, bare)).toBe(key(text));
    expect(key(Buffer.from(utf16).swap16(), bare)).toBe(key(text));
    expect(key(`\uFEFF${text}`, bare)).toBe(key(text));
    expect(key(Buffer.from(text, 'latin1'), ['Content-Type', 'text/xml; charset="ISO-8859-1"'])).toBe(key(text));
    const declared = `<?xml version="1.0" encoding="ISO-8859-1"?>${text}`;
    expect(key(Buffer.from(declared, 'latin1'), bare)).toBe(key(text));
  });

  test('prefixes in xsi:type', () => {
    const typed = (prefix: string): string =>
      `<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:${prefix}="urn:t" i:type="${prefix}:T"/>`;
    expect(key(typed('x'))).toBe(key(typed('y')));
    expect(key(typed('x'))).not.toBe(key(typed('x').replace('urn:t', 'urn:u')));
    expect(key(typed('x'))).not.toBe(key(typed('x').replace('x:T"', 'x:U"')));
  });
});

describe('different keys for', () => {
  test.each([
    ['a value', '<a>1</a>', '<a>2</a>'],
    ['white space in a value', '<a>1</a>', '<a> 1</a>'],
    ['white space as a value', '<a> </a>', '<a></a>'],
    ['white space in mixed content', '<a>x <b/></a>', '<a>x<b/></a>'],
    ['white space that is to be preserved', '<a xml:space="preserve"> <b/></a>', '<a xml:space="preserve"><b/></a>'],
    ['an attribute', '<a b="1"/>', '<a b="2"/>'],
    ['the name of an attribute', '<a b="1"/>', '<a c="1"/>'],
    ['the order of elements', '<a><b/><c/></a>', '<a><c/><b/></a>'],
    ['a namespace', '<a xmlns="u"/>', '<a xmlns="v"/>'],
    ['the namespace of an attribute', '<a xmlns:p="u" p:b="1"/>', '<a xmlns:p="u" b="1"/>'],
    ['what a prefix in a value stands for', '<a xmlns:p="u">p:b</a>', '<a xmlns:p="v">p:b</a>'],
    ['markup and its text', '<a>&lt;b/&gt;</a>', '<a><b/></a>'],
    ['an instruction', '<a><?x 1?></a>', '<a><?x 2?></a>'],
    ['a DOCTYPE, as bytes', '<!DOCTYPE a><a/>', '<!DOCTYPE a><a></a>'],
    ['what is not well-formed, as bytes', '<a>', '<a >'],
  ])('%s', (_what, one, other) => {
    expect(key(one)).not.toBe(key(other));
  });

  test('XML under another type, as bytes', () => {
    const text = ['Content-Type', 'text/plain'];
    expect(key('<a/>', text)).not.toBe(key('<a></a>', text));
  });
});

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

const value = fc.string({ unit: fc.constantFrom('a', ' ', '<', '&', '"', "'", '{', '}', 'é', '😀', ':', '\n') });
const { element } = fc.letrec<{ element: Element; node: Element | string }>((tie) => ({
  node: fc.oneof({ maxDepth: 4 }, value, tie('element')),
  element: fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    attributes: fc.dictionary(fc.constantFrom('x', 'y', 'z'), value),
    children: fc.array(tie('node'), { maxLength: 3 }),
  }),
}));

interface Style {
  readonly quote: '"' | "'";
  readonly isReversed: boolean;
  readonly prefix: string;
  readonly numeric: boolean;
}

function write(node: Element | string, style: Style, isRoot = true): string {
  const escape = (text: string): string =>
    text.replaceAll(/[<&"'\n]/g, (char) => {
      if (char === '\n' || style.numeric) return `&#${char.charCodeAt(0)};`;
      return { '<': '&lt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' }[char]!;
    });
  if (typeof node === 'string') return style.numeric || !/[<&]/.test(node) ? escape(node) : `<![CDATA[${node}]]>`;
  const pairs = Object.entries(node.attributes);
  const { quote, prefix } = style;
  const attributes = (style.isReversed ? pairs.toReversed() : pairs).map(
    ([n, v]) => ` ${n}=${quote}${escape(v)}${quote}`,
  );
  const name = prefix === '' ? node.name : `${prefix}:${node.name}`;
  const declared = isRoot ? ` xmlns${prefix === '' ? '' : `:${prefix}`}="urn:x"` : '';
  const inside = node.children.map((child) => write(child, style, false)).join('');
  const head = `<${name}${declared}${attributes.join('')}`;
  return inside === '' && style.isReversed ? `${head}/>` : `${head}>${inside}</${name}>`;
}

/** Adjacent texts are one; white space alone between elements is none. */
function meaning({ name, attributes, children }: Element): unknown {
  const merged: unknown[] = [];
  for (const child of children) {
    if (typeof child !== 'string') merged.push(meaning(child));
    else if (typeof merged.at(-1) === 'string') merged.push(`${merged.pop() as string}${child}`);
    else if (child !== '') merged.push(child);
  }
  const isLayout =
    merged.some((c) => typeof c !== 'string') && merged.every((c) => typeof c !== 'string' || c.trim() === '');
  return [
    name,
    ['x', 'y', 'z'].map((key) => attributes[key] ?? null),
    isLayout ? merged.filter((c) => typeof c !== 'string') : merged,
  ];
}

describe('any document', () => {
  const style = fc.record<Style>({
    quote: fc.constantFrom('"', "'"),
    isReversed: fc.boolean(),
    prefix: fc.constantFrom('', 'p', 'q'),
    numeric: fc.boolean(),
  });

  test('has one key however it is spelt', () => {
    fc.assert(
      fc.property(element, style, style, (tree, one, other) => {
        expect(readXmlBody(soap, Buffer.from(write(tree, one)))).toBeDefined();
        expect(key(write(tree, one))).toBe(key(write(tree, other)));
      }),
      { numRuns: 500 },
    );
  });

  test('shares its key only with documents that say the same', () => {
    const canonical: Style = { quote: '"', isReversed: false, prefix: '', numeric: true };
    fc.assert(
      fc.property(element, element, (one, other) => {
        const isSame = JSON.stringify(meaning(one)) === JSON.stringify(meaning(other));
        expect(key(write(one, canonical)) === key(write(other, canonical))).toBe(isSame);
      }),
      { numRuns: 500 },
    );
  });
});

describe('places in XML', () => {
  const document = readXmlBody(soap, Buffer.from('<o><l n="1">a</l><l n="2">b</l><m>x<i/>y</m></o>'))!;

  test('are named by elements, attributes and texts', () => {
    expect(Object.fromEntries(xmlLeaves(document, new MaskSet([])))).toEqual({
      '/o/l/@n': '"1"',
      '/o/l': '"a"',
      '/o/l[2]/@n': '"2"',
      '/o/l[2]': '"b"',
      '/o/m/text()': '"x"',
      '/o/m/i': '""',
      '/o/m/text()[2]': '"y"',
    });
  });

  test('can be masked and left out', () => {
    const marks = (marked: string, mark: string) => ({
      has: () => true,
      take: (place: string) => (place === marked ? mark : undefined),
    });
    const text = (body: string, marked: string, mark: string): string =>
      canonicalXml(readXmlBody(soap, Buffer.from(body))!, marks(marked, mark));
    expect(text('<a><b>1</b></a>', 'xml:/a/b', '\0M')).toBe(text('<a><b>2</b></a>', 'xml:/a/b', '\0M'));
    expect(text('<a><b>1</b></a>', 'xml:/a/b', leftOut)).toBe(text('<a/>', 'xml:/x', leftOut));
    expect(text('<a b="1"/>', 'xml:/a/@b', leftOut)).toBe(text('<a/>', 'xml:/x', leftOut));
  });

  test('hold volatile values as any others', () => {
    const shape = (id: string) => requestShape(request(`<e><h><MessageID>urn:uuid:${id}</MessageID></h></e>`), [], []);
    const one = shape('550e8400-e29b-41d4-a716-446655440000');
    expect(one?.tokens).toMatchObject([{ class: 'uuid', place: 'xml:/e/h/MessageID' }]);
    expect(shape('7c9e6679-7425-40de-944b-e07fc1f90ae7')?.key).toBe(one?.key);
  });

  test('are said when documents differ', () => {
    const { differences } = describeDifferences(request('<o><id>1</id></o>'), request('<o><id>2</id></o>'), {
      masks: [],
    });
    expect(differences.map(({ words }) => words)).toEqual(['body /o/id: recorded "1", incoming "2"']);
  });
});
