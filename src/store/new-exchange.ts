import type { Outcome, RequestFacts } from '../model/exchange.ts';

/** What is known when a request head has arrived. */
export interface RunningExchange {
  readonly sessionId: number;
  /** Place by arrival, from 0. Gaps are closed when the session ends. */
  readonly position: number;
  /** Writes that arrived before it in the session. */
  readonly epoch: number;
  readonly targetName: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly request: RequestFacts;
  /** 16 bytes, hex. */
  readonly requestKey: string;
  readonly slots: readonly string[];
}

/** What is known when it has ended. `request`, `requestKey` and `slots` replace what was stored while it ran. */
export interface EndedExchange {
  readonly firstByteMs?: number;
  readonly durationMs: number;
  readonly request?: RequestFacts;
  readonly requestKey?: string;
  readonly slots?: readonly string[];
  readonly outcome: Outcome;
}

export type NewExchange = RunningExchange & EndedExchange;
