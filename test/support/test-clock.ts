import type { FaultClock } from '../../src/proxy/fault-clock.ts';

export interface TestClock extends FaultClock {
  /** Goes on by so much; what is due by then happens, in order. */
  readonly advance: (ms: number) => void;
  /** Resolves once somebody waits for a time that has not come. */
  readonly awaited: () => Promise<void>;
  /** Goes on to whatever is waited for, until `done` has. */
  readonly run: (done: Promise<unknown>) => Promise<void>;
  readonly waiting: () => number;
}

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** A clock that stands still until it is moved. */
export function testClock(): TestClock {
  let nowMs = 1000;
  const timers = new Set<Timer>();
  let wake = Promise.withResolvers<void>();
  const next = (): Timer | undefined => [...timers].toSorted((a, b) => a.atMs - b.atMs)[0];
  const advance = (ms: number): void => {
    const untilMs = nowMs + ms;
    for (let timer = next(); timer && timer.atMs <= untilMs; timer = next()) {
      timers.delete(timer);
      nowMs = timer.atMs;
      timer.run();
    }
    nowMs = untilMs;
  };
  const awaited = (): Promise<void> => (timers.size > 0 ? Promise.resolve() : wake.promise);
  return {
    nowMs: () => nowMs,
    after: (ms, run) => {
      const timer = { atMs: nowMs + ms, run };
      timers.add(timer);
      wake.resolve();
      wake = Promise.withResolvers();
      return () => void timers.delete(timer);
    },
    advance,
    awaited,
    run: async (done) => {
      const ended = done.then(() => 'done' as const);
      while ((await Promise.race([ended, awaited()])) !== 'done') {
        const timer = next();
        if (timer) advance(timer.atMs - nowMs);
      }
    },
    waiting: () => timers.size,
  };
}
