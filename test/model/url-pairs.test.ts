import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeComponent, decodeFormComponent, splitPairs } from '../../src/model/url-pairs.ts';

describe('name-value pairs of a URL or form', () => {
  test('are split as URLSearchParams splits them', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '=', '&', '+', '%20', '%C3%A9') }), (text) => {
        const pairs = splitPairs(text).map(({ rawName, rawValue }) => [
          decodeFormComponent(rawName),
          decodeFormComponent(rawValue ?? ''),
        ]);
        expect(pairs).toEqual([...new URLSearchParams(text)]);
      }),
    );
  });

  test('know where each value stands', () => {
    const text = '/p?a=1&&b&c=x=y';
    const pairs = splitPairs(text, 3);
    expect(pairs.map(({ rawName }) => rawName)).toEqual(['a', 'b', 'c']);
    expect(pairs.map(({ rawValue }) => rawValue)).toEqual(['1', undefined, 'x=y']);
    for (const { rawValue, valueStart } of pairs) {
      expect(text.slice(valueStart, valueStart + (rawValue?.length ?? 0))).toBe(rawValue ?? '');
    }
  });

  test('that are not valid percent-encoding stay as sent', () => {
    expect(decodeComponent('100%')).toBe('100%');
    expect(decodeComponent('%ff')).toBe('%ff');
    expect(decodeFormComponent('a+%zz')).toBe('a %zz');
  });
});
