import { expect, test } from 'vitest';
import { type ShapedRecording, shapedRequestsOf } from '../../src/match/shaped-requests.ts';

const recording = (position: number, requestKey: string, value: string): ShapedRecording => ({
  position,
  requestKey,
  epoch: 0,
  slots: [],
  servable: position !== 3,
  tokens: [{ place: 'path:1', value, free: true }],
  answer: `a${position}`,
});

const list = [
  recording(0, 'k1', 'AB-cd'.repeat(6)),
  recording(1, 'k2', 'other'),
  recording(2, 'k1', 'AB-cd'.repeat(6)),
  recording(3, 'k3', 'x'),
];

test('recordings of one shape are gathered by request, those that cannot be served left out', () => {
  const { all } = shapedRequestsOf(list);
  expect(all.map(({ key, recordings, answers }) => [key, recordings.length, answers])).toEqual([
    ['k1', 2, 'a0 a2'],
    ['k2', 1, 'a1'],
  ]);
  expect(shapedRequestsOf(list).all).toBe(all);
});

test('requests are found by a value in any spelling', () => {
  const requests = shapedRequestsOf(list);
  expect(requests.holding(0, 'abcd'.repeat(6)).map(({ key }) => key)).toEqual(['k1']);
  expect(requests.holding(0, 'nothing')).toEqual([]);
});
