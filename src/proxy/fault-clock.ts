/** Time as faults see it, so that tests need not wait. */
export interface FaultClock {
  /** Never goes back. */
  readonly nowMs: () => number;
  /** Calls back once, after so long; the returned function calls it off. */
  readonly after: (ms: number, run: () => void) => () => void;
}

export const systemClock: FaultClock = {
  nowMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
