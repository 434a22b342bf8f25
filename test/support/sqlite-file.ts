import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { AppError } from '../../src/base/errors.ts';
import { Connection } from '../../src/store/connection.ts';
import { openForReading } from '../../src/store/open-for-reading.ts';
import { cassetteSteps } from '../../src/store/schema.ts';
import { appErrorOf } from './app-error.ts';

/** A database as SQLite sees it: waits for nobody, and errors stay what they are. */
export function connectTo(file: string, access: 'read' | 'write'): Connection {
  return new Connection(file, { access, busyTimeoutMs: 0, explain: (thrown) => thrown });
}

/** Changes a cassette behind Retake's back. */
export function tamper(file: string, sql: string): string {
  const connection = connectTo(file, 'write');
  connection.script(sql);
  connection.close();
  return file;
}

/** The refusal of a file; one that changed the file is not accepted. */
export function refusal(file: string): AppError {
  const before = readFileSync(file, 'hex');
  const error = appErrorOf(() => openForReading(file, cassetteSteps).close());
  expect(readFileSync(file, 'hex')).toBe(before);
  return error;
}
