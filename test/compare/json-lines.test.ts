import fc from 'fast-check';
import { expect, test } from 'vitest';
import { childLead, closingLine, JsonLines, openingLine } from '../../src/compare/json-lines.ts';
import { type JsonValue, jsonNumber } from '../../src/model/json-value.ts';

const root = { depth: 0, prefix: '' };

function linesOf(value: JsonValue, from = 0, to = Infinity): string[] {
  const found: string[] = [];
  new JsonLines().write({ value, lead: root }, { from, to }, (text) => found.push(text));
  return found;
}

test('pretty-printed JSON without commas', () => {
  fc.assert(
    fc.property(fc.jsonValue() as fc.Arbitrary<JsonValue>, (value) => {
      const pretty = JSON.stringify(value, undefined, 2).split('\n');
      const withoutCommas = pretty.map((line) => (/^\s*(?:.*[^\\])?,$/.test(line) ? line.slice(0, -1) : line));
      expect(linesOf(value)).toEqual(withoutCommas);
      expect(new JsonLines().count(value)).toBe(withoutCommas.length);
    }),
  );
});

test('any part is written by itself', () => {
  const value = { a: [1, [2, 3], {}], b: { c: 'x' }, big: jsonNumber('12345678901234567891') };
  const all = linesOf(value);
  for (let from = 0; from < all.length; from++) {
    for (let to = from; to <= all.length; to++) expect(linesOf(value, from, to)).toEqual(all.slice(from, to));
  }
});

test('brackets and keys stand at their depth', () => {
  const lead = childLead(childLead(root, undefined), 'a"b');
  expect(openingLine([1], lead)).toBe('    "a\\"b": [');
  expect(openingLine({}, lead)).toBe('    "a\\"b": {}');
  expect(closingLine([1], lead)).toBe('    ]');
});
