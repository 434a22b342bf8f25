import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPlace, insidePlace, outermostPlace, parsePlace, type Place, splitPlace } from '../../src/model/place.ts';

const place: fc.Arbitrary<Place> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(...(['query', 'header', 'form', 'multipart', 'html'] as const)),
    name: fc.string(),
    index: fc.nat(50),
  }),
  fc.record({
    kind: fc.constantFrom(...(['path', 'cookie', 'set-cookie', 'json', 'xml', 'line', 'word', 'jwt'] as const)),
    name: fc.string(),
    index: fc.constant(0),
  }),
  fc.record({
    kind: fc.constantFrom(...(['text', 'url', 'percent', 'base64'] as const)),
    name: fc.constant(''),
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

test('a place inside a value is taken apart from its end', () => {
  const place = insidePlace(insidePlace('header:authorization[0]', 'word:1'), 'base64');
  expect(place).toBe('header:authorization[0] > word:1 > base64');
  expect(splitPlace(place)).toEqual({ outer: 'header:authorization[0] > word:1', inner: 'base64' });
  expect(outermostPlace(place)).toBe('header:authorization[0]');
  expect(splitPlace('json:/a > b')).toEqual({ outer: 'json:/a > b' });
});
