import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partsOf } from '../../src/correlate/value-parts.ts';

const values = (text: string): string[] => partsOf(text).map(({ value }) => value);

test('a whole comes first, then what its frame holds, then words', () => {
  expect(values('Bearer abc.def-1')).toEqual(['Bearer abc.def-1', 'abc.def-1', 'Bearer', 'abc.def-1', 'Bearer']);
  expect(values('W/"33a64df5"')).toEqual(['W/"33a64df5"', '33a64df5', '33a64df5', '33a64df5']);
  expect(values('plain_value-1')).toEqual(['plain_value-1']);
  expect(values('')).toEqual([]);
  expect(values('x'.repeat(10_000))).toEqual([]);
});

test('every part stands where it says', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const { value, start } of partsOf(text)) expect(text.slice(start, start + value.length)).toBe(value);
    }),
  );
});
