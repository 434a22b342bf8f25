import { describe, expect, test } from 'vitest';
import { opcodes } from '../../../src/model/stream-event.ts';
import type { TalkMessage } from '../../../src/model/talk.ts';
import { answerWith } from '../../../src/suite/strength/answer.ts';
import { bodyMutations } from '../../../src/suite/strength/body-mutations.ts';
import { eventMutations, lineMutations, talkMutations } from '../../../src/suite/strength/stream-mutations.ts';
import { answer, noOthers, told, toldBodies } from '../../support/answers.ts';

const write = (text: string) => answerWith(answer(), { body: Buffer.from(text) });

describe('streams made wrong', () => {
  test('events go missing, come twice, in another order, and say other things; the stream ends early', () => {
    const stream = ': hello\n\nevent: a\ndata: {"n":1}\n\ndata: two\n\n';
    const found = toldBodies(eventMutations(stream, write, noOthers)).map((line) => line.replaceAll('\n', '|'));
    expect(found).toEqual([
      'cut events: event: a|data: {"n":1}||',
      'drop event 0: data: two||',
      'duplicate event 0: event: a|data: {"n":1}||event: a|data: {"n":1}||data: two||',
      'null event 0 /: event: a|data: null||data: two||',
      'type event 0 /: event: a|data: []||data: two||',
      'drop event 0 /n: event: a|data: {}||data: two||',
      'null event 0 /n: event: a|data: {"n":null}||data: two||',
      'type event 0 /n: event: a|data: {"n":"1"}||data: two||',
      'number event 0 /n: event: a|data: {"n":2}||data: two||',
      'drop event 1: event: a|data: {"n":1}||',
      'duplicate event 1: event: a|data: {"n":1}||data: two||data: two||',
      'reorder event 1: data: two||event: a|data: {"n":1}||',
      'text event 1: event: a|data: {"n":1}||data: twp||',
    ]);
  });

  test('lines of documents are items like events', () => {
    const found = toldBodies(lineMutations('{"n":1}\n{"n":1}\n', write, noOthers));
    expect(found).toContain('number line 1 /n: {"n":1}\n{"n":2}\n');
    expect(found.some((line) => line.startsWith('reorder'))).toBe(false);
  });

  test('of a conversation the messages of the server change, where they stood between those of the client', () => {
    const say = (direction: TalkMessage['direction'], text: string, opcode: number = opcodes.text): TalkMessage => ({
      direction,
      offsetMs: 0,
      opcode,
      payload: Buffer.from(text),
    });
    const messages = [
      say('response', 'hi'),
      say('request', 'A'),
      say('response', 'a', opcodes.binary),
      say('response', '', opcodes.ping),
      say('request', 'B'),
    ];
    const wrong = told(talkMutations({ ...answer({ status: 101 }), messages }, noOthers), (fresh) =>
      fresh.messages!.map(({ payload }) => payload.toString()).join('|'),
    );
    expect(wrong).toEqual([
      'cut messages: hi|A||B',
      'drop message 0: A|a||B',
      'duplicate message 0: hi|hi|A|a||B',
      'text message 0: hj|A|a||B',
      'drop message 1: hi|A||B',
      'duplicate message 1: hi|A|a|a||B',
      'reorder message 1: A|a|hi||B',
      'text message 1: hi|A|`||B',
    ]);
  });

  test('gRPC is changed message by message', () => {
    const frame = (text: string): Buffer => Buffer.concat([Buffer.from([0, 0, 0, 0, text.length]), Buffer.from(text)]);
    const body = Buffer.concat([frame('ab'), frame('c')]);
    const headers = ['Content-Type', 'application/grpc'];
    const found = told(bodyMutations(answer({ headers, body }), noOthers), (fresh) => fresh.body.toString('hex'));
    expect(found).toContain('text message 0: 00000000026163000000000163');
    expect(found).toContain('drop message 0: 000000000163');
    expect(found).toContain('reorder message 1: 00000000016300000000026162');
  });
});
