import type { Decision } from '../model/decision.ts';
import type { Outcome } from '../model/exchange.ts';
import type { Baseline, Rename } from '../model/run.ts';
import type { Session, SessionTarget } from '../model/session.ts';

export interface SessionRow {
  readonly id: number;
  readonly name: string;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly targets: string;
  readonly tool_version: string;
  readonly git_commit: string | null;
  readonly tags: string;
  readonly incomplete: string | null;
  readonly redacted: number;
  readonly index_version: string | null;
  readonly exchange_count: number;
}

export function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    name: row.name,
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    targets: JSON.parse(row.targets) as SessionTarget[],
    toolVersion: row.tool_version,
    ...(row.git_commit === null ? {} : { gitCommit: row.git_commit }),
    tags: JSON.parse(row.tags) as Record<string, string>,
    ...(row.incomplete === null ? {} : { incomplete: row.incomplete }),
    redacted: row.redacted === 1,
    ...(row.index_version === null ? {} : { indexVersion: row.index_version }),
    exchangeCount: row.exchange_count,
  };
}

export interface BaselineRow {
  readonly version: number;
  readonly outcome: string;
  readonly captured_at: number;
  readonly renames: string;
  readonly accepted_at: number | null;
  readonly author: string | null;
  readonly note: string | null;
  readonly run: string | null;
}

export function toBaseline(row: BaselineRow): Baseline {
  const { talk, ...outcome } = JSON.parse(row.outcome) as Outcome & Pick<Baseline, 'talk'>;
  return {
    version: row.version,
    outcome,
    ...(talk && { talk }),
    capturedAt: row.captured_at,
    renames: JSON.parse(row.renames) as Rename[],
    ...(row.accepted_at === null ? {} : { acceptedAt: row.accepted_at }),
    ...(row.author === null ? {} : { author: row.author }),
    ...(row.note === null ? {} : { note: row.note }),
    ...(row.run === null ? {} : { run: row.run }),
  };
}

export interface DecisionRow {
  readonly id: number;
  readonly exchange_id: number;
  readonly action: Decision['action'];
  readonly difference: string | null;
  readonly baseline_version: number | null;
  readonly author: string;
  readonly note: string | null;
  readonly run: string | null;
  readonly at: number;
}

export function toDecision(row: DecisionRow): Decision {
  return {
    id: row.id,
    exchangeId: row.exchange_id,
    action: row.action,
    ...(row.difference === null ? {} : { difference: row.difference }),
    ...(row.baseline_version === null ? {} : { baselineVersion: row.baseline_version }),
    author: row.author,
    ...(row.note === null ? {} : { note: row.note }),
    ...(row.run === null ? {} : { run: row.run }),
    at: row.at,
  };
}
