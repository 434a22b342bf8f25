import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareJson } from '../../src/compare/compare-json.ts';
import { contentOf, type JsonContent } from '../../src/compare/content.ts';
import { childPointer } from '../../src/model/json-pointer.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { comparison } from '../support/comparable.ts';

function content(text: string): JsonContent {
  const found = contentOf(['content-type', 'application/json'], Buffer.from(text));
  if (found.kind !== 'json') throw new Error(found.problem);
  return found;
}

function compareTexts(before: string, after: string, renames: Record<string, string> = {}): Difference[] {
  return compareJson(content(before), content(after), comparison(renames));
}

function compare(before: unknown, after: unknown, renames: Record<string, string> = {}): Difference[] {
  return compareTexts(JSON.stringify(before), JSON.stringify(after), renames);
}

/** The facts that matter of each difference. */
function brief(differences: readonly Difference[]): (string | undefined)[][] {
  return differences.map(({ path, kind, severity, before, after, rule }) =>
    [path, kind, severity, before, after, rule].filter((fact) => fact !== undefined),
  );
}

describe('values', () => {
  test('are equal whatever the order of members and the notation of numbers', () => {
    expect(compareTexts('{"a":1.0,"b":[1e2,"\\u0041"]}', ' {"b":[100,"A"],\n"a":1}')).toEqual([]);
  });

  test('that change are found at their pointer', () => {
    expect(brief(compare({ a: { 'x/y': [1, 2] } }, { a: { 'x/y': [1, 3] } }))).toEqual([
      ['/a/x~1y/1', 'changed', 'changed', '2', '3'],
    ]);
  });

  test('large integers differ in their last digit', () => {
    expect(brief(compareTexts('{"id":9007199254740993}', '{"id":9007199254740992}'))).toEqual([
      ['/id', 'changed', 'changed', '9007199254740993', '9007199254740992'],
    ]);
  });

  test('of another type are broken, null included', () => {
    expect(brief(compare({ a: 1, b: {}, c: null, d: [] }, { a: '1', b: [], c: 0, d: {} }))).toEqual([
      ['/a', 'type', 'broken', '1', '"1"'],
      ['/b', 'type', 'broken', '{}', '[]'],
      ['/c', 'type', 'broken', 'null', '0'],
      ['/d', 'type', 'broken', '[]', '{}'],
    ]);
    expect(brief(compare(1, [1]))).toEqual([['', 'type', 'broken', '1', '[1]']]);
  });

  test('that are removed are broken, that are added are added', () => {
    expect(brief(compare({ a: 1, b: { c: 2 } }, { a: 1, d: [3] }))).toEqual([
      ['/b', 'removed', 'broken', '{"c":2}'],
      ['/d', 'added', 'added', '[3]'],
    ]);
  });

  test('named like what every object inherits are members like others', () => {
    expect(brief(compareTexts('{"__proto__":1,"constructor":2}', '{"toString":3}'))).toEqual([
      ['/__proto__', 'removed', 'broken', '1'],
      ['/constructor', 'removed', 'broken', '2'],
      ['/toString', 'added', 'added', '3'],
    ]);
  });

  test('hidden behind an equal key are compared too', () => {
    expect(compareTexts('{"a":1,"a":2}', '{"a":1,"a":2}')).toEqual([]);
    expect(brief(compareTexts('{"a":1,"a":2}', '{"a":9,"a":2}'))).toEqual([
      ['/a (duplicate key)', 'changed', 'broken', '1', '9'],
    ]);
    expect(brief(compareTexts('{"a":2}', '{"a":1,"a":2}'))).toEqual([['/a (duplicate key)', 'added', 'broken', '1']]);
    expect(compareTexts('{"l":[{"a":2}]}', '{"l":[{"a":1,"a":2}]}')[0]!.pattern).toBe('/l/*/a (duplicate key)');
  });

  test('group by patterns in which places in arrays are stars', () => {
    const [difference] = compare({ items: [{ '0': [1] }] }, { items: [{ '0': [2] }] });
    expect(difference).toMatchObject({ path: '/items/0/0/0', pattern: '/items/*/0/*' });
  });
});

describe('arrays', () => {
  const a = { id: 'a', n: 1 };
  const b = { id: 'b', n: 2 };
  const c = { id: 'c', n: 3 };

  test('of elements with an id are aligned by it', () => {
    expect(brief(compare([a, b, c], [{ id: 'x', n: 0 }, a, { ...c, n: 4 }]))).toEqual([
      ['/0', 'added', 'added', '{"id":"x","n":0}'],
      ['/1', 'removed', 'broken', '{"id":"b","n":2}'],
      ['/2/n', 'changed', 'changed', '3', '4'],
    ]);
  });

  test('of which one gives way to another have a path for each', () => {
    expect(brief(compare([a, b, c], [a, { id: 'x' }, c]))).toEqual(
      [
        ['/1', 'removed', 'broken', '{"id":"b","n":2}'],
        ['/1 (added)', 'added', 'added', '{"id":"x"}'],
      ].toSorted((x, y) => (x[1] === 'added' ? 0 : 1) - (y[1] === 'added' ? 0 : 1)),
    );
  });

  test('in another order are moved, not changed', () => {
    expect(brief(compare([a, b, c], [c, a, b]))).toEqual([['/2', 'moved', 'added', 'position 2', 'position 0']]);
    expect(brief(compare([1, 2, 3], [3, 1, 2]))).toEqual([['/2', 'moved', 'added', 'position 2', 'position 0']]);
  });

  test('shuffled as a whole are one difference', () => {
    const numbers = Array.from({ length: 200 }, (_, i) => ({ id: i }));
    expect(brief(compare({ list: numbers }, { list: numbers.toReversed() }))).toEqual([
      ['/list', 'moved', 'added', '199 elements stand in another order'],
    ]);
  });

  test('without an id are aligned by content, left-overs in order', () => {
    expect(brief(compare(['a', 'b', 'c', 'd'], ['new', 'a', 'b', 'x', 'd']))).toEqual([
      ['/0', 'added', 'added', '"new"'],
      ['/2', 'changed', 'changed', '"c"', '"x"'],
    ]);
    expect(brief(compare(['a', 'b', 'c'], ['c']))).toEqual([
      ['/0', 'removed', 'broken', '"a"'],
      ['/1', 'removed', 'broken', '"b"'],
    ]);
  });

  test('of which no id survives are compared by place', () => {
    expect(brief(compare([{ id: 'a', n: 1 }], [{ id: 'z', n: 1 }]))).toEqual([
      ['/0/id', 'changed', 'changed', '"a"', '"z"'],
    ]);
  });

  test('of renamed ids are aligned by the new ones', () => {
    const renames = { 'ord-00012': 'ord-00077' };
    const before = [
      { id: 'ord-00012', n: 1 },
      { id: 'ord-00013', n: 2 },
    ];
    const after = [
      { id: 'ord-00013', n: 2 },
      { id: 'ord-00077', n: 1 },
    ];
    expect(brief(compare(before, after, renames))).toEqual([
      ['/0/id', 'changed', 'equivalent', '"ord-00012"', '"ord-00077"', 'renaming'],
      ['/0', 'moved', 'added', 'position 0', 'position 1'],
    ]);
  });

  test('are not torn apart by a renaming of other things', () => {
    const products = [{ id: 1 }, { id: 2 }, { id: 3 }];
    expect(compare(products, products.toReversed().toReversed(), { 1: '2' })).toEqual([]);
    expect(brief(compare([{ id: 1 }, { id: 3 }], [{ id: 1 }, { id: 3 }, { id: 4 }], { 1: '2' }))).toEqual([
      ['/2', 'added', 'added', '{"id":4}'],
    ]);
  });

  test('whose elements differ only in times keep their pairs when one is inserted', () => {
    const event = (name: string, time: string) => ({ what: [name], time });
    const before = [event('x', '2026-03-01T12:00:00Z'), event('y', '2026-03-01T12:00:00Z')];
    const after = [
      event('new', '2026-03-02T12:00:00Z'),
      event('x', '2026-03-02T12:00:00Z'),
      event('y', '2026-03-02T12:00:00Z'),
    ];
    expect(brief(compare(before, after)).map(([path, , severity]) => [path, severity])).toEqual([
      ['/0', 'added'],
      ['/0/time', 'equivalent'],
      ['/1/time', 'equivalent'],
    ]);
  });
});

describe('explained differences', () => {
  test('name their rule', () => {
    const before = { id: 17, self: '/orders/17', createdAt: '2026-03-01T12:00:00.010Z', total: 5 };
    const after = { id: 23, self: '/orders/23', createdAt: '2026-03-02T12:00:00.020Z', total: 5 };
    expect(
      brief(compare(before, after, { 17: '23' })).map(([path, , severity, , , rule]) => [path, severity, rule]),
    ).toEqual([
      ['/id', 'equivalent', 'renaming'],
      ['/self', 'equivalent', 'renaming'],
      ['/createdAt', 'equivalent', 'clock'],
    ]);
  });

  test('do not cover a quantity that happens to change like an id', () => {
    expect(brief(compare({ quantity: 1 }, { quantity: 2 }, { 1: '2' }))).toEqual([
      ['/quantity', 'changed', 'changed', '1', '2'],
    ]);
  });
});

describe('bounds', () => {
  test('very many differences end in a count that keeps the severity', () => {
    const before = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]));
    const after = Object.fromEntries(Object.keys(before).map((key) => [key, 'x']));
    const differences = compare(before, after);
    expect(differences).toHaveLength(2001);
    expect(differences.at(-1)).toMatchObject({
      severity: 'broken',
      after: '3000 more broken differences are not listed',
    });
  });

  test('a difference below a thousand levels does not overflow the stack', () => {
    const nested = (inner: string): string => `${'{"a":['.repeat(499)}${inner}${']}'.repeat(499)}`;
    expect(compareTexts(nested('1'), nested('2'))).toMatchObject([{ kind: 'changed', before: '1', after: '2' }]);
  });

  test('two arrays of fifty thousand unlike elements take no quadratic time', () => {
    const list = (prefix: string) => Array.from({ length: 50_000 }, (_, i) => ({ [prefix]: `${prefix}${i}` }));
    expect(compare(list('a'), list('b')).length).toBeGreaterThan(2000);
    const numbers = Array.from({ length: 50_000 }, (_, i) => i % 7);
    expect(compare(numbers, [9, ...numbers])).toHaveLength(1);
  });
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(fc.string(), fc.integer({ min: 1 }), fc.boolean(), fc.constant(null)),
    fc.uniqueArray(tie('tree'), { maxLength: 4, selector: (value) => JSON.stringify(value) }),
    fc.dictionary(fc.string({ maxLength: 5 }), tie('tree'), { maxKeys: 4 }),
  ),
}));

test('a document has no differences to itself, nor to itself with its members in another order', () => {
  fc.assert(
    fc.property(tree, (value) => {
      expect(compare(value, value)).toEqual([]);
      expect(compare(value, reordered(value))).toEqual([]);
    }),
  );
});

test('every single change of a document is found where it is, and named for what it is', () => {
  fc.assert(
    fc.property(tree, fc.nat(), (value, choice) => {
      const changes = [...mutations(value, '')];
      if (changes.length === 0) return;
      const { document, path, kind, severity } = changes[choice % changes.length]!;
      expect(compare(value, document)).toMatchObject([{ path, kind, severity }]);
    }),
    { numRuns: 500 },
  );
});

interface Mutation {
  readonly document: Json;
  readonly path: string;
  readonly kind: Difference['kind'];
  readonly severity: Difference['severity'];
}

/** A value that no generated document holds. */
const marker = -77;

function* mutations(value: Json, path: string): Generator<Mutation> {
  if (typeof value === 'string') yield { document: `${value} and more`, path, kind: 'changed', severity: 'changed' };
  if (typeof value === 'number') yield { document: marker, path, kind: 'changed', severity: 'changed' };
  if (typeof value === 'boolean') yield { document: !value, path, kind: 'changed', severity: 'changed' };
  if (typeof value !== 'number') yield { document: marker, path, kind: 'type', severity: 'broken' };
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (let at = 0; at <= value.length; at++) {
      const inserted = value.toSpliced(at, 0, marker);
      yield { document: inserted, path: childPointer(path, at), kind: 'added', severity: 'added' };
    }
  } else
    yield { document: { ...value, 'a new key': marker }, path: `${path}/a new key`, kind: 'added', severity: 'added' };
  for (const key of Object.keys(value)) {
    const child = childPointer(path, key);
    yield { document: without(value, key), path: child, kind: 'removed', severity: 'broken' };
    const nested = (value as Record<string, Json>)[key]!;
    for (const inner of mutations(nested, child)) {
      const document = Array.isArray(value)
        ? value.with(Number(key), inner.document)
        : { ...value, [key]: inner.document };
      // Equal to a neighbour, an element could as well have been removed or moved.
      if (Array.isArray(document) && new Set(document.map((item) => JSON.stringify(item))).size < document.length)
        continue;
      yield { ...inner, document };
    }
  }
}

function without(value: Json[] | { [key: string]: Json }, key: string): Json {
  if (Array.isArray(value)) return value.toSpliced(Number(key), 1);
  return Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));
}

function reordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, child]) => [key, reordered(child)]),
  );
}
