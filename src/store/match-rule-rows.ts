import { AppError, problemOf } from '../base/errors.ts';
import { formatMatchRule, parseMatchRule } from '../model/match-rule-grammar.ts';
import type { NewMatchRule, StoredMatchRule } from '../model/stored-match-rule.ts';
import type { Connection } from './connection.ts';
import { deleteRule, insertRule, rowsOfKind } from './rule-rows.ts';

const kind = 'match';

/** In the order they were added. CASSETTE_CORRUPT for one that cannot be read: rules are never left out in silence. */
export function selectMatchRules(connection: Connection, path: string): StoredMatchRule[] {
  return rowsOfKind(connection, { kind, path }).map(({ row, matcher }) => {
    try {
      return {
        id: row.id,
        rule: parseMatchRule({ in: row.scope, ...matcher }),
        author: row.author,
        ...(row.note === null ? {} : { note: row.note }),
        at: row.at,
      };
    } catch (thrown) {
      throw new AppError('CASSETTE_CORRUPT', { path, problem: `rule ${row.id}: ${problemOf(thrown)}` }, thrown);
    }
  });
}

/** Returns its number. */
export function insertMatchRule(connection: Connection, rule: NewMatchRule): number {
  const { in: scope, ...matcher } = formatMatchRule(rule.rule);
  return insertRule(connection, { ...rule, scope, matcher: { kind, ...matcher } });
}

/** False when there is no match rule of that number. */
export function deleteMatchRule(connection: Connection, id: number): boolean {
  return deleteRule(connection, id, kind);
}
