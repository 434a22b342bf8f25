import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/store/connection.ts';
import { migrate } from '../../src/store/migrate.ts';
import { connectTo } from '../support/sqlite-file.ts';

const format = {
  applicationId: 7,
  steps: [['CREATE TABLE a (x)'], ['CREATE TABLE b (x)', 'INSERT INTO b VALUES (1)']],
};

const memory = (): Connection => connectTo(':memory:', 'write');

const state = (connection: Connection): unknown[] => [
  connection.pragma('application_id'),
  connection.pragma('user_version'),
  ...connection.all<{ name: string }>('SELECT name FROM sqlite_schema ORDER BY name').map(({ name }) => name),
];

describe('migrate', () => {
  test('takes every step from where a file stands', () => {
    const connection = memory();
    migrate(connection, { ...format, steps: format.steps.slice(0, 1) }, 0);
    expect(state(connection)).toEqual([7, 1, 'a']);
    migrate(connection, format, 1);
    expect(state(connection)).toEqual([7, 2, 'a', 'b']);
    migrate(connection, format, 2);
    expect(state(connection)).toEqual([7, 2, 'a', 'b']);
    connection.close();
  });

  test('undoes a step that fails as a whole and stays at the one before', () => {
    const connection = memory();
    const steps = [...format.steps, ['CREATE TABLE c (x)', 'CREATE TABLE a (again)']];
    expect(() => migrate(connection, { ...format, steps }, 0)).toThrow('table a already exists');
    expect(state(connection)).toEqual([7, 2, 'a', 'b']);
    connection.close();
  });
});
