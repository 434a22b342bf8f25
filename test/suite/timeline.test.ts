import { expect, test } from 'vitest';
import { Timeline } from '../../src/suite/timeline.ts';

/** A stream from 0 to 100 beside three requests. */
const steps = [
  { position: 0, pace: 'beside', startedAt: 0, endedAt: 100 },
  { position: 1, pace: 'alone', startedAt: 10, endedAt: 20 },
  { position: 2, pace: 'alone', startedAt: 30, endedAt: 60 },
  { position: 3, pace: 'alone', startedAt: 110, endedAt: 120 },
] as const;

async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise(setImmediate);
  return done;
}

test('a request waits until the streams beside it have come as far as they had', async () => {
  const timeline = new Timeline(steps);
  expect(await isDone(timeline.besides(0))).toBe(true);
  const second = timeline.besides(30);
  expect(await isDone(second)).toBe(false);
  timeline.reached(0, 25);
  expect(await isDone(second)).toBe(false);
  timeline.reached(0, 40);
  expect(await isDone(second)).toBe(true);
  const last = timeline.besides(110);
  expect(await isDone(last)).toBe(false);
  timeline.ended(0);
  expect(await isDone(last)).toBe(true);
});

test('a stream waits for what was over by then, and for what had begun only to be sent', async () => {
  const timeline = new Timeline(steps);
  const afterFirst = timeline.others(25, 0);
  timeline.sent(1);
  expect(await isDone(afterFirst)).toBe(false);
  timeline.ended(1);
  expect(await isDone(afterFirst)).toBe(true);
  const duringSecond = timeline.others(40, 0);
  expect(await isDone(duringSecond)).toBe(false);
  timeline.sent(2);
  expect(await isDone(duringSecond)).toBe(true);
});

test('what may have been before or after is waited for a moment only', async () => {
  const timeline = new Timeline(steps);
  timeline.reached(0, 29);
  const second = timeline.besides(30);
  expect(await isDone(second)).toBe(false);
  await second;
  timeline.sent(1);
  await timeline.others(21, 0);
});

test('when the run stops nobody waits any more', async () => {
  const timeline = new Timeline(steps);
  const waiting = timeline.besides(30);
  timeline.stop();
  expect(await isDone(waiting)).toBe(true);
  expect(await isDone(timeline.others(90, 0))).toBe(true);
});
