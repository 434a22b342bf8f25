import { compileMatchRules } from '../model/match-rule-set.ts';
import type { CassetteWriter } from '../store/cassette-writer.ts';
import { indexSession } from './index-session.ts';
import { indexVersion } from './index-version.ts';

/**
 * Makes the indexes in a cassette that are not those of its match rules, of one session or of all that have ended.
 * Nothing recorded is touched. `even: 'when current'`: something else than rules has changed that the index is made of. Returns how many were made.
 */
export function reindex(
  writer: CassetteWriter,
  only?: { readonly sessionId: number; readonly even?: 'when current' },
): number {
  const reads = writer.reader();
  const rules = compileMatchRules(reads.matchRules().map(({ rule }) => rule));
  const version = indexVersion(rules);
  const stale = reads
    .sessions()
    .filter(({ id, endedAt }) => endedAt !== undefined && (only === undefined || id === only.sessionId))
    .filter(({ indexVersion: made }) => made !== version || only?.even === 'when current');
  for (const session of stale) writer.writeIndex(session.id, version, indexSession(reads, session, rules));
  return stale.length;
}
