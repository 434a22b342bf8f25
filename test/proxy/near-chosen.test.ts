import { describe, expect, test } from 'vitest';
import type { MissReport } from '../../src/model/miss-report.ts';
import { formatMiss } from '../../src/proxy/miss-text.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { get, post, replayable } from '../support/replayable.ts';

const key = Buffer.alloc(32, 7);
const uuids = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'] as const;
const other = '16fd2706-8baf-433b-82eb-8c7fada847da';
const record = 'retake record --target http://127.0.0.1:3000 --cassette cassettes/shop.cassette';

async function missOf(replay: TestReplay, head: string): Promise<MissReport> {
  await replay.send(head);
  const last = replay.events.at(-1);
  if (last?.kind !== 'miss') throw new Error('that was not a miss');
  return last.report;
}

describe('misses of requests that recordings fit, word for word', () => {
  test('several that only a value made anew could tell apart', async () => {
    const exchanges = [get(`/job?id=${uuids[0]}`, 'one'), get(`/job?id=${uuids[1]}`, 'two')];
    const report = await missOf(await startReplay(replayable({ key, exchanges })), `GET /job?id=${other}`);
    expect(formatMiss(report)).toEqual([
      `several recordings fit GET /job?id=${other} (shop:session-1, lane default)`,
      '  shop:session-1/0 and shop:session-1/1 fit equally and answer differently: the uuid at query `id` is another one than either recorded',
      '  likely: only the uuid at query `id` could decide, and it is neither of the recorded ones',
      `  near shop:session-1/0 GET /job?id=${uuids[0]} (distance 0)`,
      `    − query id "${uuids[0]}"`,
      `    + query id "${other}"`,
      `  near shop:session-1/1 GET /job?id=${uuids[1]} (distance 0)`,
      `    − query id "${uuids[1]}"`,
      `    + query id "${other}"`,
      '  help: send the value that was recorded',
      `  help: record this one: ${record}`,
    ]);
    expect(report.cause).toEqual({
      class: 'undecided',
      place: 'query:id[0]',
      words: 'only the uuid at query `id` could decide, and it is neither of the recorded ones',
    });
  });

  test('one that fits only with a relaxation, under --strict', async () => {
    const exchanges = [get(`/job?id=${uuids[0]}`, 'one')];
    const replay = await startReplay(replayable({ key, exchanges }), { strict: true });
    expect(formatMiss(await missOf(replay, `GET /job?id=${other}`))).toEqual([
      `no recording answers GET /job?id=${other} exactly (shop:session-1, lane default)`,
      '  shop:session-1/0 fits, but not exactly: the uuid at query `id` is another one',
      `  near shop:session-1/0 GET /job?id=${uuids[0]} (distance 0)`,
      `    − query id "${uuids[0]}"`,
      `    + query id "${other}"`,
      '  help: let it be served, as a relaxation in the ledger: without --strict',
      `  help: record it: ${record}`,
    ]);
  });

  test('one that was recorded after a write, under --strict', async () => {
    const exchanges = [post('/a', '', 'written'), get('/a', 'after')];
    const replay = await startReplay(replayable({ key, exchanges }), { strict: true });
    expect((await missOf(replay, 'GET /a')).reason).toBe(
      'shop:session-1/1 fits, but not exactly: recorded after a write that this lane has not made yet',
    );
  });
});
