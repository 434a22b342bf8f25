import { expect, test } from 'vitest';
import { collect, positiveInteger } from '../../src/cli/option-values.ts';

test('an option that is repeated keeps every value', () => {
  expect(collect('b', collect('a', []))).toEqual(['a', 'b']);
});

test.each(['0', '-1', '1.5', '', '1e3', 'x', '99999999999'])('%j is no whole number from 1', (text) => {
  expect(() => positiveInteger(text)).toThrow('It must be a whole number from 1.');
});

test('a whole number is taken', () => {
  expect(positiveInteger('12')).toBe(12);
});
