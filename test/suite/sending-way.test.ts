import { expect, test } from 'vitest';
import { effectOf, isWebSocket, sendingWayOf } from '../../src/suite/sending-way.ts';
import { newExchange, responseOutcome } from '../support/cassette.ts';

test('a request goes out in the way in which it was recorded', () => {
  expect(sendingWayOf(newExchange(1))).toBe('request');
  const typed = (type: string) => newExchange(1, { method: 'POST', requestHeaders: ['Content-Type', type] });
  expect(sendingWayOf(typed('application/grpc+proto'))).toBe('grpc');
  expect(sendingWayOf(typed('application/grpc-web+proto'))).toBe('request');
  const switched = newExchange(1, { outcome: responseOutcome({ status: 101, headers: ['Upgrade', 'WebSocket'] }) });
  expect(sendingWayOf(switched)).toBe('websocket');
  expect(isWebSocket(switched)).toBe(true);
});

test('a conversation in which the client speaks may change anything', () => {
  const said = (direction: 'request' | 'response', opcode: number) => [
    { direction, opcode, offsetMs: 0, sizeBytes: 1 },
  ];
  expect(effectOf(newExchange(1), said('response', 1))).toBe('read');
  expect(effectOf(newExchange(1), said('request', 9))).toBe('read');
  expect(effectOf(newExchange(1), said('request', 2))).toBe('write');
  expect(effectOf(newExchange(1, { method: 'PUT' }), [])).toBe('write');
});
