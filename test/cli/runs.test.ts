import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RunStore } from '../../src/store/run-store.ts';
import { fixedTime } from '../support/cassette.ts';
import { runRetake } from '../support/process.ts';
import { check } from '../support/suite-result.ts';
import { tempFolder } from '../support/temp-folder.ts';

function folderWithRuns(): string {
  const cwd = tempFolder();
  const store = RunStore.open(cwd);
  onTestFinished(() => store.close());
  for (const [i, verdict] of (['passed', 'failed', undefined] as const).entries()) {
    const run = store.beginRun({
      cassettePath: path.join(cwd, 'cassettes/shop.cassette'),
      cassette: 'shop',
      session: 'session-1',
      target: 'http://127.0.0.1:3000',
      startedAt: fixedTime + i * 1000,
      toolVersion: '0.1.0',
    });
    store.addCheck(run, check());
    if (verdict === 'failed') store.addCheck(run, check({ position: 1, verdict: 'broken' }));
    if (verdict) store.finishRun(run, verdict, fixedTime + i * 1000 + 500);
  }
  return cwd;
}

describe('retake runs', () => {
  test('lists the newest first', async () => {
    const { code, stdout } = await runRetake(['runs'], { cwd: folderWithRuns() });
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'run  started (UTC)        verdict  session         target                 checks',
        '3    2025-01-15 10:00:02  running  shop:session-1  http://127.0.0.1:3000  1 (1 same)',
        '2    2025-01-15 10:00:01  failed   shop:session-1  http://127.0.0.1:3000  2 (1 same, 1 broken)',
        '1    2025-01-15 10:00:00  passed   shop:session-1  http://127.0.0.1:3000  1 (1 same)',
        '',
      ].join('\n'),
    );
  });

  test('--json has every field, --limit cuts', async () => {
    const { stdout } = await runRetake(['runs', '--json', '--limit', '2'], { cwd: folderWithRuns() });
    const document = JSON.parse(stdout) as { schema: string; runs: object[] };
    expect(document.schema).toBe('retake.runs/1');
    expect(document.runs).toHaveLength(2);
    expect(document.runs[1]).toMatchObject({
      run: 2,
      cassette: 'shop',
      session: 'session-1',
      startedAt: '2025-01-15T10:00:01.000Z',
      endedAt: '2025-01-15T10:00:01.500Z',
      verdict: 'failed',
      checkCount: 2,
      counts: { same: 1, broken: 1 },
    });
    expect(document.runs[0]).toMatchObject({ verdict: null, endedAt: null });
  });

  test('in a folder without runs says how to make one and leaves no trace', async () => {
    const cwd = tempFolder();
    const { code, stdout, stderr } = await runRetake(['runs'], { cwd });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: 'no runs yet: make one with retake test CASSETTE --target URL\n',
    });
    expect(existsSync(path.join(cwd, '.retake'))).toBe(false);
  });
});
