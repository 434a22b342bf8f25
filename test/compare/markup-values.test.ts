import { expect, test } from 'vitest';
import { MarkupShape } from '../../src/compare/markup-values.ts';
import { NamespaceNames, readXmlMarkup } from '../../src/compare/xml-markup.ts';

test('documents are values for rules: attributes, children and texts by name, alike on both sides', () => {
  const names = new NamespaceNames();
  const documents = [
    '<order id="7"><item>1</item><price>5</price><note>a<b/>c</note></order>',
    '<order><item>1</item><item>2</item><price currency="EUR"/><note/></order>',
  ].map((text) => {
    const read = readXmlMarkup(text, names);
    if (!read.ok) throw new Error(read.problem);
    return read.document;
  });
  const shape = new MarkupShape(documents);
  expect(documents.map((document) => shape.valueOf(document))).toEqual([
    { order: { '@id': '7', item: ['1'], price: { '#text': '5' }, note: { '#text': ['a', 'c'], b: '' } } },
    { order: { item: ['1', '2'], price: { '@currency': 'EUR', '#text': '' }, note: {} } },
  ]);
});

test('keys of the language are members like any other', () => {
  const read = readXmlMarkup('<a><__proto__ x="1"/></a>', new NamespaceNames());
  if (!read.ok) throw new Error(read.problem);
  const value = new MarkupShape([read.document]).valueOf(read.document) as Record<string, object>;
  expect(Object.hasOwn(value['a']!, '__proto__')).toBe(true);
});
