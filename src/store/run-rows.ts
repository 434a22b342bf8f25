import { pathTemplate } from '../model/path-template.ts';
import type { Check, ReviewEvent, Run, VerdictCounts } from '../model/run.ts';
import type { Difference, Verdict } from '../model/verdict.ts';

export interface RunRow {
  readonly id: number;
  readonly cassette_path: string;
  readonly cassette: string;
  readonly session: string;
  readonly target: string;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly verdict: NonNullable<Run['verdict']> | null;
  readonly tool_version: string;
  readonly git_commit: string | null;
}

export function toRun(row: RunRow, counts: VerdictCounts, checkCount: number): Run {
  return {
    id: row.id,
    cassettePath: row.cassette_path,
    cassette: row.cassette,
    session: row.session,
    target: row.target,
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.verdict === null ? {} : { verdict: row.verdict }),
    counts,
    checkCount,
    toolVersion: row.tool_version,
    ...(row.git_commit === null ? {} : { gitCommit: row.git_commit }),
  };
}

export interface CheckRow {
  readonly id: number;
  readonly run_id: number;
  readonly address: string;
  readonly position: number;
  readonly method: string;
  readonly target: string;
  readonly verdict: Verdict;
  readonly note: string | null;
  readonly duration_ms: number;
  readonly differences: string;
  readonly baseline_version: number;
  /** Null in checks of format 1. */
  readonly template: string | null;
  readonly cause: string | null;
}

export function toCheck(row: CheckRow): Check {
  return {
    id: row.id,
    runId: row.run_id,
    address: row.address,
    position: row.position,
    method: row.method,
    target: row.target,
    template: row.template ?? pathTemplate(row.target),
    verdict: row.verdict,
    ...(row.note === null ? {} : { note: row.note }),
    durationMs: row.duration_ms,
    differences: JSON.parse(row.differences) as Difference[],
    baselineVersion: row.baseline_version,
    ...(row.cause === null ? {} : { cause: row.cause }),
  };
}

export interface ReviewEventRow {
  readonly id: number;
  readonly run_id: number;
  readonly check_id: number;
  readonly difference: string | null;
  readonly action: ReviewEvent['action'];
  readonly batch: number | null;
  readonly undoes: number | null;
  readonly note: string | null;
  readonly author: string;
  readonly at: number;
}

export function toReviewEvent(row: ReviewEventRow): ReviewEvent {
  return {
    id: row.id,
    runId: row.run_id,
    checkId: row.check_id,
    ...(row.difference === null ? {} : { difference: row.difference }),
    action: row.action,
    ...(row.batch === null ? {} : { batch: row.batch }),
    ...(row.undoes === null ? {} : { undoes: row.undoes }),
    ...(row.note === null ? {} : { note: row.note }),
    author: row.author,
    at: row.at,
  };
}
