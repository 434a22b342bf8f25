import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxJsonDepth } from '../../src/model/json-tree.ts';
import {
  canonicalNumber,
  ExactNumber,
  isJsonArray,
  isJsonObject,
  jsonNumber,
  jsonText,
  type JsonValue,
  type ParsedJson,
  parseJsonValue,
} from '../../src/model/json-value.ts';

describe('numbers', () => {
  test('are equal by value however they are written', () => {
    expect(['1.0', '1e2', '100E-2', '-0'].map(jsonNumber)).toEqual([1, 100, 1, -0]);
  });

  test('that a double cannot hold stay exact and different', () => {
    const big = jsonNumber('9007199254740993') as ExactNumber;
    expect(big).toBeInstanceOf(ExactNumber);
    expect(big.canonical).not.toBe((jsonNumber('9007199254740995') as ExactNumber).canonical);
    expect(jsonText(big)).toBe('9007199254740993');
    expect((jsonNumber('0.10000000000000000555') as ExactNumber).canonical).toBe('10000000000000000555e-20');
  });

  test('have one canonical form, beyond the range of doubles too', () => {
    expect((jsonNumber('1e400') as ExactNumber).canonical).toBe((jsonNumber('10.0e399') as ExactNumber).canonical);
    expect((jsonNumber('1e-99999999999999999999') as ExactNumber).canonical).toBe('1e-99999999999999999999');
  });

  test('that a double holds exactly are plain numbers', () => {
    expect(jsonNumber('9007199254740992')).toBe(2 ** 53);
    expect(jsonNumber('52.520006599999998')).toBeInstanceOf(ExactNumber);
    expect(jsonNumber('52.5200066')).toBe(52.5200066);
  });
});

test('values are told apart by their shape', () => {
  expect([isJsonObject({}), isJsonObject([]), isJsonObject(null), isJsonObject(jsonNumber('1e400'))]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect([isJsonArray([]), isJsonArray({})]).toEqual([true, false]);
});

test('the text of a value is its JSON, exact numbers as they stood', () => {
  expect(jsonText({ a: [1, jsonNumber('1.00000000000000000001'), 'x"'], b: null })).toBe(
    '{"a":[1,1.00000000000000000001,"x\\""],"b":null}',
  );
});

describe('canonical numbers', () => {
  test.each([
    ['1.0', '1'],
    ['10e-1', '1'],
    ['1E2', '100'],
    ['-0', '0'],
    ['0.0e5', '0'],
    ['0.10', '1e-1'],
    ['-1.50', '-15e-1'],
    ['9007199254740993', '9007199254740993'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['1e400', '1e400'],
    ['1e99999999999999999999', '1e99999999999999999999'],
    ['100000000000000000000', '100000000000000000000'],
    ['1e20', '100000000000000000000'],
    ['1e21', '1e21'],
    ['1000000000000000000000', '1e21'],
  ])('%s is %s', (literal, expected) => {
    expect(canonicalNumber(literal)).toBe(expected);
  });

  test('are equal exactly where the values are', () => {
    const literal = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: -30, max: 30 }));
    fc.assert(
      fc.property(literal, literal, ([a, p], [b, q]) => {
        const isSame = a * 10n ** BigInt(p + 30) === b * 10n ** BigInt(q + 30);
        expect(canonicalNumber(`${a}e${p}`) === canonicalNumber(`${b}.0e${q}`)).toBe(isSame);
      }),
    );
  });

  test('shifting the point and the exponent changes nothing', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.nat(20), (value, places) => {
        const digits = String(value).padStart(places + 1, '0');
        const shifted = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
        const whole = shifted.replace(/^0+(?=\d)/, '');
        expect(canonicalNumber(`${whole}e${places}`)).toBe(canonicalNumber(String(value)));
      }),
    );
  });
});

function valueOf(text: string): JsonValue {
  const parsed = parseJsonValue(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

function problemOf(text: string): string {
  const parsed = parseJsonValue(text);
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
      expect(parseJsonValue(text).ok).toBe(valid);
    }),
    { numRuns: 2000 },
  );
});

test('a key that occurs twice gives its last value and tells what it hides', () => {
  expect(parseJsonValue('{"a":{"b":1,"b":2,"b":3}}')).toEqual({
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
  expect(parseJsonValue('{"constructor":1}')).toMatchObject({ shadowed: [] });
});

test('strings that look like keys and numbers are only strings', () => {
  const value = { 'a": 1': '": 12345678901234567890 1e5', b: ['\\": ', '":'] };
  expect(parseJsonValue(JSON.stringify(value))).toEqual({ ok: true, value, shadowed: [] });
  expect(parseJsonValue('{"x":"\\":","a":1,"a":2}')).toMatchObject({ value: { a: 2 }, shadowed: [{ pointer: '/a' }] });
});

test('a key with an escape is read right after one that is spelled like it', () => {
  valueOf('{"e":{},"\\\\nx":{}}');
  expect(Object.keys(valueOf('{"e":{},"\\nx":{}}') as object)).toEqual(['e', '\nx']);
});

test('the fast way reads what the careful one does', () => {
  const number = fc.constantFrom('-0', '1.0', '1e2', '1e400', '9007199254740993', '0.1234567890123456', '1E-3', '17');
  const string = fc.constantFrom('"a"', '":"', '"\\""', '"\\\\"', '"\\":1"', '", 9007199254740993"', '"{\\"a\\":1}"');
  const { document } = fc.letrec<{ document: string }>((tie) => ({
    document: fc.oneof(
      { maxDepth: 3 },
      fc.oneof(number, string, fc.constant('null')),
      fc.array(tie('document'), { maxLength: 3 }).map((items) => `[${items.join(' , ')}]`),
      fc
        .array(fc.tuple(string, tie('document')), { maxLength: 3 })
        .map((members) => `{${members.map(([key, value]) => `${key} : ${value}`).join(',')}}`),
    ),
  }));
  fc.assert(
    fc.property(document, (text) => {
      // A number that no double holds takes the other way.
      const careful = parseJsonValue(`[1e999,${text}]`) as Extract<ParsedJson, { ok: true }>;
      const fast = parseJsonValue(text) as Extract<ParsedJson, { ok: true }>;
      expect(jsonText(fast.value)).toBe(jsonText((careful.value as JsonValue[])[1]!));
      expect(fast.shadowed).toEqual(
        careful.shadowed.map(({ pointer, value }) => ({ pointer: pointer.slice(2), value })),
      );
    }),
    { numRuns: 1000 },
  );
});

test('a byte order mark before the document is skipped', () => {
  expect(valueOf('\uFEFF{"a":1}')).toEqual({ a: 1 });
});

test('nesting is limited, so that documents may be walked by recursion', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  expect(parseJsonValue(nested(maxJsonDepth)).ok).toBe(true);
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
