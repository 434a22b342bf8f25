import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, jsonLeaves } from '../../src/match/canonical-json.ts';
import { type Mask, MaskSet } from '../../src/match/mask-set.ts';
import { parseJsonTree } from '../../src/model/json-tree.ts';

const canonical = (text: string, masks: readonly Mask[] = []): string =>
  canonicalJson(text, parseJsonTree(text)!, new MaskSet(masks));

const leaves = (text: string, masks: readonly Mask[] = []): [string, string][] => [
  ...jsonLeaves(text, parseJsonTree(text)!, new MaskSet(masks)),
];

describe('canonical JSON', () => {
  test('is the same however members are ordered and text is spaced or escaped', () => {
    expect(canonical(' { "b" : [ 1.0, "\\u0041\\/" ] , "a" : null } ')).toBe('{"a":null,"b":[1,"A/"]}');
  });

  test('means what the document means', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value, null, 1);
        expect(JSON.parse(canonical(text))).toEqual(JSON.parse(text));
        expect(canonical(canonical(text))).toBe(canonical(text));
      }),
    );
  });

  test('keeps arrays in order, and duplicate names in theirs', () => {
    expect(canonical('[2,1]')).not.toBe(canonical('[1,2]'));
    expect(canonical('{"a":1,"a":2}')).not.toBe(canonical('{"a":2,"a":1}'));
    expect(canonical('{"a":1,"a":2}')).not.toBe(canonical('{"a":2}'));
    expect(canonical('{"a":1,"b":0,"a":2}')).toBe(canonical('{"b":0,"a":1,"a":2}'));
  });

  test('tells names apart that hold quotes or escapes', () => {
    expect(canonical('{"a\\"b":1}')).toBe('{"a\\"b":1}');
    expect(canonical('{"\\n":1}')).toBe('{"\\n":1}');
  });

  test('masks values by place, and texts apart from numbers', () => {
    const masks = [
      { place: 'json:/a/0/pin', name: 'PIN', value: '1' },
      { place: 'json:/b', name: 'B', value: 'x' },
    ];
    expect(canonical('{"b":"x","a":[{"pin":1}]}', masks)).toBe('{"a":[{"pin":\0⟦PIN⟧}],"b":"\0⟦B⟧"}');
    expect(canonical('{"a":1}', masks)).toBe('{"a":1}');
  });
});

test('leaves are listed by pointer, empty containers among them, masked ones as marks', () => {
  expect(leaves('{"a":[1.0,{}],"b/c":"x","d":[]}', [{ place: 'json:/b~1c', name: 'S', value: 'x' }])).toEqual([
    ['/a/0', '1'],
    ['/a/1', '{}'],
    ['/b~1c', '\0⟦S⟧'],
    ['/d', '[]'],
  ]);
  expect(leaves('5')).toEqual([['', '5']]);
});
