import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openForReading } from '../../src/store/open-for-reading.ts';
import { cassetteFormatVersion, cassetteSteps } from '../../src/store/schema.ts';
import { cassetteOf, openReader } from '../support/cassette.ts';
import { holdCassette } from '../support/held-cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeReadOnly, unprivileged } from '../support/unprivileged.ts';
import { refusal, tamper } from '../support/sqlite-file.ts';

describe('a file that is no cassette is refused, untouched', () => {
  test('when it does not exist', () => {
    const file = path.join(tempFolder(), 'none.cassette');
    expect(() => openForReading(file, cassetteSteps)).toThrow(`cassette ${file} does not exist`);
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  test('when it is a folder, empty, or text', () => {
    const folder = tempFolder();
    expect(() => openForReading(folder, cassetteSteps)).toThrow(`${folder} is not a cassette: it is not a file`);
    const file = path.join(folder, 'x.cassette');
    writeFileSync(file, '');
    expect(refusal(file)).toMatchObject({
      code: 'CASSETTE_NOT_SQLITE',
      message: `${file} is not a cassette: it is empty`,
      hint: 'check the path; the file was left untouched',
      exitCode: 4,
    });
    writeFileSync(file, 'version: 1\ninteractions: []\n'.repeat(1000));
    expect(refusal(file).message).toBe(`${file} is not a cassette: it is not a SQLite file`);
  });

  test('when it is the database of another program', () => {
    const file = path.join(tempFolder(), 'x.cassette');
    tamper(file, 'PRAGMA application_id = 0x12ab; CREATE TABLE t (a)');
    expect(refusal(file).message).toBe(
      `${file} is not a cassette: it is a SQLite file of another program (application id 0x000012ab)`,
    );
  });
});

describe('a damaged cassette is refused, untouched', () => {
  test('when its end is missing', () => {
    const file = cassetteOf([{ responseBytes: 'x'.repeat(100_000) }]);
    truncateSync(file, 60_000);
    expect(refusal(file)).toMatchObject({ code: 'CASSETTE_CORRUPT', exitCode: 4 });
    truncateSync(file, 700);
    expect(refusal(file).code).toMatch(/CASSETTE_(CORRUPT|NOT_SQLITE)/);
  });

  test('when the page of its schema is garbage', () => {
    const file = cassetteOf([{}]);
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 100, 4096);
    writeFileSync(file, bytes);
    expect(refusal(file).code).toBe('CASSETTE_CORRUPT');
  });

  test('when garbage stands in a page of its content: at the first read that meets it', () => {
    const file = cassetteOf(Array.from({ length: 200 }, () => ({ responseBytes: 'x' })));
    const bytes = readFileSync(file);
    bytes.fill(0xa5, bytes.length / 2);
    writeFileSync(file, bytes);
    const reader = openReader(file);
    expect(() => [...reader.exchanges(reader.session().id)]).toThrow(`cassette ${file} is damaged: `);
  });
});

describe('formats', () => {
  test('an older one is read through a private copy brought up to date, step by step; the file stays as it is', () => {
    const file = cassetteOf([{ target: '/old' }]);
    const before = readFileSync(file);
    const later = [
      ...cassetteSteps,
      ['ALTER TABLE rules ADD COLUMN color TEXT'],
      [`CREATE TABLE shades (color TEXT) STRICT`, `INSERT INTO shades SELECT method FROM exchanges`],
    ];
    const opened = openForReading(file, later);
    expect(opened.formatVersion).toBe(cassetteFormatVersion);
    expect(opened.connection.get('SELECT color FROM shades')).toEqual({ color: 'GET' });
    opened.close();
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
  });
});

describe('places', () => {
  test('a cassette in a read-only folder opens where it lies', () => {
    const file = cassetteOf([{}]);
    const restore = makeReadOnly(path.dirname(file));
    try {
      unprivileged(() => expect(openReader(file).session().exchangeCount).toBe(1));
    } finally {
      restore();
    }
  });

  test('what a crash left in the journal is read, in a writable and in a read-only folder, with links too', async () => {
    const file = path.join(tempFolder(), 'cassettes', 'crash.cassette');
    const holder = await holdCassette('record', file);
    await holder.kill();
    const main = readFileSync(file);
    const journal = readFileSync(`${file}-wal`);
    expect(journal.length).toBeGreaterThan(0);
    expect(openReader(file).session().exchangeCount).toBe(2);

    const copies = readdirSync(tmpdir()).filter(
      (name) => name.startsWith('retake-') && !name.startsWith('retake-test'),
    );
    const restore = makeReadOnly(path.dirname(file));
    try {
      unprivileged(() => {
        const reader = openReader(file);
        expect(reader.session()).toMatchObject({ name: 'crashed', exchangeCount: 2 });
        expect([...reader.exchanges(reader.session().id)].map(({ request }) => request.target)).toEqual([
          '/answered',
          '/running',
        ]);
      });
      expect(readFileSync(file).equals(main)).toBe(true);
      expect(readFileSync(`${file}-wal`).equals(journal)).toBe(true);
    } finally {
      restore();
    }
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith('retake-') && !name.startsWith('retake-test'));
    expect(left).toEqual(copies);
  });

  test('a file nobody may read is named as such', () => {
    const file = cassetteOf([{}]);
    const restore = makeReadOnly(path.dirname(file));
    chmodSync(file, 0);
    try {
      unprivileged(() =>
        expect(() => openForReading(file, cassetteSteps)).toThrow(`cassette ${file} cannot be read: `),
      );
    } finally {
      restore();
    }
  });

  test('a journal without its cassette is a missing cassette', () => {
    const file = path.join(tempFolder(), 'x.cassette');
    appendFileSync(`${file}-wal`, 'left alone');
    expect(() => openForReading(file, cassetteSteps)).toThrow('does not exist');
  });

  test('a copy that lost its journal still opens with what had reached the file', async () => {
    const folder = tempFolder();
    const holder = await holdCassette('create', path.join(folder, 'live.cassette'));
    copyFileSync(path.join(folder, 'live.cassette'), path.join(folder, 'copy.cassette'));
    await holder.kill();
    expect(openReader(path.join(folder, 'copy.cassette')).sessions()).toEqual([]);
  });
});
