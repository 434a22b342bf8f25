import { expect, test } from 'vitest';
import { emptyBodySha256 as sha256 } from '../../src/model/exchange.ts';
import type { StreamEvent } from '../../src/model/stream-event.ts';
import { eventText, eventWord } from '../../src/views/event-words.ts';

const event = (opcode?: number): StreamEvent => ({
  direction: 'request',
  offsetMs: 1,
  sizeBytes: 1,
  sha256,
  ...(opcode === undefined ? {} : { opcode }),
});

test('every kind of event has a word', () => {
  const close = Buffer.from([0x03, 0xe8]);
  const words = [1, 2, 8, 9, 10, undefined].map((opcode) => eventWord(event(opcode), close));
  expect(words).toEqual(['text', 'binary', 'close 1000', 'ping', 'pong', 'bytes']);
  expect(eventWord(event(8), Buffer.alloc(0))).toBe('close');
  expect(eventWord({ ...event(), sizeBytes: 0 }, Buffer.alloc(0))).toBe('end');
  expect(eventWord({ direction: 'response', offsetMs: 1, sizeBytes: 1 }, undefined)).toBe('chunk');
});

test('a payload is text when the peers say so, or when it reads like text', () => {
  const odd = Buffer.from('{"type":6}\u001e');
  expect(eventText(event(1), odd)).toBe('{"type":6}\u001e');
  expect(eventText(event(2), odd)).toBeUndefined();
  expect(eventText(event(2), Buffer.from('two\nlines'))).toBe('two\nlines');
  expect(eventText(event(2), Buffer.from([0xff, 0xfe]))).toBeUndefined();
  // The beginning of a payload may end in the middle of a character.
  expect(eventText(event(2), Buffer.from('caf\u00e9').subarray(0, 4))).toBe('caf');
});
