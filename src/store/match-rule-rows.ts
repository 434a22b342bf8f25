import { AppError, problemOf } from '../base/errors.ts';
import { formatMatchRule, parseMatchRule } from '../model/match-rule-grammar.ts';
import type { NewMatchRule, StoredMatchRule } from '../model/stored-match-rule.ts';
import type { Connection } from './connection.ts';

interface RuleRow {
  readonly id: number;
  readonly scope: string;
  readonly matcher: string;
  readonly author: string;
  readonly note: string | null;
  readonly at: number;
}

/** Which rules of the table are ours; those of other kinds are somebody else's. */
const kind = 'match';

/** In the order they were added. CASSETTE_CORRUPT for one that cannot be read: rules are never left out in silence. */
export function selectMatchRules(connection: Connection, path: string): StoredMatchRule[] {
  const rules: StoredMatchRule[] = [];
  for (const row of connection.all<RuleRow>('SELECT * FROM rules ORDER BY id')) {
    try {
      const { kind: found, ...matcher } = JSON.parse(row.matcher) as Record<string, unknown>;
      if (found !== kind) continue;
      rules.push({
        id: row.id,
        rule: parseMatchRule({ in: row.scope, ...matcher }),
        author: row.author,
        ...(row.note === null ? {} : { note: row.note }),
        at: row.at,
      });
    } catch (thrown) {
      throw new AppError('CASSETTE_CORRUPT', { path, problem: `rule ${row.id}: ${problemOf(thrown)}` }, thrown);
    }
  }
  return rules;
}

/** Returns its number. */
export function insertMatchRule(connection: Connection, { rule, author, note, at }: NewMatchRule): number {
  const { in: scope, ...matcher } = formatMatchRule(rule);
  return connection.run(
    'INSERT INTO rules (scope, matcher, author, note, at) VALUES (?, ?, ?, ?, ?)',
    scope,
    JSON.stringify({ kind, ...matcher }),
    author,
    note ?? null,
    Math.round(at),
  ).id;
}

/** False when there is no match rule of that number. */
export function deleteMatchRule(connection: Connection, id: number): boolean {
  const isOurs = `json_valid(matcher) AND matcher ->> '$.kind' = '${kind}'`;
  if (!connection.get(`SELECT 1 FROM rules WHERE id = ? AND ${isOurs}`, id)) return false;
  connection.run('DELETE FROM rules WHERE id = ?', id);
  return true;
}
