import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonNode, jsonString, parseJsonTree } from '../../src/model/json-tree.ts';

function valueOf(text: string, node: JsonNode): unknown {
  if (node.kind === 'object')
    return Object.fromEntries(node.members.map(({ key, value }) => [key, valueOf(text, value)]));
  if (node.kind === 'array') return node.items.map((item) => valueOf(text, item));
  return node.kind === 'string' ? jsonString(text, node) : (JSON.parse(text.slice(node.start, node.end)) as unknown);
}

describe('JSON as text', () => {
  test('reads every document as JSON.parse does, however it is spaced', () => {
    const document = fc
      .jsonValue({ noUnicodeString: false })
      .filter((value) => !JSON.stringify(value).includes('"__proto__"'));
    fc.assert(
      fc.property(document, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        const root = parseJsonTree(text);
        expect(root && valueOf(text, root)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('agrees with JSON.parse on what is not JSON', () => {
    const damaged = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', ']', '\\', 'e', '0', '.', '-', '\n', '\u0001', ' x'),
      )
      .map(([text, at, piece]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + piece + text.slice(cut + 1);
      });
    fc.assert(
      fc.property(damaged, (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(parseJsonTree(text) !== undefined, text).toBe(isJson);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps duplicate names, in order', () => {
    const root = parseJsonTree('{"a":1,"a":2}');
    expect(root?.kind === 'object' && root.members.map(({ key }) => key)).toEqual(['a', 'a']);
  });

  test('gives the span of every leaf', () => {
    const text = ' {"a": [ -1.50e+3 , "x\\u0041" ]} ';
    const root = parseJsonTree(text);
    const items =
      root?.kind === 'object' && root.members[0]!.value.kind === 'array' ? root.members[0]!.value.items : [];
    const leaves = items.map((leaf) =>
      leaf.kind === 'number' || leaf.kind === 'string' ? text.slice(leaf.start, leaf.end) : '',
    );
    expect(leaves).toEqual(['-1.50e+3', '"x\\u0041"']);
  });

  test('skips a byte order mark and refuses two documents', () => {
    expect(parseJsonTree('\ufeff{}')).toBeDefined();
    expect(parseJsonTree('{}{}')).toBeUndefined();
    expect(parseJsonTree('')).toBeUndefined();
  });

  test('refuses nesting that would exhaust the stack instead of throwing', () => {
    expect(parseJsonTree('['.repeat(1000) + ']'.repeat(1000))).toBeDefined();
    expect(parseJsonTree('['.repeat(200_000) + ']'.repeat(200_000))).toBeUndefined();
  });
});
