import { describe, expect, test } from 'vitest';
import { type FailureCode, emptyBody, type ResponseOutcome } from '../../src/model/exchange.ts';
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

  test('a WebSocket that can be played is judged, another protocol is not sent', () => {
    const message = { direction: 'request', offsetMs: 1, opcode: 1, sizeBytes: 9, sha256: 'a'.repeat(64) } as const;
    const switched = (upgrade: string) =>
      newExchange(1, { outcome: responseOutcome({ status: 101, headers: ['Upgrade', upgrade] }) });
    expect(standingOf(switched('WebSocket'), [message])).toEqual({ kind: 'judged' });
    expect(standingOf(switched('SPDY/3.1'))).toEqual({
      kind: 'skipped',
      reason: 'it switched to a protocol other than WebSocket, which a test run cannot play',
    });
    expect(standingOf(switched('websocket'), [{ ...message, storedBytes: 3 }])).toEqual({
      kind: 'skipped',
      reason: 'a message of it was stored only in part, which a test run cannot play',
    });
    const { opcode: _, ...bytes } = message;
    expect(standingOf(switched('websocket'), [bytes])).toMatchObject({ kind: 'skipped' });
    expect(standingOf(switched('websocket'), [{ ...message, sizeBytes: 2 ** 26 }])).toMatchObject({ kind: 'skipped' });
  });

  test('a gRPC call is judged, also when its client never ended its side', () => {
    const requestHeaders = ['content-type', 'application/grpc+proto'];
    expect(standingOf(newExchange(1, { method: 'POST', requestHeaders }))).toEqual({ kind: 'judged' });
    const open = { ...emptyBody, truncated: true };
    expect(standingOf(newExchange(1, { requestHeaders, requestBody: open }))).toEqual({ kind: 'judged' });
    expect(standingOf(newExchange(1, { requestHeaders, requestBody: cut }))).toMatchObject({ kind: 'skipped' });
  });

  test('a stream of events that its client left is judged if something had come', () => {
    const left = (sizeBytes: number, type = 'text/event-stream') => {
      const response = responseOutcome({
        headers: ['Content-Type', type],
        body: { ...emptyBody, sizeBytes, fullSizeBytes: sizeBytes, truncated: true },
      }) as ResponseOutcome;
      return newExchange(1, { outcome: { kind: 'failure', code: 'client-aborted', message: '', response } });
    };
    expect(standingOf(left(9))).toEqual({ kind: 'judged' });
    expect(standingOf(left(0))).toMatchObject({ kind: 'skipped' });
    expect(standingOf(left(9, 'application/zip'))).toMatchObject({ kind: 'skipped' });
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
    expect(isNeededForState('write', { kind: 'sent', reason: '' })).toBe(true);
    expect(isNeededForState('write', { kind: 'skipped', reason: '' })).toBe(false);
    expect(isNeededForState('read', { kind: 'judged' })).toBe(false);
  });
});
