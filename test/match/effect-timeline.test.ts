import { expect, test } from 'vitest';
import { arrivedDuring, type Timeline, timelineOf } from '../../src/match/effect-timeline.ts';
import { resourcesOf } from '../../src/match/resource.ts';
import { recordedFacts } from '../support/effects.ts';

function timeline(...lines: readonly string[]): Timeline {
  const facts = recordedFacts(lines);
  const conducts = facts.map(({ method }) => (method === 'GET' ? 'read' : 'write'));
  return timelineOf(facts, resourcesOf(facts), conducts);
}

test('writes are gathered by kind, refused ones apart; reads by key', () => {
  const { writes, writeKinds, keys, readKinds } = timeline(
    'PUT /a/1',
    'PUT /a/2',
    'PUT /a/3 !409',
    'GET /a/1',
    'GET /a/2',
    'GET /a/1',
  );
  expect(writes.map(({ kind }) => kind.index)).toEqual([0, 0, 1]);
  expect(writeKinds.map(({ keys: bodies }) => bodies.size)).toEqual([2, 1]);
  expect(keys.map(({ reads }) => reads.map(({ before }) => before))).toEqual([[3, 3], [3]]);
  expect(readKinds).toHaveLength(1);
});

test('a write to what nobody reads is an action', () => {
  const { writeKinds } = timeline('POST /login', 'POST /orders', 'GET /orders', 'GET /login@other');
  expect(writeKinds.map(({ isAction }) => isAction)).toEqual([true, false]);
});

test('writes that run when a read arrives, or arrive while it runs, are known', () => {
  const { keys, writes } = timeline('PUT /a | GET /a | PUT /a', 'PUT /a');
  const [read] = keys[0]!.reads;
  expect(read!.running).toEqual([writes[0]]);
  expect(writes.map((write) => arrivedDuring(write, read!))).toEqual([true, true, false]);
});

test('a read knows the writes whose values it needs', () => {
  const { keys, writes } = timeline('POST /a +1', 'POST /a +2', 'GET /b -2');
  expect([...keys[0]!.sources]).toEqual([writes[1]]);
});

test('a write that names what is read has to do with it, before the read or after it', () => {
  const lines = [
    'GET /blobs/d1 names:d1 = 1',
    'PUT /up names:d1 = ok',
    'PUT /up#2 names:d2 = ok',
    'PUT /up@other names:d1',
  ];
  const { keys, writes } = timeline(...lines);
  expect([...keys[0]!.sources]).toEqual([writes[0]]);
});
