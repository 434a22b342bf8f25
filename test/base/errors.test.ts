import { describe, expect, test } from 'vitest';
import { AppError, errorTable, problemOf, toAppError } from '../../src/base/errors.ts';

describe('the error catalogue', () => {
  test('every entry says what happened and what to do next', () => {
    for (const [code, entry] of Object.entries(errorTable)) {
      expect(entry.message.length, code).toBeGreaterThan(5);
      expect(entry.hint.length, code).toBeGreaterThan(4);
      expect([1, 2, 3, 4, 5]).toContain(entry.exitCode);
    }
  });

  test('an error carries its values in message and hint, its exit code and its cause', () => {
    const cause = new Error('listen EADDRINUSE');
    const error = new AppError('CASSETTE_NEWER', { path: 'a.cassette', found: 7, known: 1 }, cause);
    expect(error.message).toBe('cassette a.cassette has format 7, this Retake knows formats up to 1');
    expect(error.hint).toContain('update Retake');
    expect(error.exitCode).toBe(4);
    expect(error.cause).toBe(cause);
  });

  test('a placeholder without a value stays visible rather than vanishing', () => {
    expect(new AppError('PORT_IN_USE', { port: 80 }).message).toBe('port 80 on {host} is already in use');
  });

  test('anything else thrown becomes an internal error that keeps the cause', () => {
    const thrown = new TypeError('x is not a function');
    const error = toAppError(thrown);
    expect(error.code).toBe('INTERNAL');
    expect(error.cause).toBe(thrown);
    expect(toAppError(error)).toBe(error);
    expect(problemOf('plain text')).toBe('plain text');
  });
});
