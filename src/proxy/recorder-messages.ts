import type { ErrorCode } from '../base/errors.ts';
import type { ExchangeSummary } from '../model/exchange.ts';
import type { NewSession, SessionTarget } from '../model/session.ts';
import type { Batch } from './frame-queue.ts';

/** Which session is written. */
export type SessionPlan =
  | { readonly mode: 'append'; readonly session: string | undefined }
  /** Recorded beside the old one, which it replaces at a clean stop with at least one exchange. */
  | { readonly mode: 'rewrite'; readonly session: string | undefined };

/**
 * May a rewrite take the old session's place, or is it thrown away (`keep-old`)? `discard` throws a session away that
 * has no old one, too.
 */
export type RewriteEnd = 'swap' | 'keep-old' | 'discard';

/** What the worker is born with. */
export interface WorkerOptions {
  readonly cassettePath: string;
  readonly plan: SessionPlan;
  readonly session: Omit<NewSession, 'name'>;
  /** Undefined: traffic is stored as it is. */
  readonly redactionKey: Uint8Array | undefined;
  /** Bytes kept of each body and of each message of a conversation; all by default. */
  readonly maxBodyBytes?: number;
}

export type ToWorker =
  | ({ readonly kind: 'batch' } & Batch)
  /** The session has one more; told before its first exchange. */
  | { readonly kind: 'target'; readonly target: SessionTarget }
  /** Something is noted with the session. */
  | { readonly kind: 'tag'; readonly name: string; readonly value: string }
  /** Summaries of stored exchanges are wanted, or no longer. */
  | { readonly kind: 'watch'; readonly watchers: number }
  | {
      readonly kind: 'stop';
      readonly endedAt: number;
      /** Why not every exchange could be captured. */
      readonly incomplete: string | undefined;
      readonly rewrite: RewriteEnd;
    };

export type FromWorker =
  | { readonly kind: 'ready'; readonly session: string }
  | { readonly kind: 'refused'; readonly error: PlainError }
  | StoredReport
  | { readonly kind: 'stopped'; readonly result: StopResult };

/** An AppError as data, since classes do not cross threads. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

/** Batches that have been dealt with, for good or ill. */
export interface StoredReport {
  readonly kind: 'stored';
  /** Of the last batch of the group. */
  readonly sequence: number;
  /** The group's slabs, given back. */
  readonly slabs: readonly ArrayBuffer[];
  readonly storedCount: number;
  readonly lostCount: number;
  /** Why exchanges were lost. */
  readonly problem: string | undefined;
  /** Something a person should know about what was stored. */
  readonly notes: readonly string[];
  /** Empty unless watched. */
  readonly summaries: readonly ExchangeSummary[];
}

export interface StopResult {
  readonly session: string;
  readonly exchangeCount: number;
  /** `kept`: a rewrite of nothing leaves the old session; `none`: an empty new session is not kept. */
  readonly outcome: 'written' | 'old-kept' | 'none';
  readonly problem: string | undefined;
}
