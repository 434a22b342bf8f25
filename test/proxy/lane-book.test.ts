import { expect, test } from 'vitest';
import { LaneBook, maxLanes } from '../../src/proxy/lane-book.ts';
import { startReplay } from '../support/replay.ts';
import { counter, replayable } from '../support/replayable.ts';

const layer = { index: 0, cassette: 'shop', session: { name: 'session-1' } };

test('a lane tells what it was given, and where it stands', () => {
  const book = new LaneBook(1);
  book.enter('one', 'header');
  book.hit('one', layer, { position: 4, method: 'POST' });
  book.hit('one', layer, { position: 2, method: 'GET' });
  book.missed('one');
  book.enter('one', 'path');
  book.enter('two', 'port');
  expect(book.list()).toEqual([
    {
      name: 'one',
      how: 'header',
      hits: 2,
      misses: 1,
      writes: 1,
      positions: [{ cassette: 'shop', session: 'session-1', last: 2, furthest: 4 }],
    },
    { name: 'two', how: 'port', hits: 0, misses: 0, writes: 0, positions: [] },
  ]);
});

test('a lane that is reset begins anew and keeps its name', () => {
  const book = new LaneBook(2);
  book.enter('one', 'header');
  const [state] = book.statesOf('one');
  book.hit('one', layer, { position: 4, method: 'POST' });
  expect(book.reset('one')).toBe(true);
  expect(book.statesOf('one')).toHaveLength(2);
  expect(book.statesOf('one')[0]).not.toBe(state);
  expect(book.list()).toMatchObject([{ name: 'one', how: 'header', hits: 0, writes: 0, positions: [] }]);
  expect(book.reset('two')).toBe(false);
});

test('there is a limit to lanes, which those that are known do not meet', () => {
  const book = new LaneBook(0);
  for (let i = 0; i < maxLanes; i += 1) book.enter(`lane ${i}`, 'header');
  expect(book.enter('one more', 'header')).toBe(false);
  expect(book.enter('lane 7', 'header')).toBe(true);
  book.resetAll();
  expect(book.enter('one more', 'header')).toBe(true);
});

test('a running replay tells its lanes, and puts them back to the beginning', async () => {
  const replay = await startReplay(replayable({ exchanges: counter }));
  const read = async (lane: string): Promise<string> =>
    String((await replay.send(`GET /count\nx-retake-lane: ${lane}`)).body);
  const add = (lane: string) =>
    replay.send(`POST /count\nx-retake-lane: ${lane}\nContent-Type: application/json`, '{"add":1}');
  for (const lane of ['one', 'two']) await add(lane);
  await replay.send('GET /nothing\nx-retake-lane: two');
  expect(replay.lanes()).toMatchObject([
    { name: 'one', how: 'header', hits: 1, misses: 0, writes: 1, positions: [{ last: 1, furthest: 1 }] },
    { name: 'two', how: 'header', hits: 1, misses: 1, writes: 1 },
  ]);
  expect(replay.resetLane('one')).toBe(true);
  expect([await read('one'), await read('two')]).toEqual(['0', '1']);
  replay.resetAllLanes();
  expect(replay.lanes()).toEqual([]);
  expect(await read('two')).toBe('0');
  expect((await replay.stop()).ledger).toMatchObject({ hits: 5, misses: 1 });
});
