import { describe, expect, onTestFinished, test } from 'vitest';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import type { RunStore } from '../../src/store/run-store.ts';
import { SuiteRun } from '../../src/suite/suite-run.ts';
import { cassetteOf } from '../support/cassette.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { valueFlow } from '../support/value-flow.ts';
import { stageOf, suiteOptions } from '../support/suite-stage.ts';

const flow = valueFlow({ fromPlace: 'json:/cursor', toPlace: 'query:after[0]', value: 'Rk3vQ8zLw2Xp9TbY5nHc' });

interface Stage {
  readonly run: SuiteRun;
  readonly runStore: RunStore;
  readonly paths: readonly string[];
}

/** Two pages, the second fetched with the cursor of the first; the server issues another cursor than recorded. */
async function begin(firstPage = '{"cursor":"Jd7mW4sGq1Ve6ZrU0kNf"}'): Promise<Stage> {
  const paths: string[] = [];
  const server = await startRawUpstream(async (connection) => {
    for (;;) {
      const [, path = ''] = (await connection.read.request()).startLine.split(' ');
      paths.push(path);
      const text = path === '/pages' ? firstPage : '{"was":"Jd7mW4sGq1Ve6ZrU0kNf"}';
      const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n`;
      await connection.write(head + text);
    }
  });
  onTestFinished(() => server.close());
  const file = cassetteOf([
    { target: '/pages', responseBytes: '{"cursor":"Rk3vQ8zLw2Xp9TbY5nHc"}' },
    { target: '/pages?after=Rk3vQ8zLw2Xp9TbY5nHc', responseBytes: '{"was":"Rk3vQ8zLw2Xp9TbY5nHc"}' },
  ]);
  const writer = CassetteWriter.open(file, { create: 'never' });
  writer.addFlows(1, [flow]);
  writer.close();
  const stage = stageOf(file);
  const run = await SuiteRun.begin({ ...suiteOptions(stage, server.url), gitCommit: 'a'.repeat(40) });
  return { run, runStore: stage.runStore, paths };
}

describe('one execution of a session', () => {
  test('a step waits for the values it needs, though it was begun together with the one that issues them', async () => {
    const { run, runStore, paths } = await begin();
    const [first, second] = run.plan.steps;
    const attempts = await Promise.all([run.send(first!), run.send(second!)]);
    expect(paths).toEqual(['/pages', '/pages?after=Jd7mW4sGq1Ve6ZrU0kNf']);
    expect(run.settle(first!, attempts[0])?.verdict).toBe('equivalent');
    const check = run.settle(second!, attempts[1])!;
    expect(check.verdict).toBe('equivalent');
    expect(check.differences.filter(({ rule }) => rule === 'renaming').map(({ path }) => path)).toEqual(['/was']);
    expect(runStore.fresh(check.id)?.renames).toEqual([
      ['Rk3vQ8zLw2Xp9TbY5nHc', 'Jd7mW4sGq1Ve6ZrU0kNf'],
      ['http://127.0.0.1:3000', expect.stringMatching(/^http:/)],
      ['127.0.0.1:3000', expect.stringMatching(/^127/)],
    ]);
    expect(run.finish('passed')).toMatchObject({ verdict: 'passed', checkCount: 2, gitCommit: 'a'.repeat(40) });
  });

  test('a step whose value never came is not sent', async () => {
    const { run, paths } = await begin('{"cursor":null}');
    const [first, second] = run.plan.steps;
    run.settle(first!, await run.send(first!));
    const attempt = await run.send(second!);
    expect(attempt).toEqual({
      kind: 'missing',
      note: 'not sent: it needs json:/cursor of GET /pages (shop:session-1/0), which answered 200 without it',
    });
    expect(run.settle(second!, attempt)).toMatchObject({ verdict: 'missing', durationMs: 0, baselineVersion: 1 });
    expect(paths).toEqual(['/pages']);
    run.finish('failed');
  });
});
