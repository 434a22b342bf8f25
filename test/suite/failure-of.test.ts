import { describe, expect, test } from 'vitest';
import { failureOf } from '../../src/suite/failure-of.ts';

function problem(code: string, message = 'it broke'): Error {
  return Object.assign(new Error(message), { code });
}

describe('failure codes of what Node reports', () => {
  test.each([
    ['ECONNREFUSED', 'refused'],
    ['RETAKE_INTERRUPTED', 'interrupted'],
    ['RETAKE_TRUNCATED', 'truncated'],
    ['ERR_UNESCAPED_CHARACTERS', 'protocol'],
  ])('%s is %s', (errno, code) => {
    expect(failureOf(problem(errno))).toEqual({ code, message: 'it broke' });
  });

  test('several addresses that all refused are told with their own words', () => {
    const both = new AggregateError([
      new Error('connect ECONNREFUSED ::1'),
      new Error('connect ECONNREFUSED 127.0.0.1'),
    ]);
    expect(failureOf(Object.assign(both, { code: 'ECONNREFUSED' }))).toEqual({
      code: 'refused',
      message: 'connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1',
    });
  });
});
