import type { Connection } from './connection.ts';

/** What the next writer says about a session whose writer died. */
const crashNote = 'the recorder ended without a stop (crash or power loss): the last exchanges may be missing';

/** Finishes every session a crash left open: running exchanges become `interrupted`, half-written bodies go. */
export function endUnfinishedSessions(connection: Connection): void {
  const sessions = connection.all<{ id: number }>('SELECT id FROM sessions WHERE ended_at IS NULL');
  for (const { id } of sessions) {
    connection.run(
      `UPDATE exchanges SET outcome = 'failure', failure_code = 'interrupted',
         failure_message = 'the recorder stopped before the exchange had ended'
       WHERE session_id = ? AND outcome = 'running'`,
      id,
    );
    closeGaps(connection, id);
    connection.run(
      `UPDATE sessions SET incomplete = ?, ended_at = (
         SELECT max(sessions.started_at, coalesce(max(CAST(e.started_at + coalesce(e.duration_ms, 0) AS INTEGER)), 0))
         FROM exchanges e WHERE e.session_id = sessions.id)
       WHERE id = ?`,
      crashNote,
      id,
    );
  }
  connection.run('DELETE FROM bodies WHERE sha256 IS NULL');
}

/**
 * Makes positions gapless after exchanges were dropped, in the exchanges and wherever else a position stands, and counts
 * the epochs again, since a dropped write opened one.
 */
export function closeGaps(connection: Connection, sessionId: number): void {
  const size = connection.get<{ rows: number; next: number }>(
    'SELECT count(*) AS rows, coalesce(max(position) + 1, 0) AS next FROM exchanges WHERE session_id = ?',
    sessionId,
  )!;
  if (size.rows === size.next) return;
  connection.script('CREATE TEMP TABLE IF NOT EXISTS places (old INTEGER PRIMARY KEY, new INTEGER, epoch INTEGER)');
  connection.run('DELETE FROM temp.places');
  connection.run(
    `INSERT INTO temp.places
     SELECT position, row_number() OVER (ORDER BY position) - 1,
       coalesce(sum(is_write) OVER (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
     FROM exchanges WHERE session_id = ?`,
    sessionId,
  );
  // In two moves through negative numbers: a position must be unique at every moment.
  connection.run(
    `UPDATE exchanges SET position = -1 - p.new, epoch = p.epoch FROM temp.places p
     WHERE session_id = ? AND position = p.old`,
    sessionId,
  );
  connection.run('UPDATE exchanges SET position = -1 - position WHERE session_id = ? AND position < 0', sessionId);
  for (const [table, column] of [
    ['redacted_slots', 'position'],
    ['flows', 'from_position'],
    ['flows', 'to_position'],
  ]) {
    connection.run(
      `DELETE FROM ${table} WHERE session_id = ? AND ${column} NOT IN (SELECT old FROM temp.places)`,
      sessionId,
    );
    connection.run(
      `UPDATE ${table} SET ${column} = p.new FROM temp.places p WHERE session_id = ? AND ${column} = p.old`,
      sessionId,
    );
  }
}

/** Bodies nothing refers to any more. */
export function deleteUnusedBodies(connection: Connection): void {
  connection.run(
    `DELETE FROM bodies WHERE sha256 IS NOT NULL AND sha256 NOT IN (
       SELECT request_sha256 FROM exchanges WHERE request_sha256 IS NOT NULL
       UNION SELECT response_sha256 FROM exchanges WHERE response_sha256 IS NOT NULL
       UNION SELECT body_sha256 FROM baselines WHERE body_sha256 IS NOT NULL
       UNION SELECT body_sha256 FROM stream_events WHERE body_sha256 IS NOT NULL)`,
  );
}
