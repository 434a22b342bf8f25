import { expect, test } from 'vitest';
import { escapedXml, xmlLeaves } from '../../src/model/xml-leaves.ts';

const text =
  '<?xml version="1.0"?><d:multi xmlns:d="DAV:" kind="a&amp;b"><d:item id="1"><d:href> /x </d:href></d:item><d:item>two</d:item><e/></d:multi>';

test('texts and attributes by local names, and where they stand', () => {
  const leaves = xmlLeaves(text);
  expect(leaves.map(({ path, value, name, container }) => [path, value, name, container])).toEqual([
    ['/multi/@kind', 'a&b', 'kind', 'multi'],
    ['/multi/item/@id', '1', 'id', 'item'],
    ['/multi/item/href', '/x', 'href', 'item'],
    ['/multi/item[2]', 'two', 'item', 'multi'],
  ]);
  expect(leaves.map(({ start, end }) => text.slice(start, end))).toEqual(['a&amp;b', '1', '/x', 'two']);
});

test('what is not well-formed has none', () => {
  expect(xmlLeaves('<a><b></a>')).toEqual([]);
  expect(xmlLeaves('')).toEqual([]);
});

test('a value is written so that it is read back', () => {
  const value = `<&"'>`;
  expect(xmlLeaves(`<a b="${escapedXml(value)}">${escapedXml(value)}</a>`).map((leaf) => leaf.value)).toEqual([
    value,
    value,
  ]);
});
