import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonEqual } from '../../src/compare/json-equal.ts';
import { isJsonObject, type JsonValue } from '../../src/model/json-value.ts';
import { foundBetween, unexplained } from '../support/explained-json.ts';

const scalar = fc.constantFrom<JsonValue>(0, 1, 2, 'a', 'b', null, true);
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(fc.record({ id: fc.nat(6), v: scalar }), { maxLength: 6 }),
    fc.array(fc.record({ kind: scalar, lang: scalar, n: tie('value') }), { maxLength: 6 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', '17', '23'), tie('value'), { maxKeys: 4 }),
  ),
}));

/** What may happen to a document between two builds, `choice` deciding where and what. */
function edited(document: JsonValue, choice: readonly number[]): JsonValue {
  let at = 0;
  const next = (): number => choice[at++ % choice.length]!;
  const visit = (node: JsonValue): JsonValue => {
    if (typeof node !== 'object' || node === null) return next() % 8 === 0 ? next() % 3 : node;
    if (!Array.isArray(node)) {
      const entries = Object.entries(node as Record<string, JsonValue>).map(
        ([key, child]) => [key, visit(child)] as const,
      );
      return Object.fromEntries(next() % 8 === 0 ? entries.slice(1) : entries);
    }
    const items = (node as JsonValue[]).map(visit);
    const place = next() % (items.length + 1);
    const deed = next() % 6;
    if (deed === 0) return items.toSpliced(place, 0, next());
    if (deed === 1) return items.toSpliced(place, 1);
    if (deed === 2)
      return items.toSpliced(place, 1).toSpliced(next() % (items.length + 1), 0, ...items.slice(place, place + 1));
    return items;
  };
  return visit(document);
}

const pair = fc.oneof(
  fc.tuple(value, value),
  fc
    .tuple(value, fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }))
    .map(([document, choice]) => [document, edited(document, choice)] as const),
);

test('the differences lead from one document to the other, and say where in both', () => {
  fc.assert(
    fc.property(pair, ([before, after]) => {
      const found = foundBetween(before, after);
      expect(unexplained(before, after, found)).toBeUndefined();
      expect(found.length === 0).toBe(jsonEqual(before, after));
      expect(foundBetween(after, before).length === 0).toBe(found.length === 0);
    }),
    { numRuns: 1000 },
  );
});

/** Pseudo-random, the same at every run. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const count = 10_000;

test.each<[string, (index: number, random: (below: number) => number) => JsonValue]>([
  ['texts', (index) => `value ${(index * 7919) % 100_003}`],
  ['numbers that repeat', (index) => index % 7],
  ['objects with an id', (index, random) => ({ id: index, price: random(1000) })],
  ['objects without', (index, random) => ({ title: `title ${index}`, price: random(1000), tags: [`t${random(50)}`] })],
  ['objects with a composite key', (index, random) => ({ day: index >> 6, region: index % 64, price: random(1000) })],
])('sixty edits of ten thousand %s are about sixty differences', (_, make) => {
  const random = numbersFrom(7);
  const before = Array.from({ length: count }, (_, index) => make(index, random));
  const after = [...before];
  for (let edit = 0; edit < 60; edit++) {
    const at = random(after.length);
    const [element] = after.splice(at, 1) as [JsonValue];
    if (edit % 4 === 0) after.splice(at, 0, element, make(count + 100 + edit, random));
    if (edit % 4 === 1) after.splice(at, 0, isJsonObject(element) ? { ...element, price: -1 } : `new ${edit}`);
    if (edit % 4 === 2) after.splice(random(after.length), 0, element);
  }
  const found = foundBetween(before, after);
  expect(found.length).toBeGreaterThan(40);
  expect(found.length).toBeLessThan(75);
  expect(foundBetween(before, [make(count + 1, random), ...before])).toMatchObject([{ kind: 'added', path: '/0' }]);
});

test('a hundred thousand unlike elements, and levels upon levels, take no quadratic time', () => {
  const list = (make: (index: number) => JsonValue): JsonValue => Array.from({ length: 100_000 }, (_, i) => make(i));
  const numbers = list((index) => index);
  expect(
    foundBetween(
      numbers,
      list((index) => -index - 1),
    ).length,
  ).toBe(20_000);
  expect(foundBetween(numbers, (numbers as JsonValue[]).toReversed())).toHaveLength(1);
  const nested = (end: JsonValue, lead: JsonValue): JsonValue => {
    let value = end;
    for (let level = 0; level < 900; level++) value = [lead, value, level];
    return value;
  };
  const before = nested(numbers, 'x');
  expect(foundBetween(before, nested((numbers as JsonValue[]).with(50_000, -1), 'x'))).toHaveLength(1);
  expect(foundBetween(before, nested((numbers as JsonValue[]).with(50_000, -1), 'y'))).toHaveLength(901);
});
