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

test('a lane keeps one front per state, which never goes back, and counts what it made up to a stretch', () => {
  const lane = new Lane();
  lane.make({ opens: 7, changes: [1, 2] });
  lane.make({ opens: 3, changes: [2, 3] });
  lane.make({ opens: 5, changes: [2] });
  expect([0, 1, 2, 3].map((state) => lane.front(state).since)).toEqual([0, 7, 7, 3]);
  expect([2, 3, 4, 5, 6, 7, 8].map((stretch) => lane.madeUpTo(2, stretch))).toEqual([0, 1, 1, 2, 2, 3, 3]);
  expect(lane.madeUpTo(0, 9)).toBe(0);
});

test('a lane knows how far what surely changes a group of reads has come', () => {
  const lane = new Lane();
  lane.make({ opens: 7, changes: [], surely: [1] });
  lane.make({ opens: 3, changes: [], surely: [1, 2] });
  expect([undefined, 0, 1, 2].map((group) => lane.changedSince(group))).toEqual([0, 0, 7, 3]);
});
