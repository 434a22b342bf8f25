import fc from 'fast-check';
import { expect, test } from 'vitest';
import { childPointer, pointerKeys, valueAt } from '../../src/model/json-pointer.ts';

test('keys survive escaping, slashes and tildes included', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (keys) => {
      const pointer = keys.reduce((so, key) => childPointer(so, key), '');
      expect(pointerKeys(pointer)).toEqual(keys);
    }),
  );
});

test('a value is found by its pointer, and an inherited property is not a value', () => {
  const document = { items: [{ 'a/b': 1 }, { '~': null }] };
  expect(valueAt(document, '')).toBe(document);
  expect(valueAt(document, '/items/0/a~1b')).toBe(1);
  expect(valueAt(document, '/items/1/~0')).toBeNull();
  expect(valueAt(document, '/items/2')).toBeUndefined();
  expect(valueAt(document, '/constructor')).toBeUndefined();
});
