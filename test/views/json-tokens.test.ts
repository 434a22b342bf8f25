import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonLayout, layOutJson } from '../../src/views/json-tokens.ts';

const textOf = ({ lines }: JsonLayout): string =>
  lines.map(({ depth, tokens }) => '  '.repeat(depth) + tokens.map(({ text }) => text).join('')).join('\n');

describe('JSON laid out', () => {
  test('looks like JSON.stringify with two spaces, for any document', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(textOf(layOutJson(JSON.stringify(value), Infinity)!)).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  test('keeps digits, escapes, equal keys and their order as sent', () => {
    const sent = String.raw`{"id":12345678901234567890,"a":"\u00e9\/","a":1.10e+5}`;
    expect(textOf(layOutJson(sent, Infinity)!)).toBe(
      String.raw`{
  "id": 12345678901234567890,
  "a": "\u00e9\/",
  "a": 1.10e+5
}`,
    );
  });

  test('tells keys from strings, numbers from literals', () => {
    const kinds = layOutJson('{"a": ["b", -1.5, true, null]}', Infinity)!.lines.flatMap(({ tokens }) =>
      tokens.filter(({ kind }) => kind !== 'mark').map(({ kind, text }) => `${kind} ${text}`),
    );
    expect(kinds).toEqual(['key "a"', 'string "b"', 'number -1.5', 'literal true', 'literal null']);
  });

  test('stops at the limit and says so', () => {
    const long = JSON.stringify(Array.from({ length: 10_000 }, (_, i) => i));
    const layout = layOutJson(long, 1_000)!;
    expect(layout.complete).toBe(false);
    expect(textOf(layout).length).toBeLessThan(4_000);
    expect(layOutJson('[1]', 1_000)!.complete).toBe(true);
  });

  test('is undefined for what is not made of JSON tokens', () => {
    expect(layOutJson('{a: 1}', Infinity)).toBeUndefined();
    expect(layOutJson('<html>', Infinity)).toBeUndefined();
    expect(layOutJson('"unclosed', Infinity)).toBeUndefined();
  });
});
