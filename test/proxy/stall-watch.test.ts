import { expect, test } from 'vitest';
import { StallWatch } from '../../src/proxy/stall-watch.ts';

/** Resolves when a watch with this limit has found a stall; `watch` begins it in whatever way. */
function stalled(limitMs: number, watch: (one: StallWatch) => void): Promise<string> {
  return new Promise((resolve) => watch(new StallWatch(limitMs, () => resolve('stalled'))));
}

/** Another watch of the same limit, begun later, ends after it. */
const later = async (limitMs: number): Promise<string> => {
  await stalled(limitMs, (one) => one.begin());
  return stalled(limitMs, (one) => one.begin()).then(() => 'nothing');
};

test('a peer that does nothing in its time has stalled', async () => {
  expect(await Promise.race([stalled(20, (one) => one.begin()), later(40)])).toBe('stalled');
});

test('a peer whose turn has ended has not', async () => {
  const watched = stalled(5, (one) => {
    one.begin();
    one.rest();
  });
  expect(await Promise.race([watched, later(20)])).toBe('nothing');
});

test('every sign of life begins the time anew', async () => {
  let signs = 0;
  let found = 0;
  await stalled(60, (one) => {
    const startedAt = performance.now();
    one.begin();
    const timer = setInterval(() => {
      signs += 1;
      if (signs < 5) one.begin();
      else clearInterval(timer);
    }, 20);
    found = startedAt;
  });
  expect(performance.now() - found).toBeGreaterThan(4 * 20 + 50);
});

test.for([0, Number.POSITIVE_INFINITY])('a limit of %d never ends', async (limitMs) => {
  expect(await Promise.race([stalled(limitMs, (one) => one.begin()), later(10)])).toBe('nothing');
});

test('does not keep the process alive', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const watch = new StallWatch(60_000, () => {});
  watch.begin();
  expect(timers()).toBe(before);
  watch.rest();
});
