import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AppError } from '../../src/base/errors.ts';
import { closeAfterWriting, openForWriting } from '../../src/store/open-for-writing.ts';
import { cassetteFormatVersion, cassetteSteps } from '../../src/store/schema.ts';
import { cassetteOf, fixedTime, newExchange, newSession, openReader, openWriter } from '../support/cassette.ts';
import { holdCassette } from '../support/held-cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeReadOnly, unprivileged } from '../support/unprivileged.ts';
import { connectTo } from '../support/sqlite-file.ts';
import { appErrorOf } from '../support/app-error.ts';

const create = { create: 'if-missing' } as const;
const never = { create: 'never' } as const;

const refusal = (file: string, steps = cassetteSteps): AppError =>
  appErrorOf(() => closeAfterWriting(openForWriting(file, never, steps), file));

const filesBeside = (file: string): string[] => readdirSync(path.dirname(file));

/** Bytes 18 and 19 of a SQLite file: 1 rollback journal, 2 WAL. */
const journalBytes = (file: string): number[] => [...readFileSync(file).subarray(18, 20)];

describe('opening for writing', () => {
  test('makes the file and its folders, and leaves exactly one file in rollback-journal mode', () => {
    const file = path.join(tempFolder(), 'a', 'b', 'new.cassette');
    closeAfterWriting(openForWriting(file, create, cassetteSteps), file);
    expect(filesBeside(file)).toEqual(['new.cassette']);
    expect(journalBytes(file)).toEqual([1, 1]);
    expect(openReader(file).sessions()).toEqual([]);
  });

  test('takes an empty file, which is what a crash at the very beginning leaves', () => {
    const file = path.join(tempFolder(), 'x.cassette');
    writeFileSync(file, '');
    closeAfterWriting(openForWriting(file, create, cassetteSteps), file);
    expect(openReader(file).sessions()).toEqual([]);
  });

  test('makes every commit durable: WAL with synchronous FULL, the second time too', () => {
    const file = path.join(tempFolder(), 'x.cassette');
    for (const round of [1, 2]) {
      const connection = openForWriting(file, create, cassetteSteps);
      expect([round, connection.pragma('journal_mode'), connection.pragma('synchronous')]).toEqual([round, 'wal', 2]);
      closeAfterWriting(connection, file);
    }
  });

  test('never makes a file where none may be made', () => {
    const file = path.join(tempFolder(), 'none.cassette');
    expect(refusal(file).code).toBe('CASSETTE_MISSING');
    expect(filesBeside(file)).toEqual([]);
  });

  test('refuses what a reader refuses, with the file untouched', () => {
    const file = cassetteOf([{ responseBytes: 'x'.repeat(50_000) }]);
    truncateSync(file, 40_000);
    const before = readFileSync(file);
    expect(refusal(file).code).toBe('CASSETTE_CORRUPT');
    writeFileSync(file, 'not a database at all, but long enough to have a header of one hundred bytes ........');
    expect(refusal(file).code).toBe('CASSETTE_NOT_SQLITE');
    expect(refusal(tempFolder()).code).toBe('CASSETTE_NOT_SQLITE');
    expect(before.length).toBe(40_000);
    expect(filesBeside(file)).toEqual(['checkout.cassette']);
  });

  test('refuses a newer format, with the file untouched', () => {
    const file = cassetteOf([{}]);
    const connection = connectTo(file, 'write');
    connection.pragma('user_version = 7');
    connection.close();
    const before = readFileSync(file);
    expect(refusal(file).code).toBe('CASSETTE_NEWER');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('says what right is missing: of the folder, of the file, of the place for a new folder', () => {
    const file = cassetteOf([{}]);
    const folder = path.dirname(file);
    const before = readFileSync(file);
    const restore = makeReadOnly(folder);
    try {
      unprivileged(() => {
        expect(refusal(file)).toMatchObject({ code: 'CASSETTE_UNWRITABLE', exitCode: 4 });
        expect(refusal(file).message).toContain(`cassette ${file} cannot be written: `);
        const inside = path.join(folder, 'deep', 'new.cassette');
        expect(() => openForWriting(inside, create, cassetteSteps)).toThrow(`cassette ${inside} cannot be written: `);
      });
      chmodSync(file, 0o666);
      unprivileged(() => expect(refusal(file)).toMatchObject({ code: 'CASSETTE_UNWRITABLE' }));
    } finally {
      restore();
    }
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(filesBeside(file)).toEqual(['checkout.cassette']);
  });
});

test('a folder in the place of the journal index is named, and the file is given back as it was', () => {
  const file = cassetteOf([{}]);
  mkdirSync(`${file}-shm`);
  expect(refusal(file)).toMatchObject({ code: 'CASSETTE_UNWRITABLE' });
  rmdirSync(`${file}-shm`);
  expect(filesBeside(file)).toEqual(['checkout.cassette']);
  expect(journalBytes(file)).toEqual([1, 1]);
  openWriter(file).close();
});

describe('an older format', () => {
  const later = [
    ...cassetteSteps,
    ['ALTER TABLE rules ADD COLUMN color TEXT'],
    ['CREATE TABLE shades (c TEXT) STRICT'],
  ];

  test('is brought up to date when it is opened for writing, with its content and rights kept', () => {
    const file = cassetteOf([{ target: '/old', responseBytes: 'old' }]);
    chmodSync(file, 0o640);
    const connection = openForWriting(file, never, later);
    expect(connection.pragma('user_version')).toBe(cassetteFormatVersion + 2);
    expect(connection.get('SELECT target FROM exchanges')).toEqual({ target: '/old' });
    closeAfterWriting(connection, file);
    expect(filesBeside(file)).toEqual(['checkout.cassette']);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  test('stays as it is when a step fails', () => {
    const file = cassetteOf([{ target: '/old' }]);
    const broken = [...cassetteSteps, ['CREATE TABLE rules (already_there TEXT)']];
    expect(() => openForWriting(file, never, broken)).toThrow('table rules already exists');
    expect(filesBeside(file)).toEqual(['checkout.cassette']);
    expect(openReader(file).formatVersion).toBe(cassetteFormatVersion);
    expect(openReader(file).session().exchangeCount).toBe(1);
    // And nobody holds it.
    closeAfterWriting(openForWriting(file, never, cassetteSteps), file);
  });

  test('is replaced where it lies when the path is a link', () => {
    const file = cassetteOf([{}]);
    const link = path.join(tempFolder(), 'link.cassette');
    symlinkSync(file, link);
    closeAfterWriting(openForWriting(link, never, later), link);
    expect(filesBeside(link)).toEqual(['link.cassette']);
    expect(filesBeside(file)).toEqual(['checkout.cassette']);
    expect(() => openReader(file)).toThrow(`has format ${cassetteFormatVersion + 2}`);
  });
});

describe('closing', () => {
  test('leaves one file even while another process stays connected; that one keeps what it has', async () => {
    const file = cassetteOf([{ target: '/before' }]);
    const writer = openWriter(file);
    const other = await holdCassette('read', file);
    const reader = openReader(file);
    writer.transaction(() => {
      const id = writer.beginSession(newSession({ name: 'second' }));
      writer.insertExchange(newExchange(id));
      writer.finishSession(id, { endedAt: fixedTime });
    });
    expect(reader.sessions()).toHaveLength(2);
    expect(reader.isCurrent()).toBe(true);
    writer.close();
    expect(filesBeside(file)).toEqual(['checkout.cassette']);
    expect(journalBytes(file)).toEqual([1, 1]);
    expect(reader.sessions()).toHaveLength(2);
    expect(reader.isCurrent()).toBe(false);
    expect(
      openReader(file)
        .sessions()
        .map(({ name }) => name),
    ).toEqual(['session-1', 'second']);
    await other.release();
    expect(filesBeside(file)).toEqual(['checkout.cassette']);
    const next = openWriter(file);
    expect(next.reader().sessions()).toHaveLength(2);
  });

  test('loses nothing while a reader is in the middle of a query; the next writer tidies up', () => {
    const file = cassetteOf([{}]);
    const writer = openWriter(file);
    const slow = connectTo(file, 'read');
    slow.script('BEGIN');
    slow.get('SELECT * FROM sessions');
    const id = writer.beginSession(newSession({ name: 'second' }));
    writer.finishSession(id, { endedAt: fixedTime });
    writer.close();
    expect(openReader(file).sessions()).toHaveLength(2);
    slow.script('COMMIT');
    slow.close();
    openWriter(file).close();
    expect(filesBeside(file)).toEqual(['checkout.cassette']);
    expect(openReader(file).sessions()).toHaveLength(2);
  });
});
