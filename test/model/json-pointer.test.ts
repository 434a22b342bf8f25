import fc from 'fast-check';
import { expect, test } from 'vitest';
import { childPointer, pointerKeys } from '../../src/model/json-pointer.ts';

test('keys survive escaping, slashes and tildes included', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (keys) => {
      const pointer = keys.reduce((so, key) => childPointer(so, key), '');
      expect(pointerKeys(pointer)).toEqual(keys);
    }),
  );
});
