import { expect, test } from 'vitest';
import { Lane } from '../../src/match/lane.ts';

test('a lane keeps one cursor per key and group', () => {
  const lane = new Lane();
  const cursor = lane.cursor('key', '');
  cursor.next = 3;
  expect(lane.cursor('key', '').next).toBe(3);
  expect(lane.cursor('key', '["other"]').next).toBe(0);
  expect(lane.cursor('other', '').next).toBe(0);
  expect(new Lane().cursor('key', '').next).toBe(0);
});

test('a lane keeps one front per state, which never goes back', () => {
  const lane = new Lane();
  lane.open(7, [1, 2]);
  lane.open(3, [2, 3]);
  expect([0, 1, 2, 3].map((state) => lane.front(state))).toEqual([
    { since: 0, made: 0 },
    { since: 7, made: 1 },
    { since: 7, made: 2 },
    { since: 3, made: 1 },
  ]);
});
