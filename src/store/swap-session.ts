import { createHash } from 'node:crypto';
import { fromPairs, type HeaderPair, withHeader } from '../model/headers.ts';
import { isVariableTag } from '../model/variable-tag.ts';
import type { Connection } from './connection.ts';
import type { ExchangeRow } from './exchange-rows.ts';

/** An exchange where it stands in its session. */
type PlacedRow = ExchangeRow & { readonly epoch: number };

/** Rows of a long conversation read at a time. */
const pageRows = 1000;

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
  const kept = pairEqual(contentsOf(connection, old.id), contentsOf(connection, newSessionId));
  if (kept.isSame) {
    keepVariables(connection, old.id, newSessionId);
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

/** A value that the old session does not know yet joins it; those it knows belong to what it holds. */
function keepVariables(connection: Connection, oldId: number, newId: number): void {
  const tagsOf = (id: number): Record<string, string> =>
    JSON.parse(connection.get<{ tags: string }>('SELECT tags FROM sessions WHERE id = ?', id)!.tags) as never;
  const [before, after] = [tagsOf(oldId), tagsOf(newId)];
  const added = Object.entries(after).filter(([name]) => isVariableTag(name) && before[name] === undefined);
  if (added.length === 0) return;
  const tags = JSON.stringify({ ...before, ...Object.fromEntries(added) });
  connection.run('UPDATE sessions SET tags = ? WHERE id = ?', tags, oldId);
}

interface Content {
  readonly row: PlacedRow;
  readonly key: string;
}

function contentsOf(connection: Connection, sessionId: number): Content[] {
  return connection
    .all<PlacedRow>('SELECT * FROM exchanges WHERE session_id = ? ORDER BY position', sessionId)
    .map((row) => ({ row, key: contentOf(row, conversationOf(connection, row.id)) }));
}

function pairEqual(
  oldContents: readonly Content[],
  newContents: readonly Content[],
): { readonly pairs: readonly { oldRow: PlacedRow; newRow: PlacedRow }[]; readonly isSame: boolean } {
  const unused = new Map<string, PlacedRow[]>();
  for (const { row, key } of oldContents) {
    const rows = unused.get(key);
    if (rows) rows.push(row);
    else unused.set(key, [row]);
  }
  const pairs = [];
  for (const { row: newRow, key } of newContents) {
    const oldRow = unused.get(key)?.shift();
    if (oldRow) pairs.push({ oldRow, newRow });
  }
  const isSame =
    pairs.length === newContents.length &&
    newContents.length === oldContents.length &&
    pairs.every(({ oldRow, newRow }) => oldRow.position === newRow.position);
  return { pairs, isSame };
}

/** Hash of the messages of an exchange, in order; empty without any. Marks say only when the pieces of a body came. */
function conversationOf(connection: Connection, exchangeId: number): string {
  const digest = createHash('sha256');
  let count = 0;
  for (let from = 0; ;) {
    const rows = connection.all<{ position: number; direction: string; opcode: number | null; sha256: string }>(
      `SELECT position, direction, opcode, hex(body_sha256) AS sha256 FROM stream_events
       WHERE exchange_id = ? AND position >= ? AND body_sha256 IS NOT NULL ORDER BY position LIMIT ${pageRows}`,
      exchangeId,
      from,
    );
    for (const { direction, opcode, sha256 } of rows) digest.update(`${direction} ${opcode} ${sha256}\n`);
    count += rows.length;
    if (rows.length < pageRows) return count === 0 ? '' : digest.digest('hex');
    from = rows.at(-1)!.position + 1;
  }
}

/**
 * What was said, without when. Two headers say only when and where a recording was made, and would make every exchange
 * a new one: `Date` of the response, and `Host` of the request, which names the proxy's port.
 */
function contentOf(row: PlacedRow, conversation: string): string {
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
  return JSON.stringify([
    withoutHeader(requestHeaders, 'host'),
    withoutHeader(responseHeaders, 'date'),
    said,
    conversation,
  ]);
}

function withoutHeader(text: string | null, name: string): readonly string[] {
  return text === null ? [] : withHeader(fromPairs(JSON.parse(text) as HeaderPair[]), name, undefined);
}
