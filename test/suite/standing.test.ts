import { describe, expect, test } from 'vitest';
import { type FailureCode, emptyBody } from '../../src/model/exchange.ts';
import { isNeededForState, standingOf } from '../../src/suite/standing.ts';
import { newExchange, responseOutcome } from '../support/cassette.ts';

const cut = { ...emptyBody, truncated: true, fullSizeBytes: 9 };

describe('what a recording is good for', () => {
  test('a complete response is judged, whatever its status', () => {
    expect(standingOf(newExchange(1))).toEqual({ kind: 'judged' });
    expect(standingOf(newExchange(1, { outcome: responseOutcome({ status: 500 }) }))).toEqual({ kind: 'judged' });
  });

  test.each<[FailureCode, string]>([
    ['reset', 'judged'],
    ['timeout', 'judged'],
    ['protocol', 'judged'],
    ['truncated', 'judged'],
    ['dns', 'skipped'],
    ['refused', 'skipped'],
    ['unreachable', 'skipped'],
    ['tls', 'skipped'],
    ['interrupted', 'skipped'],
    ['client-aborted', 'skipped'],
  ])('a recorded failure %s is %s', (code, kind) => {
    expect(standingOf(newExchange(1, { outcome: { kind: 'failure', code, message: 'x' } }))).toMatchObject({ kind });
  });

  test('the reason is told in words', () => {
    const refused = newExchange(1, { outcome: { kind: 'failure', code: 'refused', message: 'port 1' } });
    expect(standingOf(refused)).toEqual({
      kind: 'skipped',
      reason: 'the recording never reached a server (refused: port 1)',
    });
  });

  test('a conversation in another protocol is not sent, and neither is a gRPC call', () => {
    const switched = newExchange(1, { outcome: responseOutcome({ status: 101 }) });
    expect(standingOf(switched)).toEqual({
      kind: 'skipped',
      reason: 'it switched to another protocol, which a test run does not speak',
    });
    const call = newExchange(1, { method: 'POST', requestHeaders: ['content-type', 'application/grpc+proto'] });
    expect(standingOf(call)).toEqual({ kind: 'skipped', reason: 'a test run does not send gRPC calls' });
  });

  test('a response stored in part is sent for its effect only, a request stored in part not at all', () => {
    const response = newExchange(1, { outcome: responseOutcome({ body: cut }) });
    expect(standingOf(response)).toMatchObject({ kind: 'sent' });
    expect(standingOf(newExchange(1, { requestBody: cut }))).toMatchObject({ kind: 'skipped' });
  });

  test('an exchange without an end is skipped', () => {
    const { request } = newExchange(1);
    expect(standingOf({ request })).toMatchObject({ kind: 'skipped' });
  });

  test('only writes that can be sent are needed for the state of the server', () => {
    expect(isNeededForState('POST', { kind: 'sent', reason: '' })).toBe(true);
    expect(isNeededForState('POST', { kind: 'skipped', reason: '' })).toBe(false);
    expect(isNeededForState('GET', { kind: 'judged' })).toBe(false);
  });
});
