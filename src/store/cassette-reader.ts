import { statSync } from 'node:fs';
import { AppError, problemOf } from '../base/errors.ts';
import { explainReading } from './cassette-error.ts';
import { CassetteReads } from './cassette-reads.ts';
import { Connection, sqliteCode } from './connection.ts';
import { migrate, type Steps } from './migrate.ts';
import { privateCopy } from './private-copy.ts';
import { cassetteApplicationId, cassetteSteps } from './schema.ts';
import { verifyCassette } from './verify-cassette.ts';

/** A writer holds the whole file only for the moment it closes it; longer than this is somebody else. */
const busyTimeoutMs = 5000;

interface Opened {
  readonly connection: Connection;
  readonly formatVersion: number;
  readonly removeCopy?: () => void;
}

/** A cassette for reading. The file is never changed, may lie in a read-only folder, and may be recorded into meanwhile. */
export class CassetteReader extends CassetteReads {
  readonly #connection: Connection;
  readonly #removeCopy: () => void;
  readonly #inode: number;
  /** Format of the file itself; what is read is always the newest. */
  readonly formatVersion: number;

  private constructor(path: string, opened: Opened, inode: number) {
    super(opened.connection, path);
    this.#connection = opened.connection;
    this.#removeCopy = opened.removeCopy ?? (() => {});
    this.#inode = inode;
    this.formatVersion = opened.formatVersion;
  }

  /**
   * Opens a cassette by path. CASSETTE_MISSING, CASSETTE_NOT_SQLITE, CASSETTE_CORRUPT, CASSETTE_NEWER,
   * CASSETTE_UNREADABLE. Reads header and schema only, so any size opens in milliseconds; an older format and a WAL file
   * that SQLite cannot open where it lies are read from a private copy.
   */
  static open(path: string): CassetteReader {
    const inode = checkFile(path);
    return new CassetteReader(path, openForReading(path, cassetteSteps), inode);
  }

  /** False once another file stands at the path (a recording replaced it): open it anew to see the news. */
  isCurrent(): boolean {
    return statSync(this.path, { throwIfNoEntry: false })?.ino === this.#inode;
  }

  close(): void {
    this.#connection.close();
    this.#removeCopy();
  }
}

/** Is there a file that could be a cassette? Returns its inode. Never opens it: SQLite's locks would not survive that. */
function checkFile(path: string): number {
  let stat;
  try {
    stat = statSync(path, { throwIfNoEntry: false });
  } catch (thrown) {
    throw new AppError('CASSETTE_UNREADABLE', { path, problem: problemOf(thrown) }, thrown);
  }
  if (!stat) throw new AppError('CASSETTE_MISSING', { path });
  if (!stat.isFile()) throw new AppError('CASSETTE_NOT_SQLITE', { path, problem: 'it is not a file' });
  if (stat.size === 0) throw new AppError('CASSETTE_NOT_SQLITE', { path, problem: 'it is empty' });
  return stat.ino;
}

/** Opens and verifies a file, in place if possible, else a private copy of it. */
export function openForReading(path: string, steps: Steps): Opened {
  try {
    const opened = openVerified(path, path, steps);
    if (opened.formatVersion === steps.length) return opened;
    opened.connection.close();
  } catch (thrown) {
    if (!needsCopy(thrown)) throw thrown;
  }
  return openCopy(path, steps);
}

/** Codes with which SQLite refuses a file whose journal needs work it may not do from here. */
function needsCopy(thrown: unknown): boolean {
  const code = sqliteCode(thrown) ?? '';
  return code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY');
}

function openVerified(file: string, shownPath: string, steps: Steps): Opened {
  const connection = new Connection(file, { access: 'read', busyTimeoutMs, explain: explainReading(shownPath) });
  try {
    return { connection, formatVersion: verifyCassette(connection, shownPath, steps) };
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
}

function openCopy(path: string, steps: Steps): Opened {
  let copy;
  try {
    copy = privateCopy(path);
  } catch (thrown) {
    throw new AppError('CASSETTE_UNREADABLE', { path, problem: problemOf(thrown) }, thrown);
  }
  try {
    const formatVersion = prepareCopy(copy.path, path, steps);
    const { connection } = openVerified(copy.path, path, steps);
    return { connection, formatVersion, removeCopy: copy.remove };
  } catch (thrown) {
    copy.remove();
    throw thrown;
  }
}

/** Lets SQLite recover the copy's journal, and brings it to the newest format. Returns the format it had. */
function prepareCopy(file: string, shownPath: string, steps: Steps): number {
  const connection = new Connection(file, { access: 'write', busyTimeoutMs, explain: explainReading(shownPath) });
  try {
    const version = verifyCassette(connection, shownPath, steps);
    connection.pragma('journal_mode = DELETE');
    migrate(connection, { applicationId: cassetteApplicationId, steps }, version);
    return version;
  } finally {
    connection.close();
  }
}
