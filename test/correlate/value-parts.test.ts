import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partsOf } from '../../src/correlate/value-parts.ts';

const values = (text: string): string[] => partsOf(text).map(({ value }) => value);

test('a whole comes first, then what its frame holds, then words', () => {
  expect(values('Bearer abc.def-1')).toEqual(['Bearer abc.def-1', 'abc.def-1', 'Bearer']);
  expect(values('W/"33a64df5"')).toEqual(['W/"33a64df5"', '33a64df5']);
  expect(values('plain_value-1')).toEqual(['plain_value-1']);
  expect(values('17.json')).toEqual(['17.json', '17']);
  expect(values('orders(17)')).toEqual(['orders(17)', '17', 'orders']);
  expect(values('17,18')).toEqual(['17,18', '17', '18']);
  expect(values('usr_8f3a2c91-ord_77aa88bb').slice(0, 3)).toEqual([
    'usr_8f3a2c91-ord_77aa88bb',
    '8f3a2c91',
    '77aa88bb',
  ]);
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
