import { describe, expect, test } from 'vitest';
import { failureOf } from '../../src/suite/failure-of.ts';

function problem(code: string, message = 'it broke'): Error {
  return Object.assign(new Error(message), { code });
}

describe('failure codes of what Node reports', () => {
  test.each([
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNREFUSED', 'refused'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    ['ETIMEDOUT', 'timeout'],
    ['EPROTO', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['HPE_INVALID_CONSTANT', 'protocol'],
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
