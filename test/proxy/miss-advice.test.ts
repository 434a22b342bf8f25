import { describe, expect, test } from 'vitest';
import type { MissReport } from '../../src/proxy/miss.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { replayable } from '../support/replayable.ts';

const key = Buffer.alloc(32, 7);
const record = 'retake record --target http://127.0.0.1:3000 --cassette cassettes/shop.cassette';

async function missOf(replay: TestReplay, head: string): Promise<MissReport> {
  await replay.send(head);
  const last = replay.events.at(-1);
  if (last?.kind !== 'miss') throw new Error('that was not a miss');
  return last.report;
}

describe('advice only when it applies', () => {
  const file = (): string => replayable({ key, exchanges: [{ target: '/a' }] });

  test('in CI nothing is passed on, so it is not proposed', async () => {
    const replay = await startReplay(file(), { setup: { upstream: 'refused' } });
    expect((await missOf(replay, 'GET /b')).suggestions).toEqual([`record it: ${record}`]);
  });

  test('a cassette whose name needs quoting is quoted', async () => {
    const replay = await startReplay(file(), { setup: { cassetteArgument: () => "Ann's shop.cassette" } });
    expect((await missOf(replay, 'GET /b')).suggestions[0]).toBe(
      String.raw`record it: retake record --target http://127.0.0.1:3000 --cassette 'Ann'\''s shop.cassette'`,
    );
  });

  test('in recorded order another sequence may help', async () => {
    const replay = await startReplay(file(), { sequence: 'ordered', setup: { sequence: 'ordered' } });
    await replay.send('GET /a');
    const { code, suggestions } = await missOf(replay, 'GET /a');
    expect(code).toBe('exhausted');
    expect(suggestions[1]).toBe('let requests come in another order than recorded: --sequence epoch');
  });

  test('who asks the real server already is not told to', async () => {
    const replay = await startReplay(file(), { setup: { onMiss: 'record' } });
    expect((await missOf(replay, 'GET /b')).suggestions).toEqual([`record it: ${record}`]);
  });

  test('who was started by retake exec is told what the same command can do', async () => {
    const replay = await startReplay(file(), { setup: { forward: true, startedBy: 'exec' } });
    expect((await missOf(replay, 'GET /b')).suggestions).toEqual([
      'record it: the same command with --mode append (beside it) or --mode rewrite (in its place)',
      'ask the real server when a recording is missing, and keep its answer: the same command with --on-miss record',
    ]);
  });

  test('a session that was recorded without redaction would be again', async () => {
    const replay = await startReplay(replayable({ exchanges: [] }));
    expect((await missOf(replay, 'GET /b')).suggestions[0]).toBe(`record it: ${record} --no-redact`);
  });
});
