import { expect, test } from 'vitest';
import { AnswerChanger } from '../../src/proxy/answer-changes.ts';
import { type IncomingRequest } from '../../src/proxy/replay-layer.ts';
import { ReplaySource } from '../../src/proxy/replay-source.ts';
import { openReader, fixedTime } from '../support/cassette.ts';
import { startReplay } from '../support/replay.ts';
import { replayable, socket } from '../support/replayable.ts';

test('what is asked exactly as recorded is served from the very recording that is held', () => {
  const reader = openReader(replayable({ exchanges: [{ target: '/a', answer: 'one' }] }));
  const layers = reader.sessions().map((session) => ({ reader, cassette: 'shop', session }));
  const source = new ReplaySource({ layers, sequence: 'epoch' });
  const request: IncomingRequest = {
    targetName: 'default',
    method: 'GET',
    target: '/a',
    headers: ['Host', 'shop.test', 'X-Request-Id', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    trailers: [],
    body: undefined,
    lane: 'default',
  };
  const found = source.find(request);
  if (found.kind !== 'hit') throw new Error('it is recorded');
  const answer = new AnswerChanger(undefined).change(request, found);
  expect(answer.recording).toBe(found.recording);
  expect(answer.hit).toBe(found);
  expect(answer.changes).toEqual([]);
});

test('a conversation is played as it was recorded, and that is told', async () => {
  const [a, b] = ['3f2504e0-4f89-41d3-9a0c-0305e82c3301', '8c9e6679-7425-40de-944b-e07fc1f90ae7'];
  const time = { startedAt: fixedTime + 5000, keys: {}, onUnsigned: () => {} };
  const replay = await startReplay(replayable({ exchanges: [socket(`/ws/${a}`, [])] }), { time });
  await replay.send(
    `GET /ws/${b}\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==`,
  );
  expect(replay.events[0]).toMatchObject({
    changes: [
      { place: 'body', from: 'echo', count: 0, left: 'conversation' },
      { place: 'body', from: 'time', count: 0, left: 'conversation' },
    ],
  });
});
