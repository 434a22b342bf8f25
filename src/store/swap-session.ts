import { fromPairs, type HeaderPair, withHeader } from '../model/headers.ts';
import type { Connection } from './connection.ts';
import type { ExchangeRow } from './exchange-rows.ts';

/**
 * Puts a new recording in the place of an old session. An exchange whose request and response are equal to the next
 * unused old one of the same key keeps the old row: times, accepted baselines and decisions stay, and a re-recording
 * of an unchanged upstream changes only what changed. If nothing changed at all, the old session stays as it is.
 */
export function swapSession(
  connection: Connection,
  old: { readonly id: number; readonly name: string },
  newSessionId: number,
): void {
  const kept = pairEqual(rowsOf(connection, old.id), rowsOf(connection, newSessionId));
  if (kept.isSame) {
    connection.run('DELETE FROM sessions WHERE id = ?', newSessionId);
    return;
  }
  for (const { oldRow, newRow } of kept.pairs) {
    connection.run('DELETE FROM exchanges WHERE id = ?', newRow.id);
    connection.run(
      'UPDATE exchanges SET session_id = ?, position = ?, epoch = ? WHERE id = ?',
      newSessionId,
      newRow.position,
      newRow.epoch,
      oldRow.id,
    );
  }
  connection.run('DELETE FROM sessions WHERE id = ?', old.id);
  connection.run('UPDATE sessions SET name = ? WHERE id = ?', old.name, newSessionId);
}

function rowsOf(connection: Connection, sessionId: number): ExchangeRow[] {
  return connection.all<ExchangeRow>('SELECT * FROM exchanges WHERE session_id = ? ORDER BY position', sessionId);
}

function pairEqual(
  oldRows: readonly ExchangeRow[],
  newRows: readonly ExchangeRow[],
): { readonly pairs: readonly { oldRow: ExchangeRow; newRow: ExchangeRow }[]; readonly isSame: boolean } {
  const unused = new Map<string, ExchangeRow[]>();
  for (const row of oldRows) {
    const key = contentOf(row);
    const rows = unused.get(key);
    if (rows) rows.push(row);
    else unused.set(key, [row]);
  }
  const pairs = [];
  for (const newRow of newRows) {
    const oldRow = unused.get(contentOf(newRow))?.shift();
    if (oldRow) pairs.push({ oldRow, newRow });
  }
  const isSame =
    pairs.length === newRows.length &&
    newRows.length === oldRows.length &&
    pairs.every(({ oldRow, newRow }) => oldRow.position === newRow.position);
  return { pairs, isSame };
}

/**
 * What was said, without when. Two headers say only when and where a recording was made, and would make every exchange
 * a new one: `Date` of the response, and `Host` of the request, which names the proxy's port.
 */
function contentOf(row: ExchangeRow): string {
  const {
    id: _id,
    session_id: _session,
    position: _position,
    epoch: _epoch,
    started_at: _started,
    first_byte_ms: _firstByte,
    duration_ms: _duration,
    request_headers: requestHeaders,
    response_headers: responseHeaders,
    ...said
  } = row;
  return JSON.stringify([withoutHeader(requestHeaders, 'host'), withoutHeader(responseHeaders, 'date'), said]);
}

function withoutHeader(text: string | null, name: string): readonly string[] {
  return text === null ? [] : withHeader(fromPairs(JSON.parse(text) as HeaderPair[]), name, undefined);
}
