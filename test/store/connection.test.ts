import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { Connection, sqliteCode } from '../../src/store/connection.ts';
import { tempFolder } from '../support/temp-folder.ts';

const asIs = (thrown: unknown): unknown => thrown;
const memory = (explain: (thrown: unknown) => unknown = asIs): Connection =>
  new Connection(':memory:', { access: 'write', busyTimeoutMs: 0, explain });

describe('a connection', () => {
  test('trusts nothing in a schema and checks what it reads', () => {
    const connection = memory();
    expect(['trusted_schema', 'cell_size_check', 'foreign_keys'].map((name) => connection.pragma(name))).toEqual([
      0, 1, 1,
    ]);
    connection.close();
  });

  test('commits a transaction when its work returns and undoes it when it throws, nested ones too', () => {
    const connection = memory();
    connection.script('CREATE TABLE t (a)');
    const rows = (): number => connection.get<{ n: number }>('SELECT count(*) AS n FROM t')!.n;
    connection.transaction(() => {
      connection.run('INSERT INTO t VALUES (1)');
      expect(() =>
        connection.transaction(() => {
          connection.run('INSERT INTO t VALUES (2)');
          throw new Error('inner');
        }),
      ).toThrow('inner');
    });
    expect(rows()).toBe(1);
    expect(connection.run('INSERT INTO t VALUES (?)', 3)).toEqual({ changes: 1, id: 2 });
    expect(connection.all('SELECT a FROM t')).toEqual([{ a: 1 }, { a: 3 }]);
    connection.close();
  });

  test('all that one piece of work reads is one transaction, which ends with it', () => {
    const connection = memory();
    connection.script('CREATE TABLE t (a)');
    const count = (): number => connection.get<{ n: number }>('SELECT count(*) AS n FROM t')!.n;
    expect(connection.reading(() => connection.reading(count))).toBe(0);
    expect(() =>
      connection.reading(() => {
        throw new Error('work');
      }),
    ).toThrow('work');
    connection.transaction(() => connection.run('INSERT INTO t VALUES (1)'));
    expect(connection.transaction(() => connection.reading(count))).toBe(1);
    connection.close();
  });

  test('reads of one turn share a lock and see one state of the file; the next turn sees what came since', async () => {
    const file = path.join(tempFolder(), 'shared.sqlite');
    const open = (access: 'read' | 'write'): Connection =>
      new Connection(file, { access, busyTimeoutMs: 0, explain: asIs });
    const writer = open('write');
    writer.script('CREATE TABLE t (a)');
    const reader = open('read');
    const rows = (): number => reader.get<{ n: number }>('SELECT count(*) AS n FROM t')!.n;
    reader.holdForTurn();
    expect(rows()).toBe(0);
    expect(() => writer.run('INSERT INTO t VALUES (1)')).toThrow(/locked/);
    await nextTurn();
    writer.run('INSERT INTO t VALUES (1)');
    expect(rows()).toBe(1);
    // Nothing waits for the lock of a connection that is closed or that may write.
    reader.holdForTurn();
    reader.close();
    writer.holdForTurn();
    writer.run('INSERT INTO t VALUES (2)');
    await nextTurn();
    writer.close();
  });

  test('explains every error, wherever it comes from', () => {
    const connection = memory((thrown) => new AppError('USAGE', { problem: 'explained', hint: '' }, thrown));
    const attempts = [
      () => connection.get('SELECT nonsense'),
      () => connection.all('SELECT nonsense'),
      () => connection.run('INSERT INTO nothing VALUES (1)'),
      () => connection.script('nonsense'),
      () => connection.transaction(() => connection.run('nonsense')),
    ];
    for (const attempt of attempts) expect(attempt).toThrow('explained');
    connection.close();
    const missing = path.join(tempFolder(), 'none', 'x.sqlite');
    expect(
      () => new Connection(missing, { access: 'read', busyTimeoutMs: 0, explain: () => new Error('explained') }),
    ).toThrow('explained');
  });
});

test('sqliteCode finds the code behind an AppError, and none where there is none', () => {
  let found: unknown;
  try {
    memory().run('INSERT INTO nothing VALUES (1)');
  } catch (thrown) {
    found = thrown;
  }
  expect(sqliteCode(found)).toBe('SQLITE_ERROR');
  expect(sqliteCode(new AppError('USAGE', {}, found))).toBe('SQLITE_ERROR');
  expect(sqliteCode(new AppError('USAGE'))).toBeUndefined();
  expect(sqliteCode(new Error('x'))).toBeUndefined();
});
