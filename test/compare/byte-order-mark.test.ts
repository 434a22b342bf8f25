import { expect, test } from 'vitest';
import { allRulings } from '../../src/compare/rulings.ts';
import { compareByteOrderMarks, withoutByteOrderMark } from '../../src/compare/byte-order-mark.ts';

const none = allRulings([], () => ({ baseline: undefined, fresh: undefined }));

test('a byte order mark on one side only is a change', () => {
  expect(compareByteOrderMarks('a', '\uFEFFa', none)).toMatchObject([{ kind: 'added', severity: 'changed' }]);
  expect(compareByteOrderMarks('\uFEFFa', 'a', none)).toMatchObject([{ kind: 'removed', severity: 'changed' }]);
  expect(compareByteOrderMarks('\uFEFFa', '\uFEFFb', none)).toEqual([]);
});

test('a text is compared without it', () => {
  expect(withoutByteOrderMark('\uFEFFa')).toBe('a');
  expect(withoutByteOrderMark('a\uFEFF')).toBe('a\uFEFF');
});
