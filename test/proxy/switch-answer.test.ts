import { describe, expect, test } from 'vitest';
import { headersOfSwitch, windowBitsOf } from '../../src/proxy/switch-answer.ts';

const extensions = 'Sec-WebSocket-Extensions';

test('the proof is for the key of the client that asks now; all else is as recorded, in order and spelling', () => {
  const recorded = [
    'upgrade',
    'WebSocket',
    'CONNECTION',
    'Upgrade',
    'sec-websocket-accept',
    'of the recorded key',
    'X',
    '1',
  ];
  // Key and answer of RFC 6455 §1.3.
  const asked = ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='];
  expect(headersOfSwitch(recorded, asked)).toEqual([
    'upgrade',
    'WebSocket',
    'CONNECTION',
    'Upgrade',
    'sec-websocket-accept',
    's3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
    'X',
    '1',
  ]);
});

test('another protocol has no proof', () => {
  const recorded = ['Upgrade', 'echo', 'Connection', 'upgrade'];
  expect(headersOfSwitch(recorded, ['Upgrade', 'echo'])).toEqual(recorded);
});

describe('compression', () => {
  test.each([
    [
      'is answered as recorded',
      'permessage-deflate; client_max_window_bits',
      'permessage-deflate ;  server_no_context_takeover',
      undefined,
    ],
    ['is left out for a client that does not offer it', undefined, 'permessage-deflate', ''],
    ['is not offered by us', 'permessage-deflate', undefined, ''],
    [
      'does not limit the window of a client that did not ask',
      'permessage-deflate',
      'permessage-deflate; client_max_window_bits=12',
      'permessage-deflate',
    ],
    [
      'limits it for a client that asks',
      'permessage-deflate; client_max_window_bits',
      'permessage-deflate; client_max_window_bits=12',
      undefined,
    ],
    [
      'obeys what the client demands of us',
      'permessage-deflate; server_no_context_takeover; server_max_window_bits=10',
      'permessage-deflate; server_max_window_bits=12',
      'permessage-deflate; server_max_window_bits=10; server_no_context_takeover',
    ],
    [
      'stays within what was recorded',
      'permessage-deflate; server_max_window_bits=14',
      'permessage-deflate; server_max_window_bits=9',
      undefined,
    ],
    ['is taken from a list', 'x-other, permessage-deflate', 'foo, permessage-deflate', 'permessage-deflate'],
  ])('%s', (_, offered, recorded, expected = recorded) => {
    const of = (value: string | undefined): string[] => (value === undefined ? [] : [extensions, value]);
    const wanted = expected === '' || expected === undefined ? [] : [extensions, expected];
    expect(headersOfSwitch(of(recorded), of(offered))).toEqual(wanted);
  });

  test.each([
    ['permessage-deflate; server_max_window_bits="10"', 10],
    ['permessage-deflate', 15],
    ['', 15],
  ])('%s reaches back 2^%i bytes', (value, bits) => {
    expect(windowBitsOf([extensions, value])).toBe(bits);
  });
});
