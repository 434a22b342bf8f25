import { expect, test } from 'vitest';
import { compareByteOrderMarks, withoutByteOrderMark } from '../../src/compare/byte-order-mark.ts';

test('a byte order mark on one side only is a change', () => {
  expect(compareByteOrderMarks('a', '\uFEFFa')).toMatchObject([{ kind: 'added', severity: 'changed' }]);
  expect(compareByteOrderMarks('\uFEFFa', 'a')).toMatchObject([{ kind: 'removed', severity: 'changed' }]);
  expect(compareByteOrderMarks('\uFEFFa', '\uFEFFb')).toEqual([]);
});

test('a text is compared without it', () => {
  expect(withoutByteOrderMark('\uFEFFa')).toBe('a');
  expect(withoutByteOrderMark('a\uFEFF')).toBe('a\uFEFF');
});
