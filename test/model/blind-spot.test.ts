import { expect, test } from 'vitest';
import { formatShare, hiddenShare } from '../../src/model/blind-spot.ts';

test('a field that is only loosened is half hidden', () => {
  expect(hiddenShare({ fields: 10, ignored: 2, loosened: 3 })).toBe(0.35);
  expect(hiddenShare({ fields: 0, ignored: 0, loosened: 0 })).toBe(0);
});

test.each([
  [0, '0 %'],
  [0.0001, 'less than 0.1 %'],
  [0.0412, '4.1 %'],
  [0.0996, '10 %'],
  [0.234, '23 %'],
  [0.994, '99.4 %'],
  [0.9999, 'more than 99.9 %'],
  [1, '100 %'],
])('%d is %s', (share, words) => {
  expect(formatShare(share)).toBe(words);
});
