import { statSync } from 'node:fs';
import { AppError, problemOf } from '../base/errors.ts';
import { explainReading } from './cassette-error.ts';
import { Connection, sqliteCode } from './connection.ts';
import { migrate, type Steps } from './migrate.ts';
import { privateCopy } from './private-copy.ts';
import { cassetteApplicationId } from './schema.ts';
import { verifyCassette } from './verify-cassette.ts';

export interface OpenedForReading {
  readonly connection: Connection;
  /** Format of the file at the path; the connection always has the newest. */
  readonly formatVersion: number;
  /** Tells the file from one that is put in its place later. */
  readonly inode: number;
  readonly close: () => void;
}

/** A writer holds the whole file only for the moment it closes it; longer than this is somebody else. */
const busyTimeoutMs = 5000;

/**
 * Opens a cassette without ever changing it: where it lies if SQLite can, else as a private copy (a journal left by a
 * crash in a read-only folder, an older format). Costs header and schema, no content, unless it has to be copied.
 */
export function openForReading(file: string, steps: Steps): OpenedForReading {
  const inode = checkFile(file);
  try {
    const { connection, formatVersion } = openVerified(file, file, steps);
    if (formatVersion === steps.length) return { connection, formatVersion, inode, close: () => connection.close() };
    connection.close();
  } catch (thrown) {
    if (!needsCopy(thrown)) throw thrown;
  }
  return openCopy(file, steps, inode);
}

/**
 * Throws what `openForReading` would throw about this file, as far as it can be told without copying it. Nothing is
 * changed, since the connection may only read.
 */
export function checkFormat(file: string, steps: Steps): void {
  checkFile(file);
  try {
    openVerified(file, file, steps).connection.close();
  } catch (thrown) {
    if (!needsCopy(thrown)) throw thrown;
  }
}

/** Is there a file that could be a cassette? Looks at it from outside: opening and closing it would drop SQLite's locks. */
function checkFile(file: string): number {
  let stat;
  try {
    stat = statSync(file, { throwIfNoEntry: false });
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
  if (!stat) throw new AppError('CASSETTE_MISSING', { path: file });
  if (!stat.isFile()) throw new AppError('CASSETTE_NOT_SQLITE', { path: file, problem: 'it is not a file' });
  if (stat.size === 0) throw new AppError('CASSETTE_NOT_SQLITE', { path: file, problem: 'it is empty' });
  return stat.ino;
}

/** Codes with which SQLite refuses a file whose journal needs work that may not be done from here. */
function needsCopy(thrown: unknown): boolean {
  const code = sqliteCode(thrown) ?? '';
  return code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY');
}

function openVerified(
  file: string,
  shownFile: string,
  steps: Steps,
): { readonly connection: Connection; readonly formatVersion: number } {
  const connection = new Connection(file, { access: 'read', busyTimeoutMs, explain: explainReading(shownFile) });
  try {
    return { connection, formatVersion: verifyCassette(connection, shownFile, steps) };
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
}

function openCopy(file: string, steps: Steps, inode: number): OpenedForReading {
  let copy;
  try {
    copy = privateCopy(file);
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
  const { remove } = copy;
  try {
    const formatVersion = prepareCopy(copy.path, file, steps);
    const { connection } = openVerified(copy.path, file, steps);
    // Already nameless where the system allows it, so that not even a crash leaves it behind; Windows has to wait.
    if (process.platform !== 'win32') remove();
    const close = (): void => {
      connection.close();
      remove();
    };
    return { connection, formatVersion, inode, close };
  } catch (thrown) {
    remove();
    throw thrown;
  }
}

/** Lets SQLite work off the copy's journal, and brings it to the newest format. Returns the format it had. */
function prepareCopy(file: string, shownFile: string, steps: Steps): number {
  const connection = new Connection(file, { access: 'write', busyTimeoutMs, explain: explainReading(shownFile) });
  try {
    const version = verifyCassette(connection, shownFile, steps);
    connection.pragma('journal_mode = DELETE');
    migrate(connection, { applicationId: cassetteApplicationId, steps }, version);
    return version;
  } finally {
    connection.close();
  }
}

function unreadable(file: string, thrown: unknown): AppError {
  return new AppError('CASSETTE_UNREADABLE', { path: file, problem: problemOf(thrown) }, thrown);
}
