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
