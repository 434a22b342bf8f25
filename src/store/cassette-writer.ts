import { AppError } from '../base/errors.ts';
import type { CalibrationEvidence, NewCompareRule } from '../model/compare-rule.ts';
import type { NewDecision } from '../model/decision.ts';
import { type BodyFacts, type Outcome, responseOf } from '../model/exchange.ts';
import type { RedactedSlot, ValueFlow } from '../model/flow.ts';
import type { Baseline } from '../model/run.ts';
import type { NewMatchRule } from '../model/stored-match-rule.ts';
import type { NewSession, SessionTarget } from '../model/session.ts';
import type { StreamEvent } from '../model/stream-event.ts';
import { Bodies, type BodySink } from './bodies.ts';
import { CassetteReads } from './cassette-reads.ts';
import type { Connection } from './connection.ts';
import { insertEvents } from './event-rows.ts';
import {
  outcomeColumns,
  outcomeValues,
  placeColumns,
  placeValues,
  requestColumns,
  requestValues,
} from './exchange-columns.ts';
import { deleteCompareRule, insertCompareRule, updateEvidence } from './compare-rule-rows.ts';
import { deleteMatchRule, insertMatchRule } from './match-rule-rows.ts';
import type { EndedExchange, NewExchange, RunningExchange } from './new-exchange.ts';
import { closeAfterWriting, openForWriting, type WritingOptions } from './open-for-writing.ts';
import { type IndexedRecording, writeReplayIndex } from './replay-index.ts';
import { cassetteSteps } from './schema.ts';
import { closeGaps, deleteUnusedBodies } from './session-upkeep.ts';
import { swapSession } from './swap-session.ts';

export type NewBaseline = Omit<Baseline, 'version'>;

const placeholders = (columns: readonly string[]): string => columns.map(() => '?').join(', ');

const runningColumns = [...placeColumns, ...requestColumns];
const insertRunningSql = `INSERT INTO exchanges (${runningColumns.join(', ')}, outcome)
  VALUES (${placeholders(runningColumns)}, 'running')`;
const completeColumns = [...runningColumns, ...outcomeColumns];
const insertCompleteSql = `INSERT INTO exchanges (${completeColumns.join(', ')})
  VALUES (${placeholders(completeColumns)})`;
const finishSql = `UPDATE exchanges SET ${outcomeColumns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`;
const finalRequestSql = `UPDATE exchanges SET ${requestColumns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`;

/** The one writer of a cassette. Every commit is on the disk when it returns (WAL, synchronous FULL). */
export class CassetteWriter {
  readonly #connection: Connection;
  readonly #bodies: Bodies;
  readonly #reads: CassetteReads;
  readonly path: string;
  #isClosed = false;

  private constructor(path: string, connection: Connection) {
    this.path = path;
    this.#connection = connection;
    this.#bodies = new Bodies(connection, path);
    this.#reads = new CassetteReads(connection, path);
  }

  /**
   * Opens a cassette for writing and takes the writer lock. What a crash left is finished first: running exchanges
   * become failures `interrupted`, their sessions end. CASSETTE_MISSING (`never`), CASSETTE_LOCKED, CASSETTE_UNWRITABLE
   * and what CassetteReader.open throws; then the file is as it was.
   */
  static open(path: string, options: WritingOptions): CassetteWriter {
    return new CassetteWriter(path, openForWriting(path, options, cassetteSteps));
  }

  /** Runs `work` in one transaction; durable when it returns, undone when it throws. */
  transaction<T>(work: () => T): T {
    return this.#connection.transaction(work);
  }

  /** Reads on the writer's own connection, uncommitted rows included. */
  reader(): CassetteReads {
    return this.#reads;
  }

  /** Returns the session's id; SESSION_EXISTS. */
  beginSession(session: NewSession): number {
    if (this.#connection.get('SELECT 1 FROM sessions WHERE name = ?', session.name)) {
      throw new AppError('SESSION_EXISTS', { session: session.name, path: this.path });
    }
    return this.#connection.run(
      `INSERT INTO sessions (name, started_at, targets, tool_version, git_commit, tags, redacted)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      session.name,
      Math.round(session.startedAt),
      JSON.stringify(session.targets),
      session.toolVersion,
      session.gitCommit ?? null,
      JSON.stringify(session.tags),
      session.redacted ? 1 : 0,
    ).id;
  }

  /** For a session whose servers become known while it is recorded. */
  setTargets(sessionId: number, targets: readonly SessionTarget[]): void {
    this.#connection.run('UPDATE sessions SET targets = ? WHERE id = ?', JSON.stringify(targets), sessionId);
  }

  setTags(sessionId: number, tags: Readonly<Record<string, string>>): void {
    this.#connection.run('UPDATE sessions SET tags = ? WHERE id = ?', JSON.stringify(tags), sessionId);
  }

  /** An exchange that has already ended. Returns its row id. */
  insertExchange(exchange: NewExchange): number {
    return this.#connection.run(
      insertCompleteSql,
      ...placeValues(exchange),
      ...requestValues(exchange.request, exchange),
      ...outcomeValues(exchange),
    ).id;
  }

  /** An exchange that still runs: visible to readers, and `interrupted` if nothing ends it. */
  insertRunning(exchange: RunningExchange): number {
    return this.#connection.run(
      insertRunningSql,
      ...placeValues(exchange),
      ...requestValues(exchange.request, exchange),
    ).id;
  }

  finishExchange(id: number, ended: EndedExchange): void {
    const { request, requestKey, slots } = ended;
    if (request || requestKey !== undefined || slots) {
      const stored = this.#reads.exchangeById(id);
      if (!stored) return;
      const match = { requestKey: requestKey ?? stored.requestKey, slots: slots ?? stored.slots };
      this.#connection.run(finalRequestSql, ...requestValues(request ?? stored.request, match), id);
    }
    this.#connection.run(finishSql, ...outcomeValues(ended), id);
  }

  /** Takes an exchange out again; its position stays empty until the session ends. */
  dropExchange(id: number): void {
    this.#connection.run(
      `DELETE FROM redacted_slots
       WHERE (session_id, position) IN (SELECT session_id, position FROM exchanges WHERE id = ?)`,
      id,
    );
    this.#connection.run('DELETE FROM exchanges WHERE id = ?', id);
  }

  putBody(bytes: Buffer): BodyFacts {
    return this.#bodies.put(bytes);
  }

  openBody(): BodySink {
    return this.#bodies.open();
  }

  /** Deletes a part of the large bodies that were abandoned or turned out to be there already; true while there may be more. */
  sweepBodies(): boolean {
    return this.#bodies.sweep();
  }

  addFlows(sessionId: number, flows: readonly ValueFlow[]): void {
    for (const flow of flows) {
      this.#connection.run(
        `INSERT INTO flows (session_id, from_position, from_place, to_position, to_place, prefix, suffix, value, evidence)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        sessionId,
        flow.from,
        flow.fromPlace,
        flow.to,
        flow.toPlace,
        flow.prefix,
        flow.suffix,
        flow.value,
        flow.evidence,
      );
    }
  }

  /** Takes one flow out; false when there is none such. */
  removeFlow(sessionId: number, { from, fromPlace, to, toPlace, prefix }: ValueFlow): boolean {
    const ends =
      'session_id = ? AND from_position = ? AND from_place = ? AND to_position = ? AND to_place = ? AND prefix = ?';
    const row = [sessionId, from, fromPlace, to, toPlace, prefix];
    if (!this.#connection.get(`SELECT 1 FROM flows WHERE ${ends}`, ...row)) return false;
    this.#connection.run(`DELETE FROM flows WHERE rowid = (SELECT min(rowid) FROM flows WHERE ${ends})`, ...row);
    return true;
  }

  addRedactedSlots(sessionId: number, slots: readonly RedactedSlot[]): void {
    for (const slot of slots) {
      this.#connection.run(
        `INSERT INTO redacted_slots (session_id, position, side, place, rule, name, pseudonym)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        sessionId,
        slot.position,
        slot.side,
        slot.place,
        slot.rule,
        slot.name,
        slot.pseudonym,
      );
    }
  }

  /** What passed while an exchange went on; may be called again with what came later. Payloads must have been put. */
  addStreamEvents(exchangeId: number, events: readonly StreamEvent[]): void {
    insertEvents(this.#connection, exchangeId, events);
  }

  /** Keeps the index of a session that was made under `version`. */
  writeIndex(sessionId: number, version: string, recordings: Iterable<IndexedRecording>): void {
    this.#connection.transaction(() => {
      writeReplayIndex(this.#connection, sessionId, recordings);
      this.#connection.run('UPDATE sessions SET index_version = ? WHERE id = ?', version, sessionId);
    });
  }

  /** Ends a session: positions become gapless, and epochs are counted again if something was dropped. */
  finishSession(sessionId: number, end: { readonly endedAt: number; readonly incomplete?: string }): void {
    this.#connection.transaction(() => {
      closeGaps(this.#connection, sessionId);
      this.#connection.run(
        'UPDATE sessions SET ended_at = ?, incomplete = ? WHERE id = ?',
        Math.round(end.endedAt),
        end.incomplete ?? null,
        sessionId,
      );
    });
  }

  /** Puts a new recording in the place of the session `oldName`; what did not change keeps its old rows. SESSION_MISSING. */
  swapSession(oldName: string, newSessionId: number): void {
    this.#connection.transaction(() => {
      swapSession(this.#connection, this.#reads.session(oldName), newSessionId);
      deleteUnusedBodies(this.#connection);
    });
  }

  /** Takes a session out with everything only it needs. */
  deleteSession(sessionId: number): void {
    this.#connection.transaction(() => {
      this.#connection.run('DELETE FROM sessions WHERE id = ?', sessionId);
      deleteUnusedBodies(this.#connection);
    });
  }

  /** Makes an outcome the newest baseline of an exchange; its body must have been put. Returns the version, from 2. */
  acceptBaseline(exchangeId: number, baseline: NewBaseline): number {
    const last = this.#connection.get<{ version: number | null }>(
      'SELECT max(version) AS version FROM baselines WHERE exchange_id = ?',
      exchangeId,
    );
    const version = (last?.version ?? 1) + 1;
    this.#connection.run(
      `INSERT INTO baselines (exchange_id, version, outcome, body_sha256, captured_at, renames, accepted_at, author, note, run)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      exchangeId,
      version,
      JSON.stringify({ ...baseline.outcome, ...(baseline.talk && { talk: baseline.talk }) }),
      // Of a switch there is no body: what was said then is kept under its name.
      bodyOf(baseline.outcome) ?? (baseline.talk ? Buffer.from(baseline.talk.sha256, 'hex') : null),
      Math.round(baseline.capturedAt),
      JSON.stringify(baseline.renames),
      baseline.acceptedAt === undefined ? null : Math.round(baseline.acceptedAt),
      baseline.author ?? null,
      baseline.note ?? null,
      baseline.run ?? null,
    );
    return version;
  }

  /** Keeps what a finished review said. Returns the decision's id. */
  addDecision(decision: NewDecision): number {
    return this.#connection.run(
      `INSERT INTO decisions (exchange_id, action, difference, baseline_version, author, note, run, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      decision.exchangeId,
      decision.action,
      decision.difference ?? null,
      decision.baselineVersion ?? null,
      decision.author,
      decision.note ?? null,
      decision.run ?? null,
      Math.round(decision.at),
    ).id;
  }

  /** Returns the rule's number. */
  addMatchRule(rule: NewMatchRule): number {
    return insertMatchRule(this.#connection, rule);
  }

  /** False when there is no match rule of that number. */
  removeMatchRule(id: number): boolean {
    return deleteMatchRule(this.#connection, id);
  }

  /** Returns the rule's number. The index of replay does not depend on rules of this kind. */
  addCompareRule(rule: NewCompareRule): number {
    return insertCompareRule(this.#connection, rule);
  }

  /** Gives a learned rule what calibration has seen since. False when there is no compare rule of that number. */
  setEvidence(id: number, evidence: CalibrationEvidence): boolean {
    return updateEvidence(this.#connection, id, evidence);
  }

  /** False when there is no compare rule of that number. */
  removeCompareRule(id: number): boolean {
    return deleteCompareRule(this.#connection, id);
  }

  /** Gives the lock back and leaves exactly one file. A second call does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeAfterWriting(this.#connection, this.path);
  }
}

function bodyOf(outcome: Outcome): Buffer | null {
  const body = responseOf(outcome)?.body;
  return body === undefined || body.sizeBytes === 0 ? null : Buffer.from(body.sha256, 'hex');
}
