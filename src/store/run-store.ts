import { AppError, problemOf } from '../base/errors.ts';
import type { Check, FreshOutcome, ReviewEvent, Run, VerdictCounts } from '../model/run.ts';
import { encodeTalk, type TalkMessage } from '../model/talk.ts';
import type { Verdict } from '../model/verdict.ts';
import { Bodies } from './bodies.ts';
import { Connection, sqliteCode } from './connection.ts';
import { migrate } from './migrate.ts';
import { ensureRetakeFolder, runsFile } from './retake-folder.ts';
import { type CheckRow, type ReviewEventRow, type RunRow, toCheck, toReviewEvent, toRun } from './run-rows.ts';
import { runStoreApplicationId, runStoreSteps } from './run-schema.ts';

export type NewRun = Pick<
  Run,
  'cassettePath' | 'cassette' | 'session' | 'target' | 'startedAt' | 'toolVersion' | 'gitCommit'
>;
/** Causes are known when the run has ended. */
export type NewCheck = Omit<Check, 'id' | 'runId' | 'cause'>;
export type NewReviewEvent = Omit<ReviewEvent, 'id' | 'batch'>;

/** A fresh response, to be stored with what it said. */
export interface FreshAnswer {
  readonly fresh: Omit<FreshOutcome, 'talk'>;
  readonly body: Buffer;
  /** What was said after a switch to WebSocket. */
  readonly messages?: readonly TalkMessage[];
}

/** `retake test` commits check by check while the UI reads and adds review events. */
const busyTimeoutMs = 5000;

const runColumns =
  'id, cassette_path, cassette, session, target, started_at, ended_at, verdict, tool_version, git_commit';

const checkColumns =
  'id, run_id, address, position, method, target, verdict, note, duration_ms, differences, baseline_version, template, cause';

/** Runs, their fresh responses and draft reviews of one checkout: `.retake/runs.sqlite`. Several processes may use it. */
export class RunStore {
  readonly #connection: Connection;
  readonly #bodies: Bodies;
  readonly path: string;

  private constructor(file: string, connection: Connection) {
    this.path = file;
    this.#connection = connection;
    this.#bodies = new Bodies(connection, file);
  }

  /** Opens or makes the store under a folder; RUN_STORE_UNUSABLE. */
  static open(folder: string): RunStore {
    const file = runsFile(folder);
    const explain = (thrown: unknown): unknown => {
      if (thrown instanceof AppError) return thrown;
      return sqliteCode(thrown) === undefined ? thrown : unusable(file, problemOf(thrown), thrown);
    };
    try {
      ensureRetakeFolder(folder);
    } catch (thrown) {
      throw unusable(file, problemOf(thrown), thrown);
    }
    const connection = new Connection(file, { access: 'write', busyTimeoutMs, explain });
    try {
      connection.pragma('journal_mode = WAL');
      // Runs can be made again: losing the last one in a power cut is no harm, and NORMAL never corrupts.
      connection.pragma('synchronous = NORMAL');
      connection.transaction(() => prepare(connection, file));
      return new RunStore(file, connection);
    } catch (thrown) {
      connection.close();
      throw thrown;
    }
  }

  beginRun(run: NewRun): number {
    return this.#connection.run(
      `INSERT INTO runs (cassette_path, cassette, session, target, started_at, tool_version, git_commit)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      run.cassettePath,
      run.cassette,
      run.session,
      run.target,
      Math.round(run.startedAt),
      run.toolVersion,
      run.gitCommit ?? null,
    ).id;
  }

  /** Stores a check with its fresh response, if there is one. Returns its id. */
  addCheck(runId: number, check: NewCheck, answer?: FreshAnswer): number {
    return this.#connection.transaction(() => {
      const fresh = answer && this.#putAnswer(answer);
      return this.#connection.run(
        `INSERT INTO checks (run_id, address, position, method, target, verdict, note, duration_ms, differences,
           baseline_version, template, fresh)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        runId,
        check.address,
        check.position,
        check.method,
        check.target,
        check.verdict,
        check.note ?? null,
        check.durationMs,
        JSON.stringify(check.differences),
        check.baselineVersion,
        check.template,
        fresh ? JSON.stringify(fresh) : null,
      ).id;
    });
  }

  /** Keeps what follows from what: check id → address of its cause. */
  setCauses(causes: ReadonlyMap<number, string>): void {
    this.#connection.transaction(() => {
      for (const [id, cause] of causes) this.#connection.run('UPDATE checks SET cause = ? WHERE id = ?', cause, id);
    });
  }

  finishRun(runId: number, verdict: NonNullable<Run['verdict']>, endedAt: number = Date.now()): void {
    this.#connection.run('UPDATE runs SET verdict = ?, ended_at = ? WHERE id = ?', verdict, Math.round(endedAt), runId);
  }

  /** Newest first. */
  runs(limit: number): Run[] {
    return this.#connection
      .all<RunRow>(`SELECT ${runColumns} FROM runs ORDER BY id DESC LIMIT ?`, limit)
      .map((row) => this.#toRun(row));
  }

  run(id: number): Run | undefined {
    const row = this.#connection.get<RunRow>(`SELECT ${runColumns} FROM runs WHERE id = ?`, id);
    return row && this.#toRun(row);
  }

  latestRun(): Run | undefined {
    return this.runs(1)[0];
  }

  /** In order of position. */
  checks(runId: number): Check[] {
    return this.#connection
      .all<CheckRow>(`SELECT ${checkColumns} FROM checks WHERE run_id = ? ORDER BY position, id`, runId)
      .map(toCheck);
  }

  check(id: number): Check | undefined {
    const row = this.#connection.get<CheckRow>(`SELECT ${checkColumns} FROM checks WHERE id = ?`, id);
    return row && toCheck(row);
  }

  /** The fresh response of a check; undefined when there was none. */
  fresh(checkId: number): FreshOutcome | undefined {
    const row = this.#connection.get<{ fresh: string | null }>('SELECT fresh FROM checks WHERE id = ?', checkId);
    return row?.fresh ? (JSON.parse(row.fresh) as FreshOutcome) : undefined;
  }

  body(sha256: string): Buffer {
    return this.#bodies.get(sha256);
  }

  addReviewEvent(event: NewReviewEvent): number {
    return this.#insertEvent(event, undefined);
  }

  /** One decision on several checks or differences: all of them or none, to be undone together. */
  addReviewEvents(events: readonly NewReviewEvent[]): void {
    this.#connection.transaction(() => {
      let batch: number | undefined;
      for (const event of events) {
        const id = this.#insertEvent(event, batch);
        batch ??= id;
      }
    });
  }

  /** Oldest first. */
  reviewEvents(runId: number): ReviewEvent[] {
    return this.#connection
      .all<ReviewEventRow>('SELECT * FROM review_events WHERE run_id = ? ORDER BY id', runId)
      .map(toReviewEvent);
  }

  close(): void {
    this.#connection.close();
  }

  #putAnswer({ fresh, body, messages }: FreshAnswer): FreshOutcome {
    this.#bodies.put(body);
    if (!messages) return fresh;
    const { sizeBytes, sha256 } = this.#bodies.put(encodeTalk(messages));
    return { ...fresh, talk: { sizeBytes, sha256, count: messages.length } };
  }

  #insertEvent(event: NewReviewEvent, batch: number | undefined): number {
    return this.#connection.run(
      `INSERT INTO review_events (run_id, check_id, difference, action, batch, undoes, note, author, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      event.runId,
      event.checkId,
      event.difference ?? null,
      event.action,
      batch ?? null,
      event.undoes ?? null,
      event.note ?? null,
      event.author,
      Math.round(event.at),
    ).id;
  }

  #toRun(row: RunRow): Run {
    const counts: Record<Verdict, number> = { ...noVerdicts };
    let checkCount = 0;
    for (const { verdict, count } of this.#connection.all<{ verdict: Verdict; count: number }>(
      'SELECT verdict, count(*) AS count FROM checks WHERE run_id = ? GROUP BY verdict',
      row.id,
    )) {
      counts[verdict] = count;
      checkCount += count;
    }
    return toRun(row, counts, checkCount);
  }
}

const noVerdicts: VerdictCounts = {
  same: 0,
  equivalent: 0,
  added: 0,
  changed: 0,
  broken: 0,
  missing: 0,
  unexpected: 0,
  failed: 0,
};

function unusable(file: string, problem: string, cause?: unknown): AppError {
  return new AppError('RUN_STORE_UNUSABLE', { path: file, problem }, cause);
}

/** Makes the tables of a new store, refuses what is none or newer, brings an older one up to date. */
function prepare(connection: Connection, file: string): void {
  const version = connection.pragma('user_version') as number;
  const applicationId = connection.pragma('application_id') as number;
  const isEmpty = connection.get<{ count: number }>('SELECT count(*) AS count FROM sqlite_schema')!.count === 0;
  if (applicationId !== runStoreApplicationId && !isEmpty) throw unusable(file, 'it is a file of another program');
  if (version > runStoreSteps.length) {
    throw unusable(file, `it has format ${version}, this Retake knows formats up to ${runStoreSteps.length}`);
  }
  migrate(connection, { applicationId: runStoreApplicationId, steps: runStoreSteps }, isEmpty ? 0 : version);
}
