import { createHash } from 'node:crypto';
import { isConversation } from '../model/stream-event.ts';
import type { Session } from '../model/session.ts';
import type { CassetteReads } from './cassette-reads.ts';

/**
 * A hash of what a cassette says, not of its bytes: sessions, exchanges, their messages, redacted positions, flows, accepted baselines
 * and decisions, without row ids, times, the version of the tool and what is derived (request keys). Two recordings of the same answers have the same
 * hash; bodies count by their sha256. `sessions`: these only, in this order; all of them by default.
 */
export function contentHash(reads: CassetteReads, sessions: readonly Session[] = reads.sessions()): string {
  const hash = createHash('sha256');
  const add = (kind: string, value: object): void => void hash.update(`${kind} ${JSON.stringify(value)}\n`);
  for (const session of sessions) {
    const { name, targets, tags, incomplete, redacted } = session;
    add('session', { name, targets, tags, incomplete, redacted });
    for (const exchange of reads.exchanges(session.id)) {
      const { id, position, targetName, request, outcome } = exchange;
      add('exchange', { position, targetName, request, outcome });
      // Marks say only when and in which pieces a body came.
      for (const { direction, opcode, sizeBytes, sha256 } of reads.streamEvents(id).filter(isConversation)) {
        add('event', { direction, opcode, sizeBytes, sha256 });
      }
      for (const { version, outcome: accepted, renames, author, note } of reads.baselines(id).slice(1)) {
        add('baseline', { version, accepted, renames, author, note });
      }
      for (const { action, difference, baselineVersion, author, note } of reads.decisions(id)) {
        add('decision', { action, difference, baselineVersion, author, note });
      }
    }
    for (const slot of reads.redactedSlots(session.id)) add('redacted', slot);
    for (const flow of reads.flows(session.id)) add('flow', flow);
  }
  return hash.digest('hex');
}
