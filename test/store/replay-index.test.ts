import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import type { IndexedRecording } from '../../src/store/replay-index.ts';
import { newExchange, newSession, openReader } from '../support/cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';

const key = 'aa'.repeat(16);
const shapeKey = 'bb'.repeat(16);

const recording = (position: number, changes: Partial<IndexedRecording> = {}): IndexedRecording => ({
  id: 100 + position,
  position,
  requestKey: key,
  slots: [],
  servable: true,
  switches: false,
  isWrite: false,
  state: 0,
  since: 0,
  epoch: 0,
  ...changes,
});

const ada = { place: 'authorization', id: 'a', named: true };

const shape = {
  key: shapeKey,
  tokens: [{ place: 'path:1', value: '7e4c', kind: 'uuid v4', free: true }],
  answer: 'cc'.repeat(16),
};

function written(recordings: readonly IndexedRecording[]): { file: string; sessionId: number } {
  const file = path.join(tempFolder(), 'test.cassette');
  const writer = CassetteWriter.open(file, { create: 'if-missing' });
  const sessionId = writer.beginSession(newSession());
  writer.insertExchange(newExchange(sessionId));
  writer.writeIndex(sessionId, 'v1', recordings);
  writer.close();
  return { file, sessionId };
}

describe('the replay index', () => {
  test('gives back by key, by position, what was written', () => {
    const { file, sessionId } = written([
      recording(3, { isWrite: true, opens: 4, changes: [0, 2], slots: ['p1'], actor: [ada] }),
      recording(1, { state: 2, since: 1, epoch: 1 }),
      recording(2, { requestKey: 'ee'.repeat(16) }),
    ]);
    const reader = openReader(file);
    expect(reader.session().indexVersion).toBe('v1');
    const { requestKey: _, ...first } = recording(1, { state: 2, since: 1, epoch: 1 });
    const { requestKey: _k, ...second } = recording(3, {
      isWrite: true,
      opens: 4,
      changes: [0, 2],
      slots: ['p1'],
      actor: [ada],
    });
    expect(reader.index().candidates(sessionId, key)).toEqual([first, second]);
    expect(reader.index().candidates(sessionId + 1, key)).toEqual([]);
  });

  test('finds by shape only what has one', () => {
    const { file, sessionId } = written([recording(0, { shape }), recording(1)]);
    const { requestKey, ...rest } = recording(0);
    expect(openReader(file).index().shaped(sessionId, shapeKey)).toEqual([
      { ...rest, requestKey, tokens: shape.tokens, answer: shape.answer },
    ]);
  });

  test('remembers which values an answer repeats', () => {
    const echo = [{ place: 'header:x-request-id[0]', value: '7e4c', kind: 'uuid v4' }];
    const { file, sessionId } = written([recording(0, { echo }), recording(1)]);
    const index = openReader(file).index();
    expect(index.echo(sessionId, key, 0)).toEqual(echo);
    expect(index.echo(sessionId, key, 1)).toEqual([]);
  });

  test('is made anew as a whole and goes with its session', () => {
    const { file, sessionId } = written([recording(0), recording(1)]);
    const writer = CassetteWriter.open(file, { create: 'never' });
    writer.writeIndex(sessionId, 'v2', [recording(1)]);
    expect(writer.reader().index().candidates(sessionId, key)).toHaveLength(1);
    expect(writer.reader().session().indexVersion).toBe('v2');
    writer.deleteSession(sessionId);
    expect(writer.reader().index().candidates(sessionId, key)).toEqual([]);
    writer.close();
  });
});
