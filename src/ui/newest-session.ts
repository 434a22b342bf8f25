import { AppError } from '../base/errors.ts';
import type { Session } from '../model/session.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import { type CassetteLibrary, type KnownCassette, readCassette } from './cassette-library.ts';

/** Is a process writing a cassette now? Without one, a session that has no end was cut off by a crash. */
export type Writer = 'alive' | 'none';

export function writerOf(reader: CassetteReader): Writer {
  return reader.currentWriter() ? 'alive' : 'none';
}

/** One cassette with what its file says about it, or why it cannot be read. */
export type CassetteFacts =
  | { readonly cassette: KnownCassette; readonly sessions: readonly Session[]; readonly writer: Writer }
  | { readonly cassette: KnownCassette; readonly problem: AppError };

/** Reads the sessions of every known cassette; one that cannot be read does not hide the others. */
export function readSessions(library: CassetteLibrary): CassetteFacts[] {
  return library.list().map((cassette) => {
    try {
      return readCassette(cassette, (reader) => ({ cassette, sessions: reader.sessions(), writer: writerOf(reader) }));
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      return { cassette, problem: thrown };
    }
  });
}

/** The session recorded last in any cassette. */
export function newestSession(
  library: CassetteLibrary,
): { readonly cassette: KnownCassette; readonly session: Session } | undefined {
  return readSessions(library)
    .flatMap((facts) =>
      'sessions' in facts ? facts.sessions.map((session) => ({ cassette: facts.cassette, session })) : [],
    )
    .sort((a, b) => b.session.startedAt - a.session.startedAt)[0];
}
