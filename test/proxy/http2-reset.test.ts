import { expect, test } from 'vitest';
import { hopFailureOf } from '../../src/proxy/hop-failure.ts';
import { http2Reset, isUnprocessed, notSent, resetCodeOf } from '../../src/proxy/http2-reset.ts';

test('the code of a reset can be read from the words of its failure', () => {
  for (const code of [0, 2, 7, 8, 11, 13, 250]) {
    expect(resetCodeOf(hopFailureOf(http2Reset(code), 'http://a.test'))).toBe(code);
  }
  expect(hopFailureOf(http2Reset(8), 'http://a.test')).toEqual({
    code: 'reset',
    message: 'upstream http://a.test reset the stream (H2_CANCEL)',
  });
});

test('a broken protocol is a failure of that name; other failures have no code', () => {
  expect(hopFailureOf(http2Reset(1), 'http://a.test').code).toBe('protocol');
  expect(resetCodeOf({ message: 'upstream http://a.test refused the connection (ECONNREFUSED)' })).toBeUndefined();
});

test('only a request that nothing was done with may be sent again', () => {
  expect([http2Reset(7), notSent(undefined), http2Reset(8), http2Reset(11)].map(isUnprocessed)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
