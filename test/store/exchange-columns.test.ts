import { expect, test } from 'vitest';
import {
  outcomeColumns,
  outcomeValues,
  pathOf,
  requestColumns,
  requestValues,
} from '../../src/store/exchange-columns.ts';
import { newExchange, responseOutcome } from '../support/cassette.ts';

test('pathOf is the target without its query', () => {
  expect(['/a?b?c', '/a', '?', '*', 'http://h/p?q'].map(pathOf)).toEqual(['/a', '/a', '', '*', 'http://h/p']);
});

test('there is a value for every column, whatever the outcome', () => {
  const exchange = newExchange(1);
  expect(requestValues(exchange.request, exchange)).toHaveLength(requestColumns.length);
  const failure = { kind: 'failure', code: 'dns', message: 'no such host' } as const;
  const { kind: _kind, ...response } = responseOutcome() as Extract<typeof exchange.outcome, { kind: 'response' }>;
  for (const outcome of [exchange.outcome, failure, { ...failure, response }]) {
    expect(outcomeValues({ ...exchange, outcome })).toHaveLength(outcomeColumns.length);
  }
});

test('the media type of a response is stored without its parameters', () => {
  const columnOf = (headers: string[]): unknown =>
    outcomeValues({ durationMs: 1, outcome: responseOutcome({ headers }) })[outcomeColumns.indexOf('content_type')];
  expect(columnOf(['CONTENT-TYPE', 'Text/HTML ; charset=utf-8'])).toBe('text/html');
  expect(columnOf([])).toBe('');
});
