import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detached, RecentMap } from '../../src/correlate/recent-map.ts';

test('the oldest entries are forgotten beyond so many', () => {
  const map = new RecentMap<number>({ entries: 2, characters: 100 });
  for (const [value, key] of ['a', 'b', 'a', 'c'].entries()) map.set(key, value);
  expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([undefined, 1, 3]);
  expect(map.has('b')).toBe(true);
});

test('and beyond so many characters', () => {
  const map = new RecentMap<true>({ entries: 100, characters: 10 });
  map.set('12345', true);
  map.set('123456', true);
  expect([map.has('12345'), map.has('123456')]).toEqual([false, true]);
});

test('a detached text is the same text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => detached(text) === text));
  expect(detached('\ud800')).toBe('\ud800');
});
