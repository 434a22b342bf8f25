import { accessSync, constants, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError, problemOf } from '../base/errors.ts';
import { explainWriting } from './cassette-error.ts';
import { Connection, sqliteCode } from './connection.ts';
import { migrate, type Steps } from './migrate.ts';
import { checkFormat } from './open-for-reading.ts';
import { replaceByCopy } from './replace-by-copy.ts';
import { cassetteApplicationId } from './schema.ts';
import { endUnfinishedSessions } from './session-upkeep.ts';
import { verifyCassette } from './verify-cassette.ts';
import { releaseWriterLock, takeWriterLock } from './writer-lock.ts';

export interface WritingOptions {
  readonly create: 'if-missing' | 'never';
}

/** Readers hold a lock for one query; a writer that starts holds one for its first transaction. */
const busyTimeoutMs = 5000;

/**
 * Pages in the WAL before they are copied into the file: 32 MiB. Keys and checksums fall on random index pages, so a
 * rarer checkpoint writes each page less often; at SQLite's 1000 a row costs a third more (100,000 rows of 1 KiB).
 */
const checkpointPages = 8000;

/**
 * Opens a cassette as its only writer: verified, brought to the newest format, locked, in WAL mode, and with what a
 * crash left finished. Every step before the lock only reads, so a refusal leaves the file as it was.
 */
export function openForWriting(file: string, options: WritingOptions, steps: Steps): Connection {
  const isNew = checkPlace(file, options);
  if (!isNew) checkFormat(file, steps);
  const connection = new Connection(file, { access: 'write', busyTimeoutMs, explain: explainWriting(file) });
  let version;
  try {
    version = takeOver(connection, file, steps);
  } catch (thrown) {
    connection.close();
    if (isNew && statSync(file, { throwIfNoEntry: false })?.size === 0) rmSync(file);
    throw thrown;
  }
  return startWriting(connection, { file, steps, version });
}

/** Refuses what cannot be written before anything is opened. True when the file has to be made. */
function checkPlace(file: string, options: WritingOptions): boolean {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat && options.create === 'never') throw new AppError('CASSETTE_MISSING', { path: file });
    if (!stat) mkdirSync(path.dirname(file), { recursive: true });
    else if (stat.isFile()) accessSync(file, constants.W_OK);
    else throw new AppError('CASSETTE_NOT_SQLITE', { path: file, problem: 'it is not a file' });
    // SQLite makes its journal beside the file.
    accessSync(path.dirname(file), constants.W_OK | constants.X_OK);
    return !stat || stat.size === 0;
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('CASSETTE_UNWRITABLE', { path: file, problem: problemOf(thrown) }, thrown);
  }
}

/** In one transaction: makes the tables of a new file or makes sure what there is is ours, and takes the lock. */
function takeOver(connection: Connection, file: string, steps: Steps): number {
  connection.pragma('synchronous = FULL');
  return connection.transaction(() => {
    const isEmpty = connection.get('SELECT 1 FROM sqlite_schema') === undefined;
    if (isEmpty) migrate(connection, { applicationId: cassetteApplicationId, steps }, 0);
    const version = verifyCassette(connection, file, steps);
    takeWriterLock(connection, file, Date.now());
    return version;
  });
}

/** Everything after the lock; if it fails, the lock is given back and the connection closed. */
function startWriting(
  connection: Connection,
  { file, steps, version }: { readonly file: string; readonly steps: Steps; readonly version: number },
): Connection {
  let current = connection;
  try {
    if (version < steps.length) {
      current = replaceByCopy(current, file, (copy) => {
        migrate(copy, { applicationId: cassetteApplicationId, steps }, version);
        verifyCassette(copy, file, steps);
      });
    }
    startWal(current, file);
    return current;
  } catch (thrown) {
    giveUp(current, file);
    throw sqliteCode(thrown)?.startsWith('SQLITE_IOERR_SHM') ? noSharedMemory(file, thrown) : thrown;
  }
}

function startWal(connection: Connection, file: string): void {
  if (connection.pragma('journal_mode = WAL') !== 'wal') throw noSharedMemory(file);
  // better-sqlite3 is built to give a WAL file that is opened again NORMAL, which loses commits in a power cut.
  connection.pragma('synchronous = FULL');
  // What is deleted (a dropped session, a secret redacted later) is overwritten, not only forgotten.
  connection.pragma('secure_delete = ON');
  connection.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  // The first write in WAL mode: where memory cannot be shared, SQLite says `wal` above and fails only here.
  connection.transaction(() => endUnfinishedSessions(connection));
}

function noSharedMemory(file: string, cause?: unknown): AppError {
  const problem = 'its file system cannot share memory between processes (a network or container mount?)';
  return new AppError('CASSETTE_UNWRITABLE', { path: file, problem }, cause);
}

/** Leaves the file as it was before: rollback-journal mode, no lock. */
function giveUp(connection: Connection, file: string): void {
  connection.close();
  const last = new Connection(file, { access: 'write', busyTimeoutMs: 0, explain: explainWriting(file) });
  try {
    // A file in WAL mode can be opened without shared memory by one process alone, if it says so first.
    last.pragma('locking_mode = EXCLUSIVE');
    last.pragma('journal_mode = DELETE');
    releaseWriterLock(last);
    // The index that could not be shared.
    rmSync(`${realpathSync(file)}-shm`, { force: true });
  } catch {
    // Why we give up is already known; the lock ends with this process at the latest.
  } finally {
    last.close();
  }
}

/** How long readers get to finish a query, and how long one may stay connected, before we work around them. */
const checkpointTimeoutMs = 2000;
const leaveWalTimeoutMs = 500;
const retryMs = 10;

/**
 * Gives the lock back and leaves exactly one file in rollback-journal mode, readable from a read-only folder. Readers of
 * other processes that stay connected keep SQLite from leaving WAL mode; they keep the file they have, and the path gets
 * a copy.
 */
export function closeAfterWriting(connection: Connection, file: string): void {
  let last = connection;
  try {
    last.pragma(`busy_timeout = ${checkpointTimeoutMs}`);
    const isBlocked = last.pragma('wal_checkpoint(TRUNCATE)') !== 0;
    // A reader in the middle of a query for that long: all is on the disk, the next writer tidies up.
    if (!isBlocked && !leaveWal(last)) last = replaceByCopy(last, file);
    last.pragma(`busy_timeout = ${busyTimeoutMs}`);
    releaseWriterLock(last);
  } finally {
    last.close();
  }
}

/** False when somebody stays connected. SQLite itself does not wait for readers here, and one may just be leaving. */
function leaveWal(connection: Connection): boolean {
  for (const deadline = performance.now() + leaveWalTimeoutMs; ;) {
    try {
      return connection.pragma('journal_mode = DELETE') === 'delete';
    } catch (thrown) {
      if (!sqliteCode(thrown)?.startsWith('SQLITE_BUSY')) throw thrown;
      if (performance.now() > deadline) return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
    }
  }
}
