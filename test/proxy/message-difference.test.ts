import { expect, test } from 'vitest';
import { opcodes } from '../../src/model/stream-event.ts';
import { differenceInBytes, differencesInMessage } from '../../src/proxy/message-difference.ts';

const text = (payload: string): { opcode: number; payload: Buffer } => ({
  opcode: opcodes.text,
  payload: Buffer.from(payload),
});
const binary = (payload: string): { opcode: number; payload: Buffer } => ({
  opcode: opcodes.binary,
  payload: Buffer.from(payload, 'latin1'),
});
const words = (...[recorded, incoming]: Parameters<typeof differencesInMessage>): string[] =>
  differencesInMessage(recorded, incoming).map((found) => found.words);

test.each([
  ['the same text', text('hello'), text('hello')],
  ['JSON in another order and spelling', text('{"a":1,"b":"\\u0078"}'), text('{ "b": "x", "a": 1.0 }')],
  ['JSON that differs in the value of a secret', text('{"token":"ps-1","n":1}'), text('{"n":1,"token":"real-7"}')],
  ['JSON behind an equal preamble', text('42["in",{"pin":"1111","n":1}]'), text('42["in",{"n":1,"pin":"2222"}]')],
  ['JSON in binary messages', binary('{"a":1,"b":2}'), binary('{"b":2,"a":1}')],
  ['nothing and nothing', text(''), text('')],
])('%s says the same', (_, recorded, incoming) => {
  expect(words(recorded, incoming)).toEqual([]);
});

test.each([
  ['another preamble', text('42[1]'), text('43[1]'), ['message: recorded "42[1]", incoming "43[1]"']],
  ['another kind', text('a'), binary('a'), ['message: recorded text, incoming binary']],
  ['another value', text('{"a":1,"b":2}'), text('{"a":1,"b":3}'), ['message /b: recorded 2, incoming 3']],
  ['a value less', text('{"a":1,"b":2}'), text('{"a":1}'), ['message /b: recorded 2, not in this message']],
  [
    'other words',
    text('good morning'),
    text('good evening'),
    ['message: recorded "good morning", incoming "good evening"'],
  ],
  [
    'words far inside',
    text(`${'a'.repeat(50)}b${'c'.repeat(50)}`),
    text(`${'a'.repeat(50)}d`),
    [`message: recorded "…${'a'.repeat(20)}b${'c'.repeat(19)}…", incoming "…${'a'.repeat(20)}d"`],
  ],
  [
    'other bytes',
    binary('\x01\x02'),
    binary('\x01\x03\x04'),
    ['message: recorded 2 bytes, from byte 2 02, incoming 3 bytes, from byte 2 03 04'],
  ],
  ['fewer bytes', binary('\x01\x02'), binary('\x01'), ['message: recorded 2 bytes, from byte 2 02, incoming 1 byte']],
  [
    'JSON of equal names',
    text('{"a":1,"a":2}'),
    text('{"a":3,"a":2}'),
    [String.raw`message: recorded "{\"a\":1,\"a\":2}", incoming "{\"a\":3,\"a\":2}"`],
  ],
])('%s is told', (_, recorded, incoming, expected) => {
  expect(words(recorded, incoming)).toEqual(expected);
});

test('the value of a secret is never among the words', () => {
  const found = words(text('{"token":"ps-1","n":1}'), text('{"token":"real-7","n":2}'));
  expect(found).toEqual(['message /n: recorded 1, incoming 2']);
  const login = words(text('LOGIN password=ps-1'), text('LOGIN password=real-7'));
  expect(login).toEqual(['message: recorded 19 bytes, incoming 21 bytes; they differ from byte 16 on']);
});

test.each([
  ['abc', 'abd', 'bytes: recorded 61 62 63 "abc", incoming 61 62 64 "abd"'],
  ['\x00123456789', '\x01', 'bytes: recorded 00 31 32 33 34 35 36 37 …, incoming 01'],
  ['PASS ps-1', 'PASS real', undefined],
])('of bytes the next ones are shown, unless a secret may stand among them', (recorded, incoming, expected) => {
  expect(differenceInBytes(Buffer.from(recorded), Buffer.from(incoming))?.words).toBe(expected);
});
