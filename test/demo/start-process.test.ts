import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { printedMatch, readReadyFile, runProcess, startProcess, waitUntilReady } from '../../src/demo/start-process.ts';
import { tempFolder } from '../support/temp-folder.ts';

const node = (script: string) => ({ command: process.execPath, args: ['-e', script] });

describe('startProcess', () => {
  it('collects what a program prints and how it ended', async () => {
    const ended = await runProcess(node('console.log("out"); console.error("err"); process.exitCode = 3'));
    expect(ended).toEqual({ code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' });
  });

  it('gives a program exactly the environment it is told to', async () => {
    const ended = await runProcess({
      ...node('console.log(process.env.GREETING, process.env.HOME)'),
      env: { GREETING: 'hi' },
    });
    expect(ended.stdout).toBe('hi undefined\n');
  });

  it('stops a program by signal and lets it end in its own way', async () => {
    const running = startProcess(
      node('process.on("SIGTERM", () => process.exit(7)); console.log("up"); setInterval(() => {}, 1000)'),
    );
    await waitUntilReady(running, () => printedMatch(running, /^(up)$/m));
    expect(await running.stop()).toMatchObject({ code: 7, signal: null });
  });

  it('reports a command that does not exist', async () => {
    await expect(runProcess({ command: '/nowhere/tool', args: [] })).rejects.toThrow('ENOENT');
  });
});

describe('waitUntilReady', () => {
  it('fails with the words of a program that ends too early', async () => {
    const running = startProcess(node('console.error("no port left"); process.exitCode = 3'));
    await expect(waitUntilReady(running, () => undefined)).rejects.toThrow('ended before it was ready: no port left');
  });

  it('reads a ready file once it is there', async () => {
    const file = path.join(tempFolder(), 'ready.json');
    expect(readReadyFile(file)).toBeUndefined();
    writeFileSync(file, '{"pid":1,"listeners":[]}');
    expect(readReadyFile(file)).toEqual({ pid: 1, listeners: [] });
  });
});
