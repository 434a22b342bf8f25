import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startRecording } from '../support/recording.ts';

const run = promisify(execFile);
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

async function startOddServer(): Promise<string> {
  const child = spawn(process.execPath, [file('oddserver.mjs'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return `http://127.0.0.1:${(JSON.parse(line.toString()) as { port: number }).port}`;
}

/** The closing line of check.mjs, and what failed before it. */
async function check(args: readonly string[]): Promise<string> {
  try {
    return (await run(process.execPath, [file('check.mjs'), ...args], { maxBuffer: 1 << 24 })).stdout;
  } catch (thrown) {
    return (thrown as { stdout: string }).stdout;
  }
}

test(
  'while recording, a client sees every odd and hostile answer as it would see it without us',
  { timeout: 240_000 },
  async () => {
    const upstream = await startOddServer();
    const recording = await startRecording(upstream);
    const report = await check([upstream, recording.proxy.listeners[0]!.url]);
    expect(
      report
        .trimEnd()
        .split('\n')
        .filter((line) => line.startsWith('FAIL')),
    ).toEqual([]);
    expect(report).toContain('64 passed, 0 failed');
    const { result, exchanges } = await recording.stop();
    expect(result).toMatchObject({ lostCount: 0, problem: undefined });
    // Every answer the client got, those of the storm of 600 included.
    expect(exchanges.length).toBeGreaterThan(660);
  },
);
