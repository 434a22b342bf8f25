import { AppError, problemOf } from '../base/errors.ts';
import type { Connection } from './connection.ts';

/** A row of the table `rules`: match rules and compare rules, and perhaps others some day. */
export interface RuleRow {
  readonly id: number;
  readonly scope: string;
  readonly matcher: string;
  readonly author: string;
  readonly note: string | null;
  readonly at: number;
}

/** A row with its matcher read; without the kind. */
export interface ReadRuleRow {
  readonly row: RuleRow;
  readonly matcher: Readonly<Record<string, unknown>>;
}

interface RowsWanted {
  /** Rules of other kinds are somebody else's. */
  readonly kind: string;
  /** Of the cassette, for complaints. */
  readonly path: string;
}

/** In the order they were added. CASSETTE_CORRUPT for a row of any kind that is no JSON. */
export function rowsOfKind(connection: Connection, { kind, path }: RowsWanted): ReadRuleRow[] {
  return connection.all<RuleRow>('SELECT * FROM rules ORDER BY id').flatMap((row) => {
    try {
      const { kind: found, ...matcher } = JSON.parse(row.matcher) as Record<string, unknown>;
      return found === kind ? [{ row, matcher }] : [];
    } catch (thrown) {
      throw new AppError('CASSETTE_CORRUPT', { path, problem: `rule ${row.id}: ${problemOf(thrown)}` }, thrown);
    }
  });
}

export interface NewRuleRow {
  readonly scope: string;
  /** With the kind. */
  readonly matcher: object;
  readonly author: string;
  readonly note?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Returns its number. */
export function insertRule(connection: Connection, { scope, matcher, author, note, at }: NewRuleRow): number {
  return connection.run(
    'INSERT INTO rules (scope, matcher, author, note, at) VALUES (?, ?, ?, ?, ?)',
    scope,
    JSON.stringify(matcher),
    author,
    note ?? null,
    Math.round(at),
  ).id;
}

/** False when there is no rule of that number and kind. */
export function deleteRule(connection: Connection, id: number, kind: string): boolean {
  const isOurs = `json_valid(matcher) AND matcher ->> '$.kind' = ?`;
  if (!connection.get(`SELECT 1 FROM rules WHERE id = ? AND ${isOurs}`, id, kind)) return false;
  connection.run('DELETE FROM rules WHERE id = ?', id);
  return true;
}
