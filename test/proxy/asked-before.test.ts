import { expect, test } from 'vitest';
import { AskedBefore } from '../../src/proxy/asked-before.ts';

test('the second time is told from the first', () => {
  const asked = new AskedBefore();
  const numbers = Array.from({ length: 10_000 }, (_, i) => i + 1);
  expect(numbers.some((number) => asked.again(number))).toBe(false);
  expect(numbers.every((number) => asked.again(number))).toBe(true);
});

test('a number may be forgotten, but is never taken for another', () => {
  const asked = new AskedBefore();
  expect(asked.again(1)).toBe(false);
  expect(asked.again(1 + 16_384)).toBe(false);
  expect(asked.again(2 ** 32 - 1)).toBe(false);
  expect(asked.again(2 ** 32 - 1)).toBe(true);
  expect(asked.again(1)).toBe(false);
});
