import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ValueSearch } from '../../src/proxy/value-search.ts';

const found = (values: readonly string[], text: string) => [...new ValueSearch(values).in(text)];

test('of several values at one place the longest is found, and none inside of another', () => {
  expect(found(['abc', 'abc-def'], 'abc-def abc')).toEqual([
    { found: 'abc-def', index: 0 },
    { found: 'abc', index: 8 },
  ]);
});

test('a value that is a part of a word, a number or a time is not found', () => {
  expect(found(['abcd', '12:30'], 'abcde xabcd 12:30:45 1,12:30')).toEqual([]);
  expect(found(['abcd'], '%2Fabcd \\nabcd')).toMatchObject([{ index: 3 }, { index: 10 }]);
});

test('nothing is found without values, and in a text without room', () => {
  expect(found([], 'abc')).toEqual([]);
  expect(found([''], 'abc')).toEqual([]);
  expect(found(['abcd'], 'abc')).toEqual([]);
});

/** The same said as one expression, whose cost grows with the number of values. */
function pattern(values: readonly string[]): RegExp {
  const parts = values
    .toSorted((a, b) => b.length - a.length)
    .map((value) => {
      const isTime = /^\d[\d:.,+TZ -]*$/.test(value);
      const left = /^[A-Za-z0-9]/.test(value) ? '(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2})|(?<=\\\\[bfnrt]))' : '';
      const before = isTime ? '(?<!\\d[.,:-])' : '';
      const after = isTime ? '(?![.,:+-]?\\d)(?![T ]\\d\\d:)' : '';
      const right = /[A-Za-z0-9]$/.test(value) ? '(?![A-Za-z0-9])' : '';
      return `${left}${before}${value.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}${after}${right}`;
    });
  return new RegExp(parts.join('|'), 'g');
}

test('it finds what the expression finds', () => {
  const piece = fc.string({ unit: fc.constantFrom(...Array.from('ab1:-.%2FT \\n')), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.uniqueArray(piece, { minLength: 1, maxLength: 6 }),
      fc.array(piece, { maxLength: 30 }),
      (values, texts) => {
        const text = texts.join('');
        expect(found(values, text)).toEqual(
          Array.from(text.matchAll(pattern(values)), (match) => ({ found: match[0], index: match.index })),
        );
      },
    ),
  );
});
