import type { StreamEvent } from '../model/stream-event.ts';
import type { Connection } from './connection.ts';

export interface EventRow {
  readonly direction: StreamEvent['direction'];
  readonly offset_ms: number;
  readonly opcode: number | null;
  readonly size: number;
  readonly body_sha256: Buffer | null;
  /** Of the stored payload; NULL for an empty one, which has no row among the bodies. */
  readonly stored: number | null;
}

export const selectEventsSql = `SELECT e.direction, e.offset_ms, e.opcode, e.size, e.body_sha256, b.size AS stored
  FROM stream_events e LEFT JOIN bodies b ON b.sha256 = e.body_sha256
  WHERE e.exchange_id = ? AND e.position >= ? ORDER BY e.position LIMIT ?`;

export function toEvent(row: EventRow): StreamEvent {
  const stored = row.stored ?? 0;
  return {
    direction: row.direction,
    offsetMs: row.offset_ms,
    ...(row.opcode === null ? {} : { opcode: row.opcode }),
    sizeBytes: row.size,
    ...(row.body_sha256 === null ? {} : { sha256: row.body_sha256.toString('hex') }),
    ...(row.body_sha256 !== null && stored < row.size ? { storedBytes: stored } : {}),
  };
}

/** Adds events behind those that are there. */
export function insertEvents(connection: Connection, exchangeId: number, events: readonly StreamEvent[]): void {
  const last = connection.get<{ next: number }>(
    'SELECT coalesce(max(position) + 1, 0) AS next FROM stream_events WHERE exchange_id = ?',
    exchangeId,
  );
  let position = last?.next ?? 0;
  for (const { direction, offsetMs, opcode, sizeBytes, sha256 } of events) {
    connection.run(
      `INSERT INTO stream_events (exchange_id, position, direction, offset_ms, opcode, size, body_sha256)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      exchangeId,
      position,
      direction,
      offsetMs,
      opcode ?? null,
      sizeBytes,
      sha256 === undefined ? null : Buffer.from(sha256, 'hex'),
    );
    position += 1;
  }
}
