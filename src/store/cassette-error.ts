import { AppError, problemOf } from '../base/errors.ts';
import { type Explain, sqliteCode } from './connection.ts';

/** What SQLite's errors mean for a cassette that is being read. */
export function explainReading(path: string): Explain {
  return (thrown) => {
    const code = sqliteCode(thrown);
    if (code === undefined || thrown instanceof AppError) return thrown;
    if (code === 'SQLITE_NOTADB') {
      return new AppError('CASSETTE_NOT_SQLITE', { path, problem: 'it is not a SQLite file' }, thrown);
    }
    if (isDamage(code)) return new AppError('CASSETTE_CORRUPT', { path, problem: problemOf(thrown) }, thrown);
    if (isAccess(code)) return new AppError('CASSETTE_UNREADABLE', { path, problem: problemOf(thrown) }, thrown);
    return thrown;
  };
}

/** What they mean for one that is being written. */
export function explainWriting(path: string): Explain {
  const reading = explainReading(path);
  return (thrown) => {
    const code = sqliteCode(thrown);
    if (
      code !== undefined &&
      !(thrown instanceof AppError) &&
      !isDamage(code) &&
      (isAccess(code) || code === 'SQLITE_FULL')
    ) {
      return new AppError('CASSETTE_UNWRITABLE', { path, problem: problemOf(thrown) }, thrown);
    }
    return reading(thrown);
  };
}

function isDamage(code: string): boolean {
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_FORMAT' || code === 'SQLITE_IOERR_SHORT_READ';
}

function isAccess(code: string): boolean {
  return /^SQLITE_(CANTOPEN|READONLY|PERM|AUTH|IOERR|BUSY|LOCKED)/.test(code);
}
