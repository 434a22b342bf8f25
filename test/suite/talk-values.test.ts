import { expect, test } from 'vitest';
import { isCarried, issuedInTalk, withTalkValues } from '../../src/suite/talk-values.ts';
import type { TalkMessage } from '../../src/model/talk.ts';

/** `>` is the client, `<` the server, `~` a ping of the server. */
const talk = (...lines: readonly string[]): TalkMessage[] =>
  lines.map((line) => ({
    direction: line.startsWith('>') ? 'request' : 'response',
    offsetMs: 0,
    opcode: line.startsWith('~') ? 9 : 1,
    payload: Buffer.from(line.slice(1)),
  }));

test('what the server issued and the client said again is found by its place', () => {
  const recorded = talk('<0{"sid":"abc123def","at":"x9y8z7w6"}', '>{"to":["abc123def"]}');
  const fresh = talk('~', '<0{"at":"q1w2e3r4","sid":"zyx987wvu"}');
  expect(issuedInTalk(recorded, fresh)).toEqual([['abc123def', 'zyx987wvu']]);
  expect(issuedInTalk(talk('<[["abc123def"]]', '>abc123def'), talk('<[["abc123def"],1]'))).toEqual([
    ['abc123def', 'abc123def'],
  ]);
  expect(issuedInTalk(talk('<{"id":"17"}', '>17'), talk('<{"id":"18"}'))).toEqual([]);
  expect(issuedInTalk(recorded, talk('<hello'))).toEqual([]);
});

test('values stand where recorded ones stood alone, in one pass', () => {
  const values = new Map([
    ['abc123', 'abc1234'],
    ['abc1234', 'abc123'],
  ]);
  const said = (text: string): string => withTalkValues(Buffer.from(text), values).toString();
  expect(said('{"a":"abc123","b":"abc1234/abc123"}')).toBe('{"a":"abc1234","b":"abc123/abc1234"}');
  expect(said('xabc123')).toBe('xabc123');
  expect(withTalkValues(Buffer.from([0xff]), values)).toEqual(Buffer.from([0xff]));
});

test('only values that hardly occur by accident, and that stand in JSON as they are, are carried', () => {
  expect(isCarried('a1b2c3d4')).toBe(true);
  expect(isCarried('tea')).toBe(false);
  expect(isCarried('a1b2"c3d4')).toBe(false);
});
