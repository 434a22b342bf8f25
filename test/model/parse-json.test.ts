import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText, type JsonValue } from '../../src/model/json-value.ts';
import { maxJsonDepth, parseJson } from '../../src/model/parse-json.ts';

function valueOf(text: string): JsonValue {
  const parsed = parseJson(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

function problemOf(text: string): string {
  const parsed = parseJson(text);
  return parsed.ok ? '' : parsed.problem;
}

test('what JSON.parse reads is read the same', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 2, '\t'), (text, space) => {
      const spaced = JSON.stringify(JSON.parse(text), undefined, space);
      expect(JSON.stringify(valueOf(spaced))).toBe(JSON.stringify(JSON.parse(spaced)));
    }),
  );
});

test('whatever JSON.parse refuses is refused, and nothing else', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '\\u12',
    '1',
    '-',
    '.5',
    'e3',
    'true',
    'nul',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      expect(parseJson(text).ok).toBe(valid);
    }),
    { numRuns: 2000 },
  );
});

test('a key that occurs twice gives its last value and tells what it hides', () => {
  expect(parseJson('{"a":{"b":1,"b":2,"b":3}}')).toEqual({
    ok: true,
    value: { a: { b: 3 } },
    shadowed: [
      { pointer: '/a/b', value: 1 },
      { pointer: '/a/b', value: 2 },
    ],
  });
});

test('keys that every object inherits are ordinary keys', () => {
  const value = valueOf('{"__proto__":1,"constructor":2,"toString":{"__proto__":3}}');
  expect(jsonText(value)).toBe('{"__proto__":1,"constructor":2,"toString":{"__proto__":3}}');
  expect(parseJson('{"constructor":1}')).toMatchObject({ shadowed: [] });
});

test('strings that look like keys and numbers are only strings', () => {
  const value = { 'a": 1': '": 12345678901234567890 1e5', b: ['\\": ', '":'] };
  expect(parseJson(JSON.stringify(value))).toEqual({ ok: true, value, shadowed: [] });
  expect(parseJson('{"x":"\\":","a":1,"a":2}')).toMatchObject({ value: { a: 2 }, shadowed: [{ pointer: '/a' }] });
});

test('a byte order mark before the document is skipped', () => {
  expect(valueOf('\uFEFF{"a":1}')).toEqual({ a: 1 });
});

test('nesting is limited, so that documents may be walked by recursion', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  expect(parseJson(nested(maxJsonDepth)).ok).toBe(true);
  expect(problemOf(nested(maxJsonDepth + 1))).toBe('nested deeper than 1000 levels (line 1, offset 1000)');
  expect(problemOf('['.repeat(1_000_000))).toContain('nested deeper');
});

test('a problem says what and where', () => {
  expect(problemOf('{"a": 1,\n"b": }')).toBe('no JSON value (line 2, offset 14)');
  expect(problemOf('{"a": "x')).toBe('the document ends inside a string (line 1, offset 8)');
  expect(problemOf('"\u0001"')).toBe('a control character inside a string (line 1, offset 1)');
  expect(problemOf('"\\x"')).toBe('an escape that JSON does not have (line 1, offset 0)');
  expect(problemOf('{} {}')).toBe('more text after the end of the document (line 1, offset 3)');
  expect(problemOf('')).toBe('the document ends too early (line 1, offset 0)');
  expect(problemOf('{"a" 1}')).toBe('a colon is missing (line 1, offset 5)');
  expect(problemOf('{1:1}')).toBe('a key in double quotes is missing (line 1, offset 1)');
  expect(problemOf('[1 2]')).toBe('a comma or ] is missing (line 1, offset 3)');
});
