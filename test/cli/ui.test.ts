import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { printedMatch, startProcess, waitUntilReady } from '../../src/demo/start-process.ts';
import { cliFile, runRetake } from '../support/process.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { fillUiFolder } from '../support/ui-folder.ts';

function start(args: readonly string[], cwd: string) {
  const env = { ...process.env, NO_COLOR: '1' };
  const running = startProcess({ command: process.execPath, args: [cliFile, 'ui', ...args], cwd, env });
  onTestFinished(async () => void (await running.stop('SIGKILL')));
  return running;
}

describe('retake ui', () => {
  test('prints one URL on stdout, serves, and ends with 0 on SIGTERM', async () => {
    const folder = tempFolder();
    fillUiFolder(folder);
    const running = start([], folder);
    const url = await waitUntilReady(running, () =>
      printedMatch(running, /^(http:\/\/127\.0\.0\.1:\d+\/\?token=\S{43})$/m),
    );
    const answer = await fetch(url, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(running.stderr()).toContain(`Retake shows ${folder}`);
    expect(await running.stop()).toMatchObject({ code: 0, signal: null });
  });

  test('--json prints one document', async () => {
    const folder = tempFolder();
    const running = start(['--json'], folder);
    const line = await waitUntilReady(running, () => printedMatch(running, /^(\{.*\})$/m));
    const { schema, url, token, folder: shown } = JSON.parse(line) as Record<string, string>;
    expect({ schema, shown }).toEqual({ schema: 'retake.ui/1', shown: folder });
    const answer = await fetch(`${url}/api/v1/status`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    await running.stop();
  });

  test('--ready-file tells programs where it listens, and goes with it', async () => {
    const folder = tempFolder();
    const file = path.join(folder, 'ready.json');
    const running = start(['--ready-file', 'ready.json'], folder);
    await waitUntilReady(running, () => printedMatch(running, /(http:\S+)/));
    const ready = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; control: { url: string; token: string } };
    expect(ready).toMatchObject({ pid: running.pid, listeners: [] });
    const headers = { authorization: `Bearer ${ready.control.token}` };
    expect((await fetch(`${ready.control.url}/api/v1/status`, { headers })).status).toBe(200);
    await running.stop();
    expect(existsSync(file)).toBe(false);
  });

  test('names a folder that is none and a port that is none: exit 2', async () => {
    const folder = tempFolder();
    const missing = await runRetake(['ui', 'nowhere'], { cwd: folder });
    expect(missing).toMatchObject({ code: 2 });
    expect(missing.stderr).toContain(`${path.join(folder, 'nowhere')} is not a folder`);
    expect(await runRetake(['ui', '--port', '70000'], { cwd: folder })).toMatchObject({ code: 2 });
  });

  test('says when the port is taken: exit 3', async () => {
    const folder = tempFolder();
    const running = start([], folder);
    const url = await waitUntilReady(running, () => printedMatch(running, /(http:\S+)/));
    const ended = await runRetake(['ui', '--port', new URL(url).port], { cwd: folder });
    expect(ended).toMatchObject({ code: 3 });
    expect(ended.stderr).toContain('is already in use');
    await running.stop();
  });
});
