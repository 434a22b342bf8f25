import { AppError } from '../base/errors.ts';
import type { Session } from '../model/session.ts';
import { type CassetteLibrary, type KnownCassette, readCassette } from './cassette-library.ts';

/** One cassette with what its file says about it, or why it cannot be read. */
export type CassetteFacts =
  | { readonly cassette: KnownCassette; readonly sessions: readonly Session[] }
  | { readonly cassette: KnownCassette; readonly problem: AppError };

/** Reads the sessions of every known cassette; one that cannot be read does not hide the others. */
export function readSessions(library: CassetteLibrary): CassetteFacts[] {
  return library.list().map((cassette) => {
    try {
      return { cassette, sessions: readCassette(cassette, (reader) => reader.sessions()) };
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
