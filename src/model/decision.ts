import type { ReviewAction } from './run.ts';

/** What a finished review said about one exchange, kept in the cassette for good. */
export interface Decision {
  readonly id: number;
  /** Row id of the exchange inside its cassette. */
  readonly exchangeId: number;
  readonly action: Exclude<ReviewAction, 'undo'>;
  /** One difference of the check (`part:path`), or undefined for the whole exchange. */
  readonly difference?: string;
  /** The baseline an accept made. */
  readonly baselineVersion?: number;
  readonly author: string;
  readonly note?: string;
  /** Name of the run that was judged. */
  readonly run?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type NewDecision = Omit<Decision, 'id'>;
