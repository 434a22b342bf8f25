import { describe, expect, onTestFinished, test } from 'vitest';
import type { WhyServed } from '../../src/model/why-served.ts';
import { openLayers } from '../../src/proxy/open-layers.ts';
import { whyLines } from '../../src/proxy/why-served.ts';
import { openReader } from '../support/cassette.ts';
import { matchRules } from '../support/match-rules.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { counter, get, post, type Recorded, replayable } from '../support/replayable.ts';
import { tempFolder } from '../support/temp-folder.ts';

const json = '\nContent-Type: application/json';
const uuids = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'] as const;

async function replayOf(exchanges: readonly Recorded[], rules: readonly string[] = []): Promise<TestReplay> {
  const file = replayable({ exchanges });
  const { layers, close } = await openLayers([openReader(file)], {
    session: undefined,
    rules: matchRules(...rules),
    folder: tempFolder(),
  });
  onTestFinished(close);
  return startReplay(file, { layers: layers.map((layer) => ({ ...layer, cassette: 'shop' })), history: 'kept' });
}

function lastWhy({ served, why }: TestReplay): WhyServed {
  return why(served(0, 1000).answers.at(-1)!.number)!;
}

describe('why this response', () => {
  test('the only one', async () => {
    const replay = await replayOf([get('/a', 'a')]);
    await replay.send('GET /a\nX-Retake-Lane: two');
    expect(lastWhy(replay)).toEqual({
      match: 'exact',
      words: 'the requests are equal; the only recording of this request; lane two: the header x-retake-lane said so',
      rules: [],
      renamed: [],
      sequence: { words: 'the only recording of this request', number: 1, of: 1 },
      lane: { name: 'two', how: 'header', words: 'the header x-retake-lane said so' },
      relaxations: [],
      changes: [],
    });
  });

  test('one of several, since a write that is known to change it', async () => {
    const replay = await replayOf([...counter, get('/count', '2')]);
    const sequence = async (head: string, body?: string): Promise<WhyServed> => {
      await replay.send(head, body);
      return lastWhy(replay);
    };
    expect((await sequence('GET /count')).sequence.words).toBe(
      'the only recording of this request before any write that changes it',
    );
    const write = await sequence(`POST /count${json}`, '{"add":1}');
    expect(write.sequence.words).toBe('1st of 2 recordings of this request');
    expect(write.effect).toBe('from here on it changes GET /count');
    const read = await sequence('GET /count');
    expect(read.sequence).toEqual({
      words: 'the only recording of this request since POST /count (position 1)',
      number: 1,
      of: 1,
      since: 'shop:session-1/1',
    });
    expect(read.state).toBe(
      'it shows the state after POST /count (position 1): such reads were seen to change after such writes',
    );
    await sequence(`POST /count${json}`, '{"add":1}');
    expect((await sequence('GET /count')).sequence.words).toBe(
      '1st of 2 recordings of this request since POST /count (position 3)',
    );
  });

  test('values that are made anew, and what of the answer follows them', async () => {
    const replay = await replayOf([get(`/job?id=${uuids[0]}`, 'job')]);
    await replay.send(`GET /job?id=${uuids[1]}`);
    const why = lastWhy(replay);
    expect([why.match, why.relaxations]).toEqual(['volatile', []]);
    expect(whyLines(why)).toEqual([
      'the requests differ only in values that are made anew in each run; the only recording of this request; lane default: nothing named another',
      `the uuid at query \`id\`: ${uuids[1]} stands for ${uuids[0]}`,
    ]);
  });

  test('match rules', async () => {
    const replay = await replayOf([get('/a?nonce=1', 'a')], ['GET /a: ignore query nonce']);
    await replay.send('GET /a?nonce=2');
    const why = lastWhy(replay);
    expect([why.match, why.rules]).toEqual(['rules', ['GET /a: ignore query nonce']]);
  });

  test('relaxations, in the words of the ledger', async () => {
    const replay = await replayOf([post('/a', '', 'written'), get('/a', 'after')]);
    await replay.send('GET /a');
    expect(lastWhy(replay).relaxations).toEqual(['recorded after a write that this lane has not made yet']);
  });

  test('misses, and answers that are not known, have none', async () => {
    const replay = await replayOf([get('/a', 'a')]);
    await replay.send('GET /b');
    expect([replay.why(0), replay.why(1), replay.why(-1)]).toEqual([undefined, undefined, undefined]);
  });

  test('the list of what was served holds it in brief', async () => {
    const replay = await replayOf([get('/a', 'a')]);
    await replay.send('GET /a');
    expect(replay.served(0, 10).answers[0]?.why).toMatchObject({ match: 'exact', sequence: { number: 1, of: 1 } });
  });
});
