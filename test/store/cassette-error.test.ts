import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { explainReading, explainWriting } from '../../src/store/cassette-error.ts';

const codeOf = (explained: unknown): string => (explained instanceof AppError ? explained.code : 'as it was');

test.each([
  ['SQLITE_NOTADB', 'CASSETTE_NOT_SQLITE', 'CASSETTE_NOT_SQLITE'],
  ['SQLITE_CORRUPT', 'CASSETTE_CORRUPT', 'CASSETTE_CORRUPT'],
  ['SQLITE_CORRUPT_INDEX', 'CASSETTE_CORRUPT', 'CASSETTE_CORRUPT'],
  ['SQLITE_IOERR_SHORT_READ', 'CASSETTE_CORRUPT', 'CASSETTE_CORRUPT'],
  ['SQLITE_CANTOPEN', 'CASSETTE_UNREADABLE', 'CASSETTE_UNWRITABLE'],
  ['SQLITE_READONLY_DIRECTORY', 'CASSETTE_UNREADABLE', 'CASSETTE_UNWRITABLE'],
  ['SQLITE_BUSY', 'CASSETTE_UNREADABLE', 'CASSETTE_UNWRITABLE'],
  ['SQLITE_IOERR_FSYNC', 'CASSETTE_UNREADABLE', 'CASSETTE_UNWRITABLE'],
  ['SQLITE_FULL', 'as it was', 'CASSETTE_UNWRITABLE'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'as it was', 'as it was'],
])('%s means %s to a reader and %s to a writer', (code, reading, writing) => {
  const thrown = new Database.SqliteError('words of SQLite', code);
  expect(codeOf(explainReading('x.cassette')(thrown))).toBe(reading);
  expect(codeOf(explainWriting('x.cassette')(thrown))).toBe(writing);
});

test('what has been explained, and what is not from SQLite, stays as it is', () => {
  const explained = new AppError('CASSETTE_LOCKED', {}, new Database.SqliteError('busy', 'SQLITE_BUSY'));
  expect(explainWriting('x.cassette')(explained)).toBe(explained);
  const other = new TypeError('a defect');
  expect(explainReading('x.cassette')(other)).toBe(other);
});
