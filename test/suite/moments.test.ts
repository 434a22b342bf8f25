import { expect, test } from 'vitest';
import { Moments } from '../../src/suite/moments.ts';
import type { Site } from '../../src/suite/sighting.ts';
import { siteAt } from '../support/comparable.ts';

const pair = (baseline: string, fresh: string, isExact = true) => ({
  baseline,
  fresh,
  place: '/at',
  name: 'at',
  isExact,
});

test('what is stored says one time in every answer', () => {
  const moments = new Moments();
  expect(moments.join(pair('t1', 'u1'), siteAt(0))).toBeTypeOf('function');
  expect(moments.isKnown(pair('t1', 'u1'))).toBe(true);
  expect(moments.join(pair('t1', 'u1'), siteAt(1))).toBeUndefined();
  expect(moments.join(pair('t1', 'u2'), siteAt(1))).toBe(
    't1 has been u1 since GET / (shop:main/0, /at); here it is u2',
  );
  expect(moments.join({ ...pair('t1', 'u2'), name: 'other' }, siteAt(1))).toBeTypeOf('function');
});

test('two moments share a millisecond only in one exchange, or in two that ran at once', () => {
  const moments = new Moments();
  const first = siteAt(0);
  moments.join(pair('t1', 'u1'), first);
  expect(moments.join(pair('t1', 'u2'), first)).toBeTypeOf('function');
  const beside: Site = { ...siteAt(1), startedAt: first.startedAt + 20 };
  expect(moments.join(pair('t1', 'u3'), beside)).toBeTypeOf('function');
  expect(moments.join(pair('t1', 'u2'), siteAt(2))).toBeUndefined();
  expect(moments.join(pair('t1', 'u4'), siteAt(2))).toBeTypeOf('string');
});

test('two of one exchange may be shown by two answers, no further apart than it took', () => {
  const moments = new Moments();
  const [first, beside, later] = ['2026-03-02T12:00:00.123Z', '2026-03-02T12:00:00.125Z', '2026-03-02T12:00:00.323Z'];
  moments.join(pair('t1', first), siteAt(0));
  expect(moments.join(pair('t1', beside), siteAt(1))).toBeTypeOf('function');
  expect(moments.join(pair('t1', later), siteAt(1))).toBeTypeOf('string');
});

test('coarse moments meet by accident', () => {
  const moments = new Moments();
  moments.join(pair('t1', 'u1', false), siteAt(0));
  expect(moments.join(pair('t1', 'u2', false), siteAt(1))).toBeTypeOf('function');
});

test('what was learned can be taken back', () => {
  const moments = new Moments();
  const undo = moments.join(pair('t1', 'u1'), siteAt(0));
  if (typeof undo === 'function') undo();
  expect(moments.isKnown(pair('t1', 'u1'))).toBe(false);
});
