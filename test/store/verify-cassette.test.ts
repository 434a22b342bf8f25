import { describe, expect, test } from 'vitest';
import { cassetteFormatVersion } from '../../src/store/schema.ts';
import { cassetteOf } from '../support/cassette.ts';
import { refusal, tamper } from '../support/sqlite-file.ts';

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
