import { expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';

test('the wall clock is in milliseconds since the epoch and the monotonic one never steps back', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
  const first = systemClock.monotonicMs();
  expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(first);
});
