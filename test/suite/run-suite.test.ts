import { describe, expect, onTestFinished, test } from 'vitest';
import type { Check } from '../../src/model/run.ts';
import { parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import { cassetteOf, fixedTime, newExchange, newSession, openWriter, tempCassette } from '../support/cassette.ts';
import { startNotesApi } from '../support/notes-api.ts';
import { answering, startRawUpstream } from '../support/raw-upstream.ts';
import { recordNotes, run, stageOf, verdicts } from '../support/suite-stage.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const okExchange = { responseBytes: '{}' };

describe('the order of a run', () => {
  test('reads between two writes overlap, writes stand alone, and checks are told in recorded order', async () => {
    const open: string[] = [];
    const log: string[] = [];
    const fourReads = Promise.withResolvers<void>();
    const server = await startRawUpstream(async (connection) => {
      for (;;) {
        const { startLine } = await connection.read.request();
        const line = startLine.split(' ').slice(0, 2).join(' ');
        open.push(line);
        log.push(`${line} with ${open.length - 1} others`);
        // The first read is answered only when four are there: reads must really overlap.
        if (open.length === 4) fourReads.resolve();
        if (line.startsWith('GET')) await fourReads.promise;
        open.splice(open.indexOf(line), 1);
        await connection.write(ok);
      }
    });
    onTestFinished(() => server.close());
    const reads = ['/a', '/b', '/c', '/d'].map((target) => ({ ...okExchange, target }));
    const write = { ...okExchange, method: 'PUT', target: '/w' };
    const stage = stageOf(cassetteOf([write, ...reads, { ...write, target: '/x' }]));
    const order: number[] = [];
    const result = await run(stage, server.url, { onCheck: ({ position }) => order.push(position) });
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(result.run.verdict).toBe('passed');
    expect(log[0]).toBe('PUT /w with 0 others');
    expect(log[4]).toMatch(/^GET \/\w with 3 others$/);
    expect(log[5]).toBe('PUT /x with 0 others');
    expect(server.problems).toEqual([]);
  });

  test('a selection sends what it builds on without judging it', async () => {
    const stage = await recordNotes();
    const api = await startNotesApi();
    const result = await run(stage, api.url, { grep: /^PUT / });
    expect(result.checks.map(({ position }) => position)).toEqual([4]);
    expect(result).toMatchObject({ supporting: 2, notRun: 0, run: { verdict: 'passed', checkCount: 1 } });
    expect(api.requests.map((line) => line.split(' ')[0])).toEqual(['POST', 'POST', 'PUT']);
  });

  test('a selection of nothing is an error that says so', async () => {
    const stage = await recordNotes();
    await expect(run(stage, 'http://127.0.0.1:9', { grep: /PATCH/ })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'no request of notes:session-1 matches --grep PATCH',
    });
  });

  test('stops after the failures asked for', async () => {
    const server = await startRawUpstream(answering('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n'));
    onTestFinished(() => server.close());
    const stage = stageOf(cassetteOf(Array.from({ length: 20 }, () => okExchange)));
    const result = await run(stage, server.url, { bail: 2 });
    expect(result.checks).toHaveLength(2);
    expect(result).toMatchObject({ notRun: 18, run: { verdict: 'failed' } });
  });

  test('interrupted, keeps what was judged and calls itself interrupted', async () => {
    const controller = new AbortController();
    const server = await startRawUpstream(async (connection) => {
      await connection.read.request();
      await connection.write(ok);
      await connection.read.request();
      controller.abort();
      await connection.closed;
    });
    onTestFinished(() => server.close());
    const stage = stageOf(cassetteOf([okExchange, okExchange, okExchange]));
    const result = await run(stage, server.url, { signal: controller.signal, concurrency: 1 });
    expect(result.run.verdict).toBe('interrupted');
    expect(verdicts(result)).toEqual(['equivalent']);
    expect(result.notRun).toBe(2);
  });
});

describe('what a run refuses', () => {
  test('requests that change data do not go to another machine without consent', async () => {
    const stage = stageOf(cassetteOf([okExchange, { ...okExchange, method: 'DELETE' }]));
    await expect(run(stage, 'http://192.0.2.1:80')).rejects.toMatchObject({
      code: 'WRITES_NEED_CONSENT',
      message: 'http://192.0.2.1 is not on this machine, and of the recorded requests 1 would change its data',
    });
  });

  test('a server that is not there is an error, not a list of failures', async () => {
    const server = await startRawUpstream(async () => {});
    await server.close();
    const stage = stageOf(cassetteOf([okExchange]));
    await expect(run(stage, server.url)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect(stage.runStore.runs(1)).toEqual([]);
  });

  test('a session without anything to judge does not pass', async () => {
    const aborted = { outcome: { kind: 'failure', code: 'client-aborted', message: '' } } as const;
    await expect(run(stageOf(cassetteOf([aborted])), 'http://127.0.0.1:9')).rejects.toMatchObject({
      code: 'USAGE',
      message:
        'session session-1 of notes has nothing to judge: the recording client left before the response was complete',
    });
  });
});

describe('what became of single checks', () => {
  test('a server that hangs up fails the check in words, and the run goes on', async () => {
    const server = await startRawUpstream(async (connection) => {
      const { startLine } = await connection.read.request();
      if (startLine.includes('/dead')) connection.reset();
      else await connection.write(ok);
    });
    onTestFinished(() => server.close());
    const stage = stageOf(
      cassetteOf([
        { ...okExchange, target: '/dead' },
        { ...okExchange, target: '/alive' },
      ]),
    );
    const result = await run(stage, server.url, { concurrency: 1 });
    expect(verdicts(result)).toEqual(['failed', 'equivalent']);
    expect(result.checks[0]?.note).toMatch(/^reset: /);
  });

  test('recordings that cannot be judged are listed with the reason', async () => {
    const server = await startRawUpstream(answering(ok));
    onTestFinished(() => server.close());
    const interrupted = { outcome: { kind: 'failure', code: 'interrupted', message: '' } } as const;
    const result = await run(stageOf(cassetteOf([okExchange, { ...interrupted, target: '/slow' }])), server.url);
    expect(result.run.verdict).toBe('passed');
    expect(result.skipped).toEqual([
      {
        address: 'notes:session-1/1',
        method: 'GET',
        target: '/slow',
        reason: 'the recording was interrupted while it ran',
      },
    ]);
  });

  test('a stored check is what was told', async () => {
    const server = await startRawUpstream(answering(ok));
    onTestFinished(() => server.close());
    const stage = stageOf(cassetteOf([{ responseBytes: '{"a":1}' }]));
    const seen: Check[] = [];
    const result = await run(stage, server.url, { onCheck: (check) => seen.push(check) });
    expect(stage.runStore.checks(result.run.id)).toEqual(seen);
    expect(stage.runStore.fresh(seen[0]!.id)?.outcome).toMatchObject({ kind: 'response', status: 200 });
  });
});

describe('a recording that does not hold everything', () => {
  const recording = (end?: { readonly incomplete?: string }): string =>
    tempCassette((writer) => {
      const sessionId = writer.beginSession(newSession());
      writer.insertExchange(newExchange(sessionId));
      if (end) writer.finishSession(sessionId, { endedAt: fixedTime + 100, ...end });
    });

  test('is judged as far as it goes, and the result says so', async () => {
    const server = await startRawUpstream(answering(ok));
    onTestFinished(() => server.close());
    const gapOf = async (file: string): Promise<string | undefined> =>
      (await run(stageOf(file), server.url)).incomplete;
    expect(await gapOf(recording({ incomplete: 'the disk was full' }))).toBe('the disk was full');
    expect(await gapOf(recording())).toBe('its recorder was killed');
    expect(await gapOf(recording({}))).toBeUndefined();
  });
});

describe('rules that hide too much', () => {
  test('fail the run, by name; what they may hide passes', async () => {
    const stage = stageOf(cassetteOf([{ responseBytes: '{"a":1,"b":"x"}' }, okExchange]));
    const writer = openWriter(stage.file);
    for (const line of ['*: expect json $.b as any', '*: expect json $.a ignored']) {
      writer.addCompareRule({ rule: parseCompareRuleLine(line), author: 'Ada', at: fixedTime });
    }
    writer.close();
    const server = await startRawUpstream(async (connection) => {
      for (;;) {
        await connection.read.request();
        await connection.write(ok);
      }
    });
    onTestFinished(() => server.close());
    const compareRules = [parseCompareRuleLine('*: expect body ignored')];
    const tight = await run(stage, server.url, { maxBlindSpot: 0.4, compareRules });
    // Of each answer status and content type count, and of the bodies two members, and an empty object.
    expect(tight).toMatchObject({ run: { verdict: 'failed' }, blindSpot: { share: 3 / 7, most: 0.4 } });
    expect(await run(stage, server.url, { maxBlindSpot: 0.5, compareRules })).toMatchObject({
      run: { verdict: 'passed' },
    });
    const own = await run(stage, server.url, { maxBlindSpot: 0.1 });
    expect(own.blindSpot).toEqual({
      most: 0.1,
      share: 1.5 / 7,
      counts: { fields: 7, ignored: 1, loosened: 1 },
      rules: [
        { name: 'rule 2', share: 1 / 7 },
        { name: 'rule 1', share: 0.5 / 7 },
      ],
    });
    expect((await run(stage, server.url)).blindSpot).toBeUndefined();
  });
});
