import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../src/model/text-edit.ts';
import { fromBytes, type TextSyntax, toBytes, ValueReplacer } from '../../src/proxy/answer-edits.ts';

const a = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const b = '8c9e6679-7425-40de-944b-e07fc1f90ae7';

function edited(text: string, pairs: readonly (readonly [string, string])[], syntax: TextSyntax = 'text'): string {
  const replacer = new ValueReplacer(pairs.map(([recorded, now]) => ({ recorded, now })));
  const bytes = toBytes(text);
  return fromBytes(applyEdits(bytes, replacer.edits(bytes, syntax)));
}

describe('a value is replaced', () => {
  test.each<[words: string, syntax: TextSyntax, text: string, recorded: string, now: string, expected: string]>([
    ['in text', 'text', `order ${a}, of ${a}.`, a, b, `order ${b}, of ${b}.`],
    ['behind a prefix', 'text', `ord_${a} urn:uuid:${a}`, a, b, `ord_${b} urn:uuid:${b}`],
    ['behind an escaped character of a URL', 'text', `?next=%2Forders%2F${a}`, a, b, `?next=%2Forders%2F${b}`],
    ['never as a part of a longer word', 'text', `x${a} ${a}0`, a, b, `x${a} ${a}0`],
    [
      'never as a part of a longer time',
      'text',
      '2024-01-02 2024-01-02 10:00',
      '2024-01-02',
      'now',
      'now 2024-01-02 10:00',
    ],
    [
      'never as a part of a longer number',
      'text',
      '1700000000.5 11700000000',
      '1700000000',
      '1800000000',
      '1700000000.5 11700000000',
    ],
    ['in strings and names of JSON', 'json', `{"${a}":["/x/${a}"]}`, a, b, `{"${b}":["/x/${b}"]}`],
    ['as a number of JSON', 'json', '[123456789012345678,"123456789012345678"]', '123456789012345678', '9', '[9,"9"]'],
    ['not as a number by what is none', 'json', '[1234567,"1234567"]', '1234567', 'abc', '[1234567,"abc"]'],
    ['with the escapes that JSON needs', 'json', '["a\\u0022bcdef", "x"]', 'a"bcdef', 'q"\\', '["q\\"\\\\", "x"]'],
    ['with escaped slashes', 'json', '["http:\\/\\/x\\/abc"]', 'http://x/abc', 'http://y/d', '["http:\\/\\/y\\/d"]'],
    ['in ASCII where that is kept', 'json', '["\\u00e9t\\u00e9-1", "\\n"]', 'été-1', 'ça-2', '["\\u00e7a-2", "\\n"]'],
    ['in JSON inside of JSON', 'json', `["{\\"id\\":\\"${a}\\"}"]`, a, b, `["{\\"id\\":\\"${b}\\"}"]`],
    [
      'percent-encoded',
      'text',
      '/at?t=2024-01-02T10%3A00%3A00Z',
      '2024-01-02T10:00:00Z',
      '2025-01-02T11:00:00Z',
      '/at?t=2025-01-02T11%3A00%3A00Z',
    ],
    ['in lower-case percent-encoding', 'text', '/at?t=10%3a00%3a00Z', '10:00:00Z', '11:00:00Z', '/at?t=11%3a00%3a00Z'],
    ['as a path needs it', 'text', 'Location: /docs/abcdef', 'abcdef', 'a b', 'Location: /docs/a%20b'],
    ['as a query needs it', 'text', '/docs?q=abcdef&x=1', 'abcdef', 'a&b', '/docs?q=a%26b&x=1'],
    ['as HTML needs it', 'text', '<b>a&amp;bcdef</b>', 'a&bcdef', 'c<d', '<b>c&lt;d</b>'],
    ['in lines of JSON', 'lines', `{"id":"${a}"}\n{"id":"${a}"}\n`, a, b, `{"id":"${b}"}\n{"id":"${b}"}\n`],
    ['in events', 'lines', `id: ${a}\ndata: {"id":"${a}"}\n\n`, a, b, `id: ${b}\ndata: {"id":"${b}"}\n\n`],
    ['in broken JSON', 'json', `{"id":"${a}"`, a, b, `{"id":"${b}"`],
    ['behind a byte order mark', 'json', `\ufeff["${a}"]`, a, b, `\ufeff["${b}"]`],
  ])('%s', (_words, syntax, text, recorded, now, expected) => {
    expect(edited(text, [[recorded, now]], syntax)).toBe(expected);
  });
});

test('values trade places', () => {
  expect(
    edited(`${a} ${b}`, [
      [a, b],
      [b, a],
    ]),
  ).toBe(`${b} ${a}`);
});

test('the longer of two values that begin alike is found', () => {
  expect(
    edited('abc-def abc', [
      ['abc', 'x'],
      ['abc-def', 'y'],
    ]),
  ).toBe('y x');
});

test('JSON is edited as if it had been parsed, edited, and written', () => {
  const word = fc.constantFrom(a, `x ${a}`, `/docs/${a}`, 'é"\\/\n', `${a}\u2028${a}`, 'other', `"${a}"`);
  const value = fc.letrec((tie) => ({
    leaf: fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null)),
    node: fc.oneof(
      { depthSize: 'small' },
      tie('leaf'),
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(word, tie('node'), { maxKeys: 4 }),
    ),
  })).node;
  const asAscii = (text: string): string =>
    text.replaceAll(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 2), fc.boolean(), (document, indent, isAscii) => {
      const text = JSON.stringify(document, undefined, indent);
      const sent = isAscii ? asAscii(text) : text;
      const expected: unknown = JSON.parse(text.replaceAll(a, b));
      expect(JSON.parse(edited(sent, [[a, b]], 'json'))).toEqual(expected);
      // Both are of one length: every other character stays.
      expect(edited(sent, [[a, b]], 'json')).toBe(sent.replaceAll(a, b));
    }),
  );
});
