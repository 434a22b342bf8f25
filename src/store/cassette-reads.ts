import { AppError, problemOf } from '../base/errors.ts';
import { isDraftName } from '../model/address.ts';
import type { StoredCompareRule } from '../model/compare-rule.ts';
import type { Decision } from '../model/decision.ts';
import type { Exchange, ExchangeSummary, StreamMark } from '../model/exchange.ts';
import type { RedactedSlot, ValueFlow } from '../model/flow.ts';
import type { Baseline } from '../model/run.ts';
import type { Session } from '../model/session.ts';
import type { StoredMatchRule } from '../model/stored-match-rule.ts';
import type { StreamEvent } from '../model/stream-event.ts';
import { Bodies } from './bodies.ts';
import type { Connection } from './connection.ts';
import { type EventRow, selectEventsSql, toEvent } from './event-rows.ts';
import { type ExchangeRow, type SummaryRow, toExchange, toSummary } from './exchange-rows.ts';
import { selectCompareRules } from './compare-rule-rows.ts';
import { selectMatchRules } from './match-rule-rows.ts';
import { type Candidate, ReplayIndex } from './replay-index.ts';
import { type BaselineRow, type DecisionRow, type SessionRow, toBaseline, toDecision, toSession } from './rows.ts';
import { selectRecording, type StoredRecording } from './stored-recording.ts';
import { eachUnindexed, selectUnindexed, servableSql } from './unindexed-candidates.ts';
import { livingWriter } from './writer-lock.ts';

export interface Range {
  /** First position; 0 unless told. */
  readonly from?: number;
  /** Most rows; all unless told. */
  readonly limit?: number;
}

/** Rows fetched at a time by iterators: no statement stays open between two steps, so a slow reader holds nothing. */
const pageRows = 200;

const noLimit = -1;

const summaryColumns = `e.session_id, s.name AS session, e.position, e.method, e.target, e.target_name, e.started_at,
  e.duration_ms, e.status, e.failure_code, e.request_size, e.response_size,
  COALESCE(e.request_full_size > e.request_size, 0) OR COALESCE(e.response_full_size > e.response_size, 0)
  AS is_truncated, e.content_type`;

/** Everything that can be read from a cassette, on whichever connection is open. */
export class CassetteReads {
  readonly #connection: Connection;
  readonly #bodies: Bodies;
  readonly path: string;

  constructor(connection: Connection, path: string) {
    this.#connection = connection;
    this.#bodies = new Bodies(connection, path);
    this.path = path;
  }

  /** For work that reads much: it costs the file as little as one read. */
  atOnce<T>(work: () => T): T {
    return this.#connection.reading(work);
  }

  /** Oldest first. */
  sessions(): Session[] {
    return this.#sessionRows('ORDER BY s.id').map(toSession);
  }

  /** A session by name; without one the newest that is no draft of a rewrite. SESSION_MISSING. */
  session(name?: string): Session {
    const named =
      name === undefined
        ? this.sessions().findLast((session) => !isDraftName(session.name))
        : this.#sessionRows('WHERE s.name = ?', name).map(toSession)[0];
    if (named) return named;
    const known = this.sessions().map((session) => session.name);
    throw new AppError('SESSION_MISSING', {
      session: name ?? '(newest)',
      path: this.path,
      known: known.length === 0 ? 'none' : known.join(', '),
    });
  }

  /** The process that is writing the cassette now, if one is. `since` in milliseconds since the epoch. */
  currentWriter(): { readonly pid: number; readonly since: number } | undefined {
    return livingWriter(this.#connection);
  }

  exchange(sessionId: number, position: number): Exchange | undefined {
    const row = this.#connection.get<ExchangeRow>(
      'SELECT * FROM exchanges WHERE session_id = ? AND position = ?',
      sessionId,
      position,
    );
    return row && this.#toExchange(row);
  }

  exchangeById(id: number): Exchange | undefined {
    const row = this.#connection.get<ExchangeRow>('SELECT * FROM exchanges WHERE id = ?', id);
    return row && this.#toExchange(row);
  }

  /**
   * By row id, with its response body unless that is larger; undefined when there is none. Reads of one turn of the
   * event loop share what they cost the file. CASSETTE_CORRUPT.
   */
  recording(id: number, maxBodyBytes: number): StoredRecording | undefined {
    this.#connection.holdForTurn();
    return selectRecording(this.#connection, id, { bodies: this.#bodies, toExchange: this.#toExchange, maxBodyBytes });
  }

  /** By position. Running ones have no outcome yet. */
  *exchanges(sessionId: number, range: Range = {}): IterableIterator<Exchange> {
    let from = range.from ?? 0;
    let left = range.limit ?? Infinity;
    while (left > 0) {
      const rows = this.#connection.all<ExchangeRow>(
        'SELECT * FROM exchanges WHERE session_id = ? AND position >= ? ORDER BY position LIMIT ?',
        sessionId,
        from,
        Math.min(left, pageRows),
      );
      for (const row of rows) yield this.#toExchange(row);
      if (rows.length < pageRows) return;
      from = rows.at(-1)!.position + 1;
      left -= rows.length;
    }
  }

  /** By position. */
  summaries(sessionId: number, range: Range = {}): ExchangeSummary[] {
    return this.#summaries('1', sessionId, range);
  }

  /** Of recordings that can be served, by position. */
  servableSummaries(sessionId: number, range: Range = {}): ExchangeSummary[] {
    return this.#summaries(servableSql, sessionId, range);
  }

  /** The newest exchanges, by position. */
  tail(sessionId: number, limit: number): ExchangeSummary[] {
    return this.#connection
      .all<SummaryRow>(
        `SELECT ${summaryColumns} FROM exchanges e JOIN sessions s ON s.id = e.session_id
         WHERE e.session_id = ? ORDER BY e.position DESC LIMIT ?`,
        sessionId,
        limit,
      )
      .map(toSummary)
      .reverse();
  }

  /** Bytes as stored, checked against the sha256 (CASSETTE_CORRUPT). */
  body(sha256: string): Buffer {
    return this.#bodies.get(sha256);
  }

  /** The same in pieces of at most 1 MiB; the last one is held back until the checksum fits. */
  bodyChunks(sha256: string): IterableIterator<Buffer> {
    return this.#bodies.chunks(sha256);
  }

  /**
   * Recordings with a request key, by position, of a session that has no index yet: every write may have changed
   * whatever was read after it.
   */
  candidates(sessionId: number, requestKey: string): Candidate[] {
    return selectUnindexed(this.#connection, sessionId, requestKey);
  }

  /** The same of every recording, by position. */
  *unindexed(sessionId: number): IterableIterator<Candidate> {
    yield* eachUnindexed(this.#connection, sessionId);
  }

  /** What the index in the cassette holds; look at `Session.indexVersion` first. */
  index(): ReplayIndex {
    return new ReplayIndex(this.#connection);
  }

  /**
   * Recordings to explain a miss with, at most `limit`: first those of the same path (same method before others), then
   * those of the same method whose paths stand nearest in sorting order, since these share the longest beginnings. All
   * by one index, with a look-up per method in the session.
   */
  neighbours(sessionId: number, method: string, path: string, limit: number): Exchange[] {
    const found: ExchangeRow[] = [];
    const add = (condition: string, order: string, most: number, ofMethod: string): void => {
      if (most <= 0) return;
      const sql = `SELECT * FROM exchanges WHERE session_id = ? AND method = ? AND ${condition} ORDER BY ${order} LIMIT ?`;
      found.push(...this.#connection.all<ExchangeRow>(sql, sessionId, ofMethod, path, most));
    };
    for (const candidate of [method, ...this.#methods(sessionId).filter((other) => other !== method)]) {
      add('path = ?', 'position', limit - found.length, candidate);
    }
    add('path > ?', 'path, position', Math.ceil((limit - found.length) / 2), method);
    add('path < ?', 'path DESC, position DESC', limit - found.length, method);
    return found.map((row) => this.#toExchange(row));
  }

  /** In the order they were added. CASSETTE_CORRUPT. */
  matchRules(): StoredMatchRule[] {
    return selectMatchRules(this.#connection, this.path);
  }

  /** In the order they were added. CASSETTE_CORRUPT. */
  compareRules(): StoredCompareRule[] {
    return selectCompareRules(this.#connection, this.path);
  }

  /** Value flows, by the position that needs the value. */
  flows(sessionId: number): ValueFlow[] {
    return this.#connection.all<ValueFlow>(
      `SELECT from_position AS "from", from_place AS fromPlace, to_position AS "to", to_place AS toPlace,
         prefix, suffix, value, evidence
       FROM flows WHERE session_id = ? ORDER BY to_position, rowid`,
      sessionId,
    );
  }

  /** Value flows into one exchange. */
  flowsInto(sessionId: number, position: number): ValueFlow[] {
    return this.#connection.all<ValueFlow>(
      `SELECT from_position AS "from", from_place AS fromPlace, to_position AS "to", to_place AS toPlace,
         prefix, suffix, value, evidence
       FROM flows WHERE session_id = ? AND to_position = ? ORDER BY rowid`,
      sessionId,
      position,
    );
  }

  redactedSlots(sessionId: number): RedactedSlot[] {
    return this.#connection.all<RedactedSlot>(
      `SELECT position, side, place, rule, name, pseudonym FROM redacted_slots
       WHERE session_id = ? ORDER BY position, rowid`,
      sessionId,
    );
  }

  /** What passed while an exchange went on, in order; `from` counts events. */
  streamEvents(exchangeId: number, range: Range = {}): StreamEvent[] {
    return this.#connection
      .all<EventRow>(selectEventsSql, exchangeId, range.from ?? 0, range.limit ?? noLimit)
      .map(toEvent);
  }

  /** Arrival of a streamed response's chunks, in order. */
  streamMarks(exchangeId: number): StreamMark[] {
    return this.#connection.all<StreamMark>(
      `SELECT offset_ms AS offsetMs, size AS sizeBytes FROM stream_events
       WHERE exchange_id = ? AND direction = 'response' AND body_sha256 IS NULL ORDER BY position`,
      exchangeId,
    );
  }

  /** Of exchanges that have a newer baseline than their recording. */
  acceptedPositions(sessionId: number): number[] {
    return this.#connection
      .all<{ position: number }>(
        `SELECT DISTINCT e.position FROM baselines b JOIN exchanges e ON e.id = b.exchange_id
         WHERE e.session_id = ? ORDER BY e.position`,
        sessionId,
      )
      .map(({ position }) => position);
  }

  /** Version 1, the recording itself, first; none while the exchange runs. */
  baselines(exchangeId: number): Baseline[] {
    const exchange = this.exchangeById(exchangeId);
    const recorded = exchange && recordedBaseline(exchange);
    if (!recorded) return [];
    const accepted = this.#connection.all<BaselineRow>(
      'SELECT * FROM baselines WHERE exchange_id = ? ORDER BY version',
      exchangeId,
    );
    return [recorded, ...accepted.map(toBaseline)];
  }

  /** The newest of them, of an exchange that has ended. */
  newestBaseline(exchange: Exchange): Baseline | undefined {
    const accepted = this.#connection.get<BaselineRow>(
      'SELECT * FROM baselines WHERE exchange_id = ? ORDER BY version DESC LIMIT 1',
      exchange.id,
    );
    return accepted ? toBaseline(accepted) : recordedBaseline(exchange);
  }

  /** What finished reviews said about an exchange, oldest first. */
  decisions(exchangeId: number): Decision[] {
    return this.#connection
      .all<DecisionRow>('SELECT * FROM decisions WHERE exchange_id = ? ORDER BY id', exchangeId)
      .map(toDecision);
  }

  #summaries(condition: string, sessionId: number, range: Range): ExchangeSummary[] {
    return this.#connection
      .all<SummaryRow>(
        `SELECT ${summaryColumns} FROM exchanges e JOIN sessions s ON s.id = e.session_id
         WHERE e.session_id = ? AND e.position >= ? AND ${condition} ORDER BY e.position LIMIT ?`,
        sessionId,
        range.from ?? 0,
        range.limit ?? noLimit,
      )
      .map(toSummary);
  }

  /** The methods of a session, stepping through the index from one to the next. */
  #methods(sessionId: number): string[] {
    const methods: string[] = [];
    for (let last = ''; ;) {
      const next = this.#connection.get<{ method: string }>(
        'SELECT method FROM exchanges WHERE session_id = ? AND method > ? ORDER BY method LIMIT 1',
        sessionId,
        last,
      );
      if (!next) return methods;
      methods.push(next.method);
      last = next.method;
    }
  }

  /** JSON in a row that does not parse is damage that SQLite cannot see. */
  readonly #toExchange = (row: ExchangeRow): Exchange => {
    try {
      return toExchange(row);
    } catch (thrown) {
      const problem = `exchange ${row.position} of session ${row.session_id}: ${problemOf(thrown)}`;
      throw new AppError('CASSETTE_CORRUPT', { path: this.path, problem }, thrown);
    }
  };

  #sessionRows(rest: string, ...values: string[]): SessionRow[] {
    // Positions of an ended session are gapless, so its size is one index look-up however long it is.
    return this.#connection.all<SessionRow>(
      `SELECT s.*, CASE WHEN s.ended_at IS NULL
           THEN (SELECT count(*) FROM exchanges e WHERE e.session_id = s.id)
           ELSE (SELECT coalesce(max(position) + 1, 0) FROM exchanges e WHERE e.session_id = s.id) END AS exchange_count
       FROM sessions s ${rest}`,
      ...values,
    );
  }
}

/** Version 1; undefined while the exchange runs. */
export function recordedBaseline({ outcome, startedAt }: Exchange): Baseline | undefined {
  return outcome && { version: 1, outcome, capturedAt: startedAt, renames: [] };
}
