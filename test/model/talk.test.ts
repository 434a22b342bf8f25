import { expect, test } from 'vitest';
import { decodeTalk, encodeTalk, type TalkMessage } from '../../src/model/talk.ts';

test('a conversation comes back as it was', () => {
  const talk: TalkMessage[] = [
    { direction: 'response', offsetMs: 1.25, opcode: 1, payload: Buffer.from('hallö\n') },
    { direction: 'request', offsetMs: 2, opcode: 2, payload: Buffer.from([0, 255]) },
    { direction: 'request', offsetMs: 3, payload: Buffer.alloc(0) },
  ];
  expect(decodeTalk(encodeTalk(talk))).toEqual(talk);
  expect(decodeTalk(encodeTalk([]))).toEqual([]);
});
