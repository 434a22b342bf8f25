import { expect, test } from 'vitest';
import { FaultLane } from '../../src/proxy/fault-lane.ts';

test('requests are counted by themselves and together', () => {
  const lane = new FaultLane();
  expect(['GET /a', 'GET /b', 'GET /a'].map((request) => lane.count(request))).toEqual([
    { place: 0, number: 0 },
    { place: 1, number: 0 },
    { place: 2, number: 1 },
  ]);
});

test('a client that never asks the same thing twice cannot fill the memory', () => {
  const lane = new FaultLane();
  for (let i = 0; i < 10_000; i += 1) lane.count(`GET /${i}`);
  expect(lane.count('GET /new')).toEqual({ place: 10_000, number: 0 });
  expect(lane.count('GET /newer')).toEqual({ place: 10_001, number: 1 });
  expect(lane.count('GET /7')).toEqual({ place: 10_002, number: 1 });
});
