import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPlace, parsePlace, type Place } from '../../src/model/place.ts';

const place: fc.Arbitrary<Place> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('query' as const, 'header' as const, 'form' as const),
    name: fc.string(),
    index: fc.nat(50),
  }),
  fc.record({
    kind: fc.constantFrom('path' as const, 'cookie' as const, 'set-cookie' as const, 'json' as const),
    name: fc.string(),
    index: fc.constant(0),
  }),
);

test('what is formatted is parsed back, whatever the name holds', () => {
  fc.assert(
    fc.property(place, (value) => {
      expect(parsePlace(formatPlace(value))).toEqual(value);
    }),
  );
});

test('an unknown kind and a missing index are refused', () => {
  expect(parsePlace('body:/a')).toBeUndefined();
  expect(parsePlace('query:token')).toBeUndefined();
  expect(parsePlace('no colon')).toBeUndefined();
});
