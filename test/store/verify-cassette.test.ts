import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { Connection } from '../../src/store/connection.ts';
import { openForReading } from '../../src/store/open-for-reading.ts';
import { cassetteFormatVersion, cassetteSteps } from '../../src/store/schema.ts';
import { cassetteOf } from '../support/cassette.ts';

/** The refusal of a file; one that changed the file is not accepted. */
function refusal(file: string): AppError {
  const before = readFileSync(file, 'hex');
  try {
    openForReading(file, cassetteSteps).close();
  } catch (thrown) {
    if (thrown instanceof AppError && readFileSync(file, 'hex') === before) return thrown;
    throw thrown;
  }
  throw new Error('it was opened');
}

/** Changes a cassette behind Retake's back. */
function tamper(file: string, sql: string): string {
  const connection = new Connection(file, { access: 'write', busyTimeoutMs: 0, explain: (thrown) => thrown });
  connection.script(sql);
  connection.close();
  return file;
}

describe('a cassette never runs code of its own', () => {
  test.each([
    ['trigger', 'CREATE TRIGGER evil AFTER INSERT ON sessions BEGIN DELETE FROM exchanges; END'],
    ['view', 'CREATE VIEW evil AS SELECT * FROM sessions'],
    ['table', 'CREATE TABLE evil (a)'],
    ['table', 'CREATE VIRTUAL TABLE evil USING fts5(a)'],
    ['index', 'CREATE INDEX evil ON sessions (abs(started_at))'],
  ])('with a %s that Retake never makes it is refused', (kind, sql) => {
    const file = tamper(cassetteOf([{}]), sql);
    expect(refusal(file).message).toBe(
      `cassette ${file} is damaged: it holds the ${kind} evil, which Retake never makes`,
    );
  });

  test('with a table that is not word for word ours, or missing, it is refused', () => {
    const file = tamper(cassetteOf([{}]), 'ALTER TABLE rules ADD COLUMN extra TEXT');
    expect(refusal(file).message).toContain('its table rules is not the one Retake makes');
    expect(refusal(tamper(cassetteOf([{}]), 'DROP TABLE rules')).message).toContain('its table rules is missing');
  });
});

describe('the format number', () => {
  test('of a newer Retake is refused with both numbers', () => {
    const file = tamper(cassetteOf([{}]), 'PRAGMA user_version = 99');
    expect(refusal(file)).toMatchObject({
      code: 'CASSETTE_NEWER',
      message: `cassette ${file} has format 99, this Retake knows formats up to ${cassetteFormatVersion}`,
      hint: 'update Retake: npm install --save-dev retake@latest; the file was left untouched',
      exitCode: 4,
    });
  });

  test('that never existed is damage', () => {
    const file = tamper(cassetteOf([{}]), 'PRAGMA user_version = 0');
    expect(refusal(file).message).toContain('format 0 never existed');
  });
});
