import { describe, expect, test } from 'vitest';
import { chooseShaped } from '../../src/match/choose-shaped.ts';
import type { ShapedRecording } from '../../src/match/shaped-requests.ts';
import { Lane } from '../../src/match/lane.ts';
import { requestShape } from '../../src/match/request-shape.ts';

const ids = [
  '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  '8c9e6679-7425-40de-944b-e07fc1f90ae7',
  '16fd2706-8baf-433b-82eb-8c7fada847da',
  '7d444840-9dc0-41d1-b245-5ffdce74fad2',
] as const;
const window = { fromMs: Date.UTC(2026, 10, 23, 12), toMs: Date.UTC(2026, 10, 23, 13) };

const recording = (position: number, value: string, changes: Partial<ShapedRecording> = {}): ShapedRecording => ({
  position,
  requestKey: value,
  after: 0,
  epoch: 0,
  slots: [],
  servable: true,
  isWrite: false,
  state: 0,
  since: 0,
  tokens: [{ place: 'path:1', value, free: true }],
  answer: `answer ${position}`,
  ...changes,
});
const write = (position: number, value: string): ShapedRecording =>
  recording(position, value, { isWrite: true, opens: position + 1, changes: [0] });

function ask(lane: Lane, candidates: readonly ShapedRecording[], value: string, method = 'GET') {
  const shape = requestShape(
    { targetName: 'default', method, target: `/orders/${value}`, headers: [], body: undefined },
    [],
    [],
  )!;
  return chooseShaped(lane, candidates, { method, sequence: 'epoch', shape, bindings: lane.bindings, window });
}

describe('chooseShaped', () => {
  test('serves the only recording that fits, and remembers what stands for what', () => {
    const lane = new Lane();
    expect(ask(lane, [recording(3, ids[0])], ids[1])).toMatchObject({
      kind: 'hit',
      candidate: { position: 3 },
      renamed: [{ recorded: ids[0], incoming: ids[1] }],
    });
    expect(lane.bindings.incomingOf(ids[0])).toBe(ids[1]);
    expect(ask(lane, [recording(3, ids[0])], ids[1])).toMatchObject({ kind: 'hit' });
    expect(ask(lane, [recording(3, ids[0])], ids[2])).toEqual({ kind: 'miss', code: 'unmatched' });
    expect(ask(new Lane(), [recording(3, ids[0])], ids[2])).toMatchObject({ kind: 'hit' });
  });

  test('abstains when reads fit equally and answer differently, and names what would tell them apart', () => {
    const candidates = [recording(0, ids[0]), recording(1, ids[1])];
    expect(ask(new Lane(), candidates, ids[2])).toMatchObject({
      kind: 'miss',
      code: 'ambiguous',
      between: [{ position: 0 }, { position: 1 }],
      token: { place: 'path:1', class: 'uuid', value: ids[2] },
      recorded: [ids[0], ids[1]],
    });
  });

  test('does not abstain where any answer is the same', () => {
    const candidates = [recording(0, ids[0], { answer: 'same' }), recording(1, ids[1], { answer: 'same' })];
    expect(ask(new Lane(), candidates, ids[2])).toMatchObject({ kind: 'hit', candidate: { position: 0 } });
  });

  test('knows again what an earlier request called by its new name', () => {
    const lane = new Lane();
    lane.bindings.bind(ids[1], ids[3]);
    const candidates = [recording(0, ids[0]), recording(1, ids[1])];
    expect(ask(lane, candidates, ids[3])).toMatchObject({ kind: 'hit', candidate: { position: 1 } });
    // The other one is the only one that is left for a new name.
    expect(ask(lane, candidates, ids[2])).toMatchObject({ kind: 'hit', candidate: { position: 0 } });
  });

  test('takes writes in the order of the recording, each once', () => {
    const lane = new Lane();
    const candidates = [write(0, ids[0]), write(4, ids[1])];
    expect(ask(lane, candidates, ids[2], 'PUT')).toMatchObject({ kind: 'hit', candidate: { position: 0 } });
    expect(ask(lane, candidates, ids[3], 'PUT')).toMatchObject({ kind: 'hit', candidate: { position: 4 } });
    expect(ask(lane, candidates, ids[2], 'PUT')).toMatchObject({ kind: 'miss', code: 'exhausted' });
  });

  test('tells recordings of one shape apart by the state they show', () => {
    const lane = new Lane();
    const known = { changedBy: 1, changedAt: 0 };
    const candidates = [
      recording(0, ids[0], known),
      recording(5, ids[1], { since: 3, after: 1, changedBy: 1, changedAt: 3 }),
    ];
    expect(ask(lane, candidates, ids[2])).toMatchObject({ kind: 'hit', candidate: { position: 0 } });
    const later = new Lane();
    later.make({ opens: 3, changes: [0], surely: [1] });
    expect(ask(later, candidates, ids[2])).toMatchObject({ kind: 'hit', candidate: { position: 5 } });
  });

  test('does not tell them apart by a write that only might have changed them, nor by stretches of other states', () => {
    const candidates = [recording(0, ids[0]), recording(5, ids[1], { since: 3, after: 1 })];
    const other = [recording(0, ids[0]), recording(5, ids[1], { state: 1, since: 3, after: 1 })];
    for (const list of [candidates, other]) {
      const lane = new Lane();
      expect(ask(lane, list, ids[2])).toMatchObject({ kind: 'miss', code: 'ambiguous' });
      lane.make({ opens: 3, changes: [0] });
      expect(ask(lane, list, ids[2])).toMatchObject({ kind: 'miss', code: 'ambiguous' });
    }
  });

  test('never serves what is not complete', () => {
    expect(ask(new Lane(), [recording(0, ids[0], { servable: false })], ids[1])).toEqual({
      kind: 'miss',
      code: 'unmatched',
    });
  });

  test('of very many recordings that answer alike takes any, binding nothing; of such that do not it gives up soon', () => {
    const id = (i: number): string => `7d444840-9dc0-41d1-a245-${String(i).padStart(12, '0')}`;
    const list = Array.from({ length: 100_000 }, (_, i) => recording(i, id(i), { answer: 'same' }));
    const writes = Array.from({ length: 100_000 }, (_, i) => write(i, id(i)));
    const lane = new Lane();
    const start = performance.now();
    for (let i = 0; i < 100; i++) expect(ask(lane, list, id(200_000 + i))).toMatchObject({ kind: 'hit' });
    expect(lane.bindings.size).toBe(0);
    for (let i = 0; i < 2000; i++) expect(ask(lane, writes, id(300_000 + i), 'PUT')).toMatchObject({ kind: 'hit' });
    // Going through all of them each time would take minutes.
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
