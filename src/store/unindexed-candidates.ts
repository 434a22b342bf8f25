import type { Connection } from './connection.ts';
import { slotsOf } from './exchange-rows.ts';
import { byPosition, type Candidate } from './replay-index.ts';

/** Rows fetched at a time: no statement stays open between two steps, so a slow reader holds nothing. */
const pageRows = 200;

/** A response that has events is a stream, and so are these from the head on: their client ends them at any time. */
const endlessTypes = `('text/event-stream', 'multipart/x-mixed-replace')`;

/** `Candidate.servable` of a row `e`. */
export const servableSql = `CASE e.outcome
  WHEN 'response' THEN e.response_full_size IS NULL
  WHEN 'failure' THEN e.failure_code NOT IN ('interrupted', 'client-aborted')
    OR (e.status IS NOT NULL AND e.response_full_size IS NULL AND (e.content_type IN ${endlessTypes}
      OR EXISTS (SELECT 1 FROM stream_events v WHERE v.exchange_id = e.id AND v.direction = 'response')))
  ELSE 0 END`;

interface UnindexedRow {
  readonly id: number;
  readonly position: number;
  readonly epoch: number;
  readonly is_write: number;
  readonly slots: string | null;
  readonly servable: number;
  readonly switches: number;
}

const selectUnindexedSql = `SELECT id, position, epoch, is_write, slots, ${servableSql} AS servable,
  status IS 101 AS switches FROM exchanges e`;

function toUnindexed(row: UnindexedRow): Candidate {
  return {
    id: row.id,
    position: row.position,
    epoch: row.epoch,
    slots: slotsOf(row.slots),
    servable: row.servable === 1,
    switches: row.switches === 1,
    isWrite: row.is_write === 1,
    state: 0,
    since: row.epoch,
    ...(row.is_write === 1 ? { opens: row.epoch + 1, changes: [0] } : {}),
  };
}

/** Recordings with a request key, by position. Without ORDER BY for the reason given in replay-index.ts. */
export function selectUnindexed(connection: Connection, sessionId: number, requestKey: string): Candidate[] {
  return connection
    .all<UnindexedRow>(
      `${selectUnindexedSql} WHERE session_id = ? AND request_key = ?`,
      sessionId,
      Buffer.from(requestKey, 'hex'),
    )
    .map(toUnindexed)
    .sort(byPosition);
}

/** All recordings of a session, by position. */
export function* eachUnindexed(connection: Connection, sessionId: number): IterableIterator<Candidate> {
  for (let from = 0; ;) {
    const rows = connection.all<UnindexedRow>(
      `${selectUnindexedSql} WHERE session_id = ? AND position >= ? ORDER BY position LIMIT ${pageRows}`,
      sessionId,
      from,
    );
    for (const row of rows) yield toUnindexed(row);
    if (rows.length < pageRows) return;
    from = rows.at(-1)!.position + 1;
  }
}
