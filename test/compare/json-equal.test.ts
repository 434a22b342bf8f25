import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonEqual, jsonHash, KnownHashes, jsonPreview, jsonType } from '../../src/compare/json-equal.ts';
import { jsonNumber, type JsonValue } from '../../src/model/json-value.ts';

const plain = (text: string): string => text;
const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;

test('equal values have equal hashes, whatever the order of their members', () => {
  fc.assert(
    fc.property(value, (document) => {
      const copy = JSON.parse(JSON.stringify(document)) as JsonValue;
      expect(jsonEqual(document, copy)).toBe(true);
      expect(jsonHash(document, plain, new KnownHashes())).toBe(jsonHash(copy, plain, new KnownHashes()));
    }),
  );
  expect(jsonHash({ a: 1, b: [2] }, plain, new KnownHashes())).toBe(
    jsonHash({ b: [2], a: 1 }, plain, new KnownHashes()),
  );
});

/** Few leaves and keys, so that equal values meet; among the keys what every object inherits. */
const { near } = fc.letrec<{ near: JsonValue }>((tie) => ({
  near: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<JsonValue>(null, 0, -0, 1, '', '0', 'a', false),
    fc.array(tie('near'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('__proto__', 'constructor', 'a', 'b', '0', 'length'), tie('near'), { maxKeys: 2 }),
  ),
}));

test.each([
  ['any', value, 100],
  ['similar', near, 3000],
])('two %s values are equal exactly when their canonical texts are', (_, values, numRuns) => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      expect(jsonEqual(a, b)).toBe(canonical(a) === canonical(b));
    }),
    { numRuns },
  );
});

test('an empty list is no empty object', () => {
  expect(jsonEqual([], {})).toBe(false);
  expect(jsonEqual({ a: [] }, { a: {} })).toBe(false);
});

function canonical(document: JsonValue): string {
  return JSON.stringify(document, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null) return inner;
    if (Array.isArray(inner)) return ['array', ...inner];
    return [
      'object',
      ...Object.entries(inner)
        .toSorted(([x], [y]) => (x < y ? -1 : 1))
        .map(([key, value]) => [{ key }.key, value]),
    ];
  });
}

test('exact numbers are equal by value and never equal to a double', () => {
  expect(jsonEqual([jsonNumber('10000000000000000001')], [jsonNumber('10000000000000000001.0')])).toBe(true);
  expect(jsonEqual(jsonNumber('9007199254740993'), 9007199254740992)).toBe(false);
  expect(jsonHash(jsonNumber('1e400'), plain, new KnownHashes())).toBe(
    jsonHash(jsonNumber('10e399'), plain, new KnownHashes()),
  );
});

test('types have their JSON names', () => {
  expect([null, true, 1, 'a', [], {}, jsonNumber('1e400')].map(jsonType)).toEqual([
    'null',
    'boolean',
    'number',
    'string',
    'array',
    'object',
    'number',
  ]);
});

test('a preview is the JSON text, cut', () => {
  expect(jsonPreview({ a: [1, null, 'x"'], b: jsonNumber('1e400') })).toBe('{"a":[1,null,"x\\""],"b":1e400}');
  const long = jsonPreview(
    Array.from({ length: 1_000_000 }, (_, i) => i),
    20,
  );
  expect(long).toBe('[0,1,2,3,4,5,6,7,8,…');
  expect(jsonPreview('x'.repeat(10_000_000))).toHaveLength(240);
});
