import { expect, test } from 'vitest';
import { placeWords, shortValue, sightingWords } from '../../src/suite/sighting.ts';
import { siteAt } from '../support/comparable.ts';

test('a place is told with its exchange, in the same response alone', () => {
  const at = { site: siteAt(3, '/orders'), place: '/id' };
  expect(sightingWords(at, siteAt(4))).toBe('GET /orders (shop:main/3, /id)');
  expect(sightingWords({ ...at, place: '' }, siteAt(4))).toBe('GET /orders (shop:main/3)');
  expect(sightingWords(at, at.site)).toBe('/id');
  expect(sightingWords({ ...at, place: '' }, at.site)).toBe('another place of this response');
});

test('long values are told by both ends', () => {
  expect(shortValue('ord-0017')).toBe('ord-0017');
  expect(shortValue('3f2a1c9e-7d0e-4b3a-9a55-0c1d2e3f4a5b')).toBe('3f2a1c9e…4a5b');
});

test.each([
  ['json:/id', '/id'],
  ['header:location', 'header location'],
  ['set-cookie:sid', 'set-cookie sid'],
])('the place %s is told as %s', (place, words) => {
  expect(placeWords(place)).toBe(words);
});
