import { AppError, problemOf } from '../base/errors.ts';
import { formatCompareRule, parseCompareRule } from '../model/compare-rule-grammar.ts';
import type { CalibrationEvidence, NewCompareRule, StoredCompareRule } from '../model/compare-rule.ts';
import type { Connection } from './connection.ts';
import { deleteRule, insertRule, type RuleRow, rowsOfKind } from './rule-rows.ts';

const kind = 'compare';

/** In the order they were added. CASSETTE_CORRUPT for one that cannot be read: rules are never left out in silence. */
export function selectCompareRules(connection: Connection, path: string): StoredCompareRule[] {
  return rowsOfKind(connection, { kind, path }).map(({ row, matcher }) => {
    try {
      return toRule(row, matcher);
    } catch (thrown) {
      throw new AppError('CASSETTE_CORRUPT', { path, problem: `rule ${row.id}: ${problemOf(thrown)}` }, thrown);
    }
  });
}

/** Returns its number. */
export function insertCompareRule(connection: Connection, rule: NewCompareRule): number {
  const { in: scope, ...matcher } = formatCompareRule(rule.rule);
  const { evidence } = rule;
  return insertRule(connection, { scope, matcher: { kind, ...matcher, ...(evidence ? { evidence } : {}) }, ...rule });
}

/** Gives a rule what calibration has seen since. False when there is no compare rule of that number. */
export function updateEvidence(connection: Connection, id: number, evidence: CalibrationEvidence): boolean {
  const changed = connection.run(
    `UPDATE rules SET matcher = json_set(matcher, '$.evidence', json(?))
     WHERE id = ? AND json_valid(matcher) AND matcher ->> '$.kind' = ?`,
    JSON.stringify(evidence),
    id,
    kind,
  );
  return changed.changes > 0;
}

/** False when there is no compare rule of that number. */
export function deleteCompareRule(connection: Connection, id: number): boolean {
  return deleteRule(connection, id, kind);
}

function toRule(row: RuleRow, { evidence, ...matcher }: Readonly<Record<string, unknown>>): StoredCompareRule {
  return {
    id: row.id,
    rule: parseCompareRule({ in: row.scope, ...matcher }),
    author: row.author,
    ...(row.note === null ? {} : { note: row.note }),
    at: row.at,
    ...(evidence === undefined ? {} : { evidence: parseEvidence(evidence) }),
  };
}

function parseEvidence(from: unknown): CalibrationEvidence {
  const { differed, compared, unseen } = from as Record<keyof CalibrationEvidence, unknown>;
  if ([differed, compared, unseen].every((count) => Number.isSafeInteger(count) && (count as number) >= 0)) {
    return { differed: differed as number, compared: compared as number, unseen: unseen as number };
  }
  throw new Error('its evidence cannot be read');
}
