import { describe, expect, onTestFinished, test } from 'vitest';
import type { RunStore } from '../../src/store/run-store.ts';
import { Suite } from '../../src/suite/open-suite.ts';
import { cassetteOf } from '../support/cassette.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { stageOf, suiteOptions } from '../support/suite-stage.ts';

interface Stage {
  readonly suite: Suite;
  readonly requests: string[];
  readonly runStore: RunStore;
  readonly closed: () => number;
}

/** Recorded: GET /a, PUT /b, GET /gone (interrupted), GET /c. The server answers each with the path's last letter. */
async function open(): Promise<Stage> {
  const requests: string[] = [];
  const server = await startRawUpstream(async (connection) => {
    for (;;) {
      const [, target = ''] = (await connection.read.request()).startLine.split(' ');
      requests.push(target);
      const text = `{"path":"${target}"}`;
      await connection.write(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
      );
    }
  });
  onTestFinished(() => server.close());
  const file = cassetteOf([
    { target: '/a', responseBytes: '{"path":"/a"}' },
    { target: '/b', method: 'PUT', responseBytes: '{"path":"/b"}' },
    { target: '/gone', outcome: { kind: 'failure', code: 'interrupted', message: '' } },
    { target: '/c', responseBytes: '{"path":"/other\u009b"}' },
  ]);
  const stage = stageOf(file);
  let closed = 0;
  const suite = await Suite.open({ ...suiteOptions(stage, server.url), onClose: () => (closed += 1) });
  return { suite, requests, runStore: stage.runStore, closed: () => closed };
}

describe('a suite for test programs', () => {
  test('lists what can be checked', async () => {
    const { suite } = await open();
    expect(suite.checks).toEqual([
      { position: 0, address: 'shop:session-1/0', method: 'GET', target: '/a' },
      { position: 1, address: 'shop:session-1/1', method: 'PUT', target: '/b' },
      { position: 3, address: 'shop:session-1/3', method: 'GET', target: '/c' },
    ]);
    await suite.close();
  });

  test('sends in recorded order whatever is asked first, each request once', async () => {
    const { suite, requests, runStore } = await open();
    const [last, first] = await Promise.all([suite.check(3), suite.check(0)]);
    expect(requests).toEqual(['/a', '/b', '/c']);
    expect(first.failures).toEqual([]);
    expect(last.failures).toEqual(['changed: body /path "/other\\u009b" → "/c"']);
    expect(await suite.check(3)).toBe(last);
    expect(requests).toHaveLength(3);
    const run = await suite.close();
    expect(run).toMatchObject({ verdict: 'failed', checkCount: 3 });
    expect(runStore.checks(run.id).map(({ position }) => position)).toEqual([0, 1, 3]);
  });

  test('what was not asked for is not sent', async () => {
    const { suite, requests } = await open();
    await suite.check(0);
    expect(await suite.close()).toMatchObject({ verdict: 'passed', checkCount: 1 });
    expect(requests).toEqual(['/a']);
  });

  test('what cannot be judged, or is not there, is an error and not a pass', async () => {
    const { suite } = await open();
    await expect(suite.check(2)).rejects.toThrow(
      'GET /gone (shop:session-1/2) cannot be judged: the recording was interrupted while it ran',
    );
    await expect(suite.check(9)).rejects.toMatchObject({ code: 'EXCHANGE_MISSING' });
    expect((await suite.check(0)).failures).toEqual([]);
    await suite.close();
  });

  test('closes once, and a run without a check does not count as passed', async () => {
    const { suite, closed } = await open();
    const [one, two] = await Promise.all([suite.close(), suite.close()]);
    expect(one).toBe(two);
    expect(one.verdict).toBe('interrupted');
    expect(closed()).toBe(1);
  });
});
