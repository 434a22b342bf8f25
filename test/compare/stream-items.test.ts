import { expect, test } from 'vitest';
import { textItem } from '../../src/compare/stream-items.ts';

test('a text is its JSON value, but a string keeps its quotes and a byte order mark is one', () => {
  expect(textItem('{"a":1,"a":2}')).toEqual({ value: { a: 2 }, shadowed: [{ pointer: '/a', value: 1 }] });
  expect(textItem('"x"').value).toBe('"x"');
  expect(textItem('x').value).toBe('x');
  expect(textItem('\uFEFF1').value).toBe('\uFEFF1');
});
