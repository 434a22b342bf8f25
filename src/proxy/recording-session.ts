import { draftNameOf, isDraftName } from '../model/address.ts';
import type { CassetteWriter } from '../store/cassette-writer.ts';
import type { SessionPlan, WorkerOptions } from './recorder-messages.ts';

/** The session being written, and what becomes of it at the end. */
export interface RecordingSession {
  readonly id: number;
  /** As people see it. */
  readonly name: string;
  /** The session it takes the place of at a clean stop. */
  readonly replaces: string | undefined;
}

/** Begins a session by its plan. Throws SESSION_EXISTS. */
export function beginRecording(
  writer: CassetteWriter,
  plan: SessionPlan,
  session: WorkerOptions['session'],
): RecordingSession {
  return writer.transaction(() => {
    const known = writer.reader().sessions();
    if (plan.mode === 'append') {
      const name = plan.session ?? freeName(known.map((one) => one.name));
      return { id: writer.beginSession({ ...session, name }), name, replaces: undefined };
    }
    const old =
      plan.session === undefined
        ? known.findLast(({ name }) => !isDraftName(name))
        : known.find(({ name }) => name === plan.session);
    if (!old) {
      const name = plan.session ?? freeName([]);
      return { id: writer.beginSession({ ...session, name }), name, replaces: undefined };
    }
    const draft = draftNameOf(old.name);
    // Left by a rewrite that crashed: its old session is still there, whole.
    for (const stale of known) if (stale.name === draft) writer.deleteSession(stale.id);
    return { id: writer.beginSession({ ...session, name: draft }), name: old.name, replaces: old.name };
  });
}

/** `session-N`, the next after those there are. */
function freeName(taken: readonly string[]): string {
  const numbers = taken.map((name) => Number(/^session-(\d+)$/.exec(name)?.[1] ?? 0));
  return `session-${Math.max(taken.length, ...numbers) + 1}`;
}
