import { describe, expect, test } from 'vitest';
import { compareJson } from '../../src/compare/compare-json.ts';
import type { ArrayRuling, FoundDifference } from '../../src/compare/rulings.ts';
import type { JsonValue } from '../../src/model/json-value.ts';
import { comparison } from '../support/comparable.ts';

interface Known {
  readonly arrays?: Readonly<Record<string, ArrayRuling>>;
  readonly renames?: Readonly<Record<string, string>>;
}

function compare(before: JsonValue, after: JsonValue, { arrays = {}, renames = {} }: Known = {}) {
  const asked: FoundDifference[] = [];
  const rulings = () => ({
    decide: (found: FoundDifference) => {
      asked.push(found);
      return undefined;
    },
    arrayAt: (keys: readonly (string | number)[]) => arrays[keys.join('.')],
    conclude: <T>(differences: T) => differences,
  });
  const differences = compareJson(
    { value: before, shadowed: [] },
    { value: after, shadowed: [] },
    comparison(renames, [rulings]),
  );
  return { asked, brief: differences.map(({ path, kind, severity, rule }) => [path, kind, severity, rule ?? '']) };
}

describe('arrays of which somebody said', () => {
  const free: ArrayRuling = { order: 'free', rule: 'rule 7' };

  test('that their order is free have moves that are explained, and no others', () => {
    const { brief } = compare(
      { tags: ['a', 'b', 'c', 'd'] },
      { tags: ['x', 'c', 'a', 'b'] },
      { arrays: { tags: free } },
    );
    expect(brief).toEqual([
      ['/tags/3', 'changed', 'changed', ''],
      ['/tags/3 (moved)', 'moved', 'equivalent', 'rule 7'],
      ['/tags/2', 'moved', 'equivalent', 'rule 7'],
    ]);
  });

  test('that their order is free still miss what is removed, of equal ones too', () => {
    const { brief } = compare(['a', 'a', 'b'], ['b', 'a'], { arrays: { '': free } });
    expect(brief.map(([, kind, severity]) => `${kind} ${severity}`).toSorted()).toEqual([
      'moved equivalent',
      'removed broken',
    ]);
  });

  test('what identifies their elements are paired by it, equal ones in order', () => {
    const before = [
      { id: 1, ref: 'a', n: 1 },
      { id: 2, ref: 'b', n: 2 },
      { id: 3, ref: 'b', n: 3 },
      { id: 4, ref: 'c', n: 4 },
    ];
    const after = [
      { id: 4, ref: 'b', n: 2 },
      { id: 3, ref: 'a', n: 1 },
      { id: 2, ref: 'b', n: 3 },
      { id: 1, ref: 'd', n: 4 },
    ];
    const { brief } = compare(before, after, { arrays: { '': { order: 'counts', by: 'ref', rule: 'rule 1' } } });
    expect(brief).toEqual([
      ['/1/id', 'changed', 'changed', ''],
      ['/0/id', 'changed', 'changed', ''],
      ['/2/id', 'changed', 'changed', ''],
      ['/3 (added)', 'added', 'added', ''],
      ['/3', 'removed', 'broken', ''],
      ['/0', 'moved', 'added', ''],
    ]);
  });
});

describe('maps', () => {
  test('group by patterns in which keys are stars', () => {
    const before = { orders: { ord_1: { n: 1 }, ord_2: { n: 1 } } };
    const differences = compareJson(
      { value: before, shadowed: [] },
      { value: { orders: { ord_1: { n: 2 }, ord_2: { n: 2 } } }, shadowed: [] },
      comparison(),
    );
    expect(differences.map(({ path, pattern }) => `${path} ${pattern}`)).toEqual([
      '/orders/ord_1/n /orders/*/n',
      '/orders/ord_2/n /orders/*/n',
    ]);
  });

  test('of renamed keys have the same members', () => {
    const known = { renames: { ord_1: 'ord_9' } };
    const { brief, asked } = compare({ ord_1: { n: 1 }, ord_2: { n: 2 } }, { ord_9: { n: 3 }, ord_3: { n: 2 } }, known);
    expect(brief).toEqual([
      ['/ord_1 (key)', 'changed', 'equivalent', 'renaming'],
      ['/ord_1/n', 'changed', 'changed', ''],
      ['/ord_2', 'removed', 'broken', ''],
      ['/ord_3', 'added', 'added', ''],
    ]);
    expect(asked[0]).toMatchObject({ keys: ['ord_1', 'n'], freshKeys: ['ord_9', 'n'] });
  });

  test('of keys that nothing renamed lose and gain members', () => {
    const { brief } = compare({ '17': { n: 1 } }, { '23': { n: 1 } });
    expect(brief).toEqual([
      ['/17', 'removed', 'broken', ''],
      ['/23', 'added', 'added', ''],
    ]);
  });
});

test('rulings are told both places of elements that stand elsewhere, for good', () => {
  const item = (id: string, n: number) => ({ id, lines: [{ n }] });
  const { asked } = compare([item('a', 1), item('b', 2)], [item('new', 0), item('b', 3), item('a', 1)]);
  expect(asked.map(({ path, keys, freshKeys }) => ({ path, keys, freshKeys }))).toEqual([
    { path: '/0', keys: [0], freshKeys: undefined },
    { path: '/1/lines/0/n', keys: [1, 'lines', 0, 'n'], freshKeys: undefined },
    { path: '/0', keys: [0], freshKeys: [2] },
  ]);
});

test('a whole that is another ends in one difference for what was not looked at', () => {
  const list = (from: number) => Array.from({ length: 50_000 }, (_, index) => ({ id: index, n: from + index }));
  const { brief, asked } = compare({ items: list(0), total: 1 }, { items: list(1), total: '1' });
  expect(asked.filter(({ severity }) => severity === 'changed')).toHaveLength(20_000);
  expect(brief.at(-1)).toEqual(['/items (too different)', 'changed', 'changed', '']);
  expect(brief).toContainEqual(['/total', 'type', 'broken', '']);
});
