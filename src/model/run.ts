import type { Outcome } from './exchange.ts';
import type { TalkFacts } from './talk.ts';
import type { Difference, Verdict } from './verdict.ts';

/** One exchange of a session, sent again and judged. */
export interface Check {
  /** Row id inside the run store. */
  readonly id: number;
  readonly runId: number;
  /** `cassette:session/position` with the cassette as named on the command line. */
  readonly address: string;
  readonly position: number;
  readonly method: string;
  readonly target: string;
  /** What the request is an example of: `/orders/{id}`, of GraphQL with its operation (`/graphql query Orders`). */
  readonly template: string;
  readonly verdict: Verdict;
  /** Why there is no response to judge, for `missing` and `failed`. */
  readonly note?: string;
  readonly durationMs: number;
  readonly differences: readonly Difference[];
  /** Version of the baseline it was judged against: 1 is the recording. */
  readonly baselineVersion: number;
  /** Address of the check of this run that this one follows from: the first divergence of its chain. */
  readonly cause?: string;
}

export type VerdictCounts = Readonly<Record<Verdict, number>>;

export interface Run {
  readonly id: number;
  /** Absolute path of the cassette. */
  readonly cassettePath: string;
  /** As named by the person: used in addresses. */
  readonly cassette: string;
  readonly session: string;
  readonly target: string;
  readonly startedAt: number;
  /** Undefined while it runs, and for ever if it was interrupted. */
  readonly endedAt?: number;
  readonly verdict?: 'passed' | 'failed' | 'interrupted';
  readonly counts: VerdictCounts;
  readonly checkCount: number;
  readonly toolVersion: string;
  readonly gitCommit?: string;
}

/**
 * Recorded value → value in a run. A value that says nothing by itself (`17`) is followed by the kinds of things it is
 * the identifier of: order 17 and customer 17 are renamed apart.
 */
export type Rename = readonly [recorded: string, fresh: string, ...kinds: string[]];

/** A fresh response as the run store keeps it: redacted, with the renaming in force when it was judged. */
export interface FreshOutcome {
  readonly outcome: Outcome;
  readonly startedAt: number;
  readonly renames: readonly Rename[];
  /** What was said after a switch to WebSocket. */
  readonly talk?: TalkFacts;
}

/** The response accepted as right. Version 1 is the recording itself; later ones were accepted from a run. */
export interface Baseline {
  readonly version: number;
  readonly outcome: Outcome;
  /** When the outcome was captured: the clock its timestamps belong to. */
  readonly capturedAt: number;
  readonly renames: readonly Rename[];
  /** Of a conversation accepted from a run; that of the recording stands in its events. */
  readonly talk?: TalkFacts;
  readonly acceptedAt?: number;
  readonly author?: string;
  readonly note?: string;
  readonly run?: string;
}

export type ReviewAction = 'accept' | 'reject' | 'undo';

/** One step of a review, append-only. The state of a review is a fold over these. */
export interface ReviewEvent {
  readonly id: number;
  readonly runId: number;
  readonly checkId: number;
  /** One difference of the check (`part:path`), or undefined for the whole check. */
  readonly difference?: string;
  readonly action: ReviewAction;
  /** The first of several events that were one decision, such as that on a cluster: an undo takes all of them back. */
  readonly batch?: number;
  /** For `undo`: the event taken back. */
  readonly undoes?: number;
  readonly note?: string;
  readonly author: string;
  readonly at: number;
}
