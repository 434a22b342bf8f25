import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxXmlDepth, parseXmlTree, readXml, type XmlElement } from '../../src/model/xml-tree.ts';

describe('XML', () => {
  test('is read with its namespaces, and every value has its place', () => {
    const text = `<?xml version="1.0" encoding='UTF-8'?><!-- c --><s:a xmlns:s="urn:s" xmlns="urn:d" id='1 &amp; 2'>x<!-- y --><![CDATA[<z>]]><b s:c="&#x41;"/></s:a>`;
    const [root] = parseXmlTree(text) as [XmlElement];
    expect(root).toMatchObject({
      kind: 'element',
      uri: 'urn:s',
      local: 'a',
      attributes: [{ uri: '', local: 'id', value: '1 & 2' }],
      children: [
        { kind: 'text', text: 'x<z>' },
        {
          kind: 'element',
          uri: 'urn:d',
          local: 'b',
          attributes: [{ uri: 'urn:s', local: 'c', value: 'A' }],
          children: [],
        },
      ],
    });
    const [id] = root.attributes;
    expect(text.slice(id!.start, id!.end)).toBe('1 &amp; 2');
    const [inside] = root.children;
    expect(inside?.kind === 'text' && text.slice(inside.start, inside.end)).toBe('x<!-- y --><![CDATA[<z>]]>');
  });

  test('has one kind of line end, and spaces in attributes', () => {
    const [root] = parseXmlTree('<a b="1\r\n2\t3&#10;4">x\r\ny\rz</a>') as [XmlElement];
    expect(root.attributes[0]?.value).toBe('1 2 3\n4');
    expect(root.children[0]).toMatchObject({ text: 'x\ny\nz' });
  });

  test('may have instructions', () => {
    expect(parseXmlTree('<?pi  data ?><a><?x?></a>')).toMatchObject([
      { kind: 'instruction', target: 'pi', data: 'data ' },
      { kind: 'element', children: [{ kind: 'instruction', target: 'x', data: '' }] },
    ]);
  });

  test.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>text',
    ' <?xml version="1.0"?><a/>',
    '<?xml version="1.1"?><a/>',
    '<!DOCTYPE a><a/>',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    '<a>&nbsp;</a>',
    '<a>&</a>',
    '<a>&#0;</a>',
    '<a>&#x110000;</a>',
    '<a>\u0001</a>',
    '<a>\uD800</a>',
    '<a>]]></a>',
    '<a b="<"/>',
    '<a b=1/>',
    '<a b="1"c="2"/>',
    '<a b="1" b="2"/>',
    '<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>',
    '<p:a/>',
    '<a p:b="1"/>',
    '<a xmlns:p=""/>',
    '<a xmlns:xmlns="u"/>',
    '<a:b:c xmlns:a="u"/>',
    '<1a/>',
    '<a><!-- x -- y --></a>',
    '<a><!-- </a>',
    '<a><![CDATA[x</a>',
    '<a><?xml version="1.0"?></a>',
    '< a/>',
    '<a / >',
  ])('is not: %j', (text) => {
    expect(parseXmlTree(text)).toBeUndefined();
  });

  test('nested too deep or with too many prefixes is refused, not a crash', () => {
    const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    expect(parseXmlTree(nested(maxXmlDepth))).toBeDefined();
    expect(parseXmlTree(nested(maxXmlDepth + 1))).toBeUndefined();
    expect(parseXmlTree('<a>'.repeat(1_000_000))).toBeUndefined();
    const declared = Array.from({ length: 101 }, (_, i) => ` xmlns:p${i}="u"`).join('');
    expect(parseXmlTree(`<a${declared}/>`)).toBeUndefined();
  });

  test('of any kind gives a tree or nothing', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      ' ',
      '="',
      '"',
      '&',
      ';',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      ':',
      'xmlns',
      '=',
      '</a>',
      '<a>',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const tree = parseXmlTree(pieces.join(''));
        expect(tree === undefined || tree.some(({ kind }) => kind === 'element')).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('of megabytes is read in time that grows with its length', () => {
    // Of the processor: other programs may keep us waiting.
    const readMs = (text: string): number => {
      const start = process.cpuUsage();
      parseXmlTree(text);
      return process.cpuUsage(start).user / 1000;
    };
    for (const unit of [
      '<a>',
      '<a b="',
      '<!--',
      '&#',
      ']]',
      '<a xmlns:b="c">',
      '<?a ',
      'a:',
      '<b/>',
      'x&amp;',
      '<![CDATA[]]>',
    ]) {
      const text = (length: number): string => `<r>${unit.repeat(length / unit.length)}</r>`;
      readMs(text(20_000));
      expect(readMs(text(640_000))).toBeLessThan(32 * 8 * Math.max(5, readMs(text(20_000))));
    }
  });
});

describe('a document read whole', () => {
  test('has its comments, and may have a document type that declares nothing', () => {
    expect(readXml('<!DOCTYPE a SYSTEM "a.dtd"><!-- c --><a>x<!-- d -->y</a>')).toMatchObject({
      ok: true,
      nodes: [
        { kind: 'comment', text: ' c ' },
        {
          children: [
            { kind: 'comment', text: ' d ' },
            { kind: 'text', text: 'xy' },
          ],
        },
      ],
    });
  });

  test('says what is wrong, or what is more than we read', () => {
    expect(readXml('<a>\n</b>')).toEqual({ ok: false, is: 'malformed', problem: 'line 2, offset 7' });
    expect(readXml('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')).toEqual({
      ok: false,
      is: 'beyond',
      problem: 'declarations of its own in the DOCTYPE',
    });
    expect(readXml('<a>'.repeat(maxXmlDepth + 1))).toMatchObject({
      is: 'beyond',
      problem: 'nested deeper than 1000 elements',
    });
  });
});
