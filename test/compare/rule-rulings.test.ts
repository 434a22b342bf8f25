import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ruleRulings } from '../../src/compare/rule-rulings.ts';
import { pointerKeys } from '../../src/model/json-pointer.ts';
import type { Difference, DifferenceKind } from '../../src/model/verdict.ts';
import type { ResponseParts } from '../support/comparable.ts';
import { compareRules, compareUnder, verdictsUnder as verdicts } from '../support/compare-rules.ts';

const uuid = '7d444840-9dc0-11d1-b245-5ffdce74fad2';

describe('ignored', () => {
  test('hides everything at its place and inside: changes, removals, additions, types', () => {
    expect(verdicts('json $.meta ignored', { meta: { a: 1, b: 2, c: [] } }, { meta: { b: 3, c: {}, d: 4 } })).toEqual([
      '/meta/a equivalent rule 1',
      '/meta/b equivalent rule 1',
      '/meta/c equivalent rule 1',
      '/meta/d equivalent rule 1',
    ]);
    expect(verdicts('json $.meta ignored', { meta: 1 }, {})).toEqual(['/meta equivalent rule 1']);
    expect(verdicts('json $.meta ignored', {}, { meta: 1 })).toEqual(['/meta equivalent rule 1']);
    expect(verdicts('json $.meta ignored', { metas: 1 }, { metas: 2 })).toEqual(['/metas changed']);
  });

  test('headers made of pieces: a rule speaks of the whole value', () => {
    const left = (...rules: string[]): string[] =>
      compareUnder(
        rules,
        { headers: ['Cache-Control', 'public, max-age=60'] },
        { headers: ['Cache-Control', 'max-age=50'] },
      )
        .filter(({ severity }) => severity !== 'equivalent')
        .map(({ path }) => path);
    expect(left()).toEqual(['cache-control;public', 'cache-control;max-age']);
    expect(left('header cache-control ignored')).toEqual([]);
  });

  test('status, body, headers and cookies', () => {
    const before = {
      body: '{"a":1}',
      headers: ['Content-Type', 'application/json', 'X-A', '1', 'Set-Cookie', 'sid=1'],
    };
    const after = { status: 500, body: 'oops', headers: ['Content-Type', 'application/json', 'X-B', '1'] };
    const left = (...lines: string[]): string[] =>
      compareUnder(lines, before, after)
        .filter(({ severity }) => severity !== 'equivalent')
        .map(({ part, path }) => `${part} ${path}`.trim());
    expect(left()).toEqual(['status', 'header x-a', 'header set-cookie:sid', 'header x-b', 'body', 'body line 1']);
    expect(left('body ignored')).toEqual(['status', 'header x-a', 'header set-cookie:sid', 'header x-b']);
    expect(left('body ignored', 'status ignored', 'header x-a ignored', 'cookie sid ignored')).toEqual(['header x-b']);
    expect(left('body ignored', 'header set-cookie ignored')).toEqual(['status', 'header x-a', 'header x-b']);
    expect(left('trailer x-a ignored', 'cookie si ignored')).toEqual(left());
  });

  test.each([
    [{ body: '' }, { body: '{}' }],
    [{ body: '{}' }, { body: '' }],
    [{ body: '{}', fullSizeBytes: 9 }, { body: '{"a":1}' }],
    [{ body: '{}' }, { body: '\uFEFF{}' }],
    [
      { body: 'a\nb', headers: ['Content-Type', 'text/plain'] },
      { body: 'a\nc', headers: ['Content-Type', 'text/plain'] },
    ],
    [
      { body: Buffer.from([0, 1, 2]), headers: ['Content-Type', 'image/png'] },
      { body: Buffer.from([0, 1, 3]), headers: ['Content-Type', 'image/png'] },
    ],
  ])('a body, however it differs: %j %j', (before, after) => {
    expect(compareUnder([], before, after).map(({ severity }) => severity)).not.toEqual(['equivalent']);
    expect(compareUnder(['body ignored'], before, after).filter(({ severity }) => severity !== 'equivalent')).toEqual(
      [],
    );
  });
});

describe('of same type', () => {
  test('lets values inside change, never what is there and what type it is', () => {
    const before = { a: { n: 1, s: 'x', gone: 1, list: [1], null: null, same: true } };
    const after = { a: { n: 2, s: 'y', list: {}, null: 1, came: 1, same: true } };
    expect(verdicts('json $.a of same type', before, after)).toEqual([
      '/a/n equivalent rule 1',
      '/a/s equivalent rule 1',
      '/a/gone broken (rule 1 expects json $.a of same type, but it is gone)',
      '/a/list broken (rule 1 expects json $.a of same type, but it is of another type)',
      '/a/null broken (rule 1 expects json $.a of same type, but it is of another type)',
      '/a/came added',
    ]);
  });
});

describe('unordered', () => {
  test('explains order alone, of its array alone', () => {
    const before = {
      v: [
        { id: 1, tags: ['a', 'b'] },
        { id: 2, n: 1 },
      ],
    };
    const after = {
      v: [
        { id: 2, n: 2 },
        { id: 1, tags: ['b', 'a'] },
      ],
    };
    const found = verdicts('json $.v unordered', before, after);
    expect(found.filter((line) => line.includes('/tags'))).not.toContainEqual(expect.stringContaining('equivalent'));
    expect(found.filter((line) => /^\/v\/\d equivalent rule 1$/.test(line))).toHaveLength(1);
    expect(found).toContainEqual('/v/1/n changed');
    expect(verdicts('json $.w unordered', before, after)).not.toContainEqual(expect.stringContaining('equivalent'));
  });

  test('by a member that is no identifier by itself', () => {
    const before = {
      v: [
        { sku: 'a', n: 1 },
        { sku: 'b', n: 2 },
      ],
    };
    const after = {
      v: [
        { sku: 'b', n: 2 },
        { sku: 'a', n: 3 },
      ],
    };
    const found = verdicts('json $.v unordered by sku', before, after);
    expect(found).toContainEqual('/v/0/n changed');
    expect(found.filter((line) => !line.includes('equivalent'))).toHaveLength(1);
  });

  test('says so before elements are put together', () => {
    const [named, plain] = ['json $.a[*].b unordered by sku', 'json $..c unordered'].map((line) =>
      ruleRulings(compareRules(`*: expect ${line}`).rules)(() => ({
        baseline: { x: { c: [] } },
        fresh: { x: { c: [] } },
      })),
    );
    expect(named!.arrayAt(['a', 3, 'b'])).toEqual({ order: 'free', by: 'sku', rule: 'rule 1' });
    expect(named!.arrayAt(['a', 3])).toBeUndefined();
    expect(plain!.arrayAt(['x', 'c'])).toEqual({ order: 'free', rule: 'rule 1' });
    expect(plain!.arrayAt(['x'])).toBeUndefined();
  });
});

describe('which rule speaks', () => {
  test('the first that explains; what was objected before is forgotten', () => {
    const body = (v: string): ResponseParts => ({ body: JSON.stringify({ v }) });
    const lines = ['json $.v as uuid', 'json $.v matching /[a-z]+/', 'json $.v ignored'];
    expect(compareUnder(lines, body('abc'), body('xyz'))).toMatchObject([
      { severity: 'equivalent', rule: 'rule 2', note: 'json $.v matching /[a-z]+/' },
    ]);
    expect(compareUnder(lines.slice(0, 2), body('abc'), body('1'))).toMatchObject([
      { severity: 'changed', note: 'rule 1 expects json $.v as uuid, but the baseline is none' },
    ]);
  });

  test('a filter selects on both sides, so that who comes into its reach is a finding', () => {
    const of = (kind: string, at: number): unknown => ({ items: [{ id: 1, kind, at }] });
    const line = "json $.items[?@.kind == 'x'].at ignored";
    expect(verdicts(line, of('x', 1), of('x', 2))).toEqual(['/items/0/at equivalent rule 1']);
    expect(verdicts(line, of('x', 1), of('y', 2))).toEqual(['/items/0/kind changed', '/items/0/at changed']);
    expect(verdicts(line, of('y', 1), of('x', 2))).toEqual(['/items/0/kind changed', '/items/0/at changed']);
  });

  test('a JSONPath that would take too long hides nothing, and says so', () => {
    // Far inside, where every look counts for many, so that it does not take a second.
    const within = (value: unknown): unknown => Array.from({ length: 200 }).reduce((inner) => ({ a: inner }), value);
    const place = `$${'.a'.repeat(200)}`;
    const list = Array.from({ length: 400 }, (_, i) => i);
    const line = `json ${place}[?count(${place}[?@ > 1]) > 1] ignored`;
    const found = verdicts(line, within(list), within(list.with(list.length - 1, -1)));
    expect(found).toEqual([
      `${'/a'.repeat(200)}/399 changed (rule 1 expects ${line}, but its JSONPath takes too long on this document)`,
    ]);
  });

  test('names from the prototype are names', () => {
    const body = (n: number): ResponseParts => ({ body: `{"__proto__":{"constructor":${n}},"toString":${n}}` });
    expect(compareUnder(["json $['__proto__'].constructor as any"], body(1), body(2))).toMatchObject([
      { path: '/__proto__/constructor', severity: 'equivalent' },
      { path: '/toString', severity: 'changed' },
    ]);
  });
});

describe('whatever the documents', () => {
  const leaf = fc.constantFrom(1, 2, 'a', 'b', null, true, uuid, '2001-01-01T10:00:00Z', '2002-01-01T10:00:00Z');
  const { document } = fc.letrec((tie) => ({
    document: fc.oneof({ depthSize: 'small', maxDepth: 3 }, leaf, tie('list'), tie('object')),
    list: fc.array(tie('document'), { maxLength: 3 }),
    object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('document'), { maxKeys: 3 }),
  }));
  const words = fc.constantFrom(
    'ignored',
    'of same type',
    'as any',
    'as timestamp',
    'matching /.*/',
    'within 1',
    'within 2d',
    'unordered',
    'of same length',
    'with length ..9',
  );
  const path = fc.constantFrom('$.a', '$.a.b', '$.a[*]', '$.a[*].b', '$..c', '$.b[0]', '$.a[?@.b]');

  test('a rule explains nothing outside its path, and nothing but ignored a removal, an addition or a type', () => {
    fc.assert(
      fc.property(document, document, path, words, (before, after, place, what) => {
        const parts = [before, after].map((value) => ({ body: JSON.stringify(value) })) as [
          ResponseParts,
          ResponseParts,
        ];
        const plain = compareUnder([], ...parts);
        const ruled = compareUnder([`json ${place} ${what}`], ...parts);
        const explained = ruled.filter(({ rule }) => rule === 'rule 1');
        const isInside = ({ path: pointer }: Difference): boolean => {
          const keys = pointerKeys(pointer.replace(/ \(\w+\)$/, ''));
          return place.startsWith('$..') ? keys.includes('c') : keys[0] === place[2];
        };
        expect(explained.filter((difference) => !isInside(difference))).toEqual([]);
        expect(explained.filter(({ kind }) => !kindsOf(what).includes(kind))).toEqual([]);
        // Nothing comes or goes through a rule that says nothing about the order of arrays.
        const isSame = ruled.map(placeOf).join() === plain.map(placeOf).join();
        expect(isSame || what === 'unordered').toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  function kindsOf(what: string): readonly DifferenceKind[] {
    if (what === 'unordered') return ['moved'];
    if (what.includes('length')) return ['changed', 'moved', 'added', 'removed'];
    return what === 'ignored' ? ['changed', 'moved', 'added', 'removed', 'type'] : ['changed'];
  }

  function placeOf({ part, path: pointer, kind }: Difference): string {
    return `${part} ${pointer} ${kind}`;
  }
});
