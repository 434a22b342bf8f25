import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ChildOptions } from '../../src/cli/run-child.ts';
import { printedMatch, type RunningProcess, startProcess, waitUntilReady } from '../../src/demo/start-process.ts';
import { stopWithTest } from '../support/process.ts';

const runChildFile = fileURLToPath(new URL('../../src/cli/run-child.ts', import.meta.url));

/** A process that runs `program` (JavaScript) by `runChild` and prints how it ended, as JSON. */
function parentOf(
  program: string,
  { terminal = 'none', ...options }: Partial<ChildOptions> & { terminal?: 'shared' | 'none' } = {},
): RunningProcess {
  const childOptions: ChildOptions = {
    command: process.execPath,
    args: ['-e', program],
    cwd: process.cwd(),
    env: {},
    stdout: 'inherit',
    ...options,
  };
  const parent = `
    const { ChildSignals, runChild } = await import(${JSON.stringify(runChildFile)});
    const signals = new ChildSignals('${terminal}');
    const ended = await runChild(${JSON.stringify(childOptions)}, signals).catch(({ code, message, hint }) => ({ code, message, hint }));
    process.stdout.write(JSON.stringify(ended) + '\\n');
    signals.dispose();`;
  const running = startProcess({ command: process.execPath, args: ['--input-type=module', '-e', parent] });
  stopWithTest(running);
  return running;
}

async function endOf(running: RunningProcess): Promise<unknown> {
  const { stdout } = await running.ended;
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

/** Says `ready` once its handlers are there, tells each signal, and stays. */
const stubborn = `
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => console.log('got ' + name));
  setInterval(() => {}, 1000);
  console.log('ready');`;
const obliging = `
  process.on('SIGTERM', () => process.exit(4));
  setInterval(() => {}, 1000);
  console.log('ready');`;

const printed = (running: RunningProcess, text: RegExp) => waitUntilReady(running, () => printedMatch(running, text));

describe('running a program', () => {
  test('gives it the environment, the folder and the exit code', async () => {
    const running = parentOf('console.log(process.env.A + " " + process.cwd()); process.exit(7)', {
      env: { A: 'b' },
      cwd: '/',
    });
    const { stdout } = await running.ended;
    expect(stdout).toBe('b /\n{"code":7,"wasKilled":false}\n');
  });

  test('what it prints on stdout can go to stderr', async () => {
    const { stdout, stderr } = await parentOf('console.log("hello")', { stdout: 'stderr' }).ended;
    expect(stdout).toBe('{"code":0,"wasKilled":false}\n');
    expect(stderr).toBe('hello\n');
  });

  test('an end by a signal is 128 and its number', async () => {
    const running = parentOf('process.kill(process.pid, "SIGKILL")');
    expect(await endOf(running)).toEqual({ code: 137, signal: 'SIGKILL', wasKilled: false });
  });

  test('a program that is not there is told with its name', async () => {
    expect(await endOf(parentOf('', { command: 'no-such-program' }))).toEqual({
      code: 'COMMAND_UNSTARTABLE',
      message: 'cannot start no-such-program: there is no such program',
      hint: 'check its name and rights; words that only a shell knows need one: -- sh -c "…"',
    });
  });

  test('one that cannot be given to the system at all is told too', async () => {
    expect(await endOf(parentOf('', { command: 'a\0b' }))).toMatchObject({ code: 'COMMAND_UNSTARTABLE' });
  });

  test('SIGTERM is passed on, and the program ends as it likes', async () => {
    const running = parentOf(obliging);
    await printed(running, /(ready)/);
    process.kill(running.pid, 'SIGTERM');
    expect(await endOf(running)).toEqual({ code: 4, wasKilled: false });
  });

  test('a second signal kills a program that ignores the first', async () => {
    const running = parentOf(stubborn);
    await printed(running, /(ready)/);
    process.kill(running.pid, 'SIGINT');
    await printed(running, /(got SIGINT)/);
    process.kill(running.pid, 'SIGINT');
    expect(await endOf(running)).toEqual({ code: 137, signal: 'SIGKILL', wasKilled: true });
  });

  test('SIGINT is not passed on where the keyboard sends it to both', async () => {
    const running = parentOf(stubborn, { terminal: 'shared' });
    await printed(running, /(ready)/);
    process.kill(running.pid, 'SIGINT');
    process.kill(running.pid, 'SIGHUP');
    expect(await endOf(running)).toMatchObject({ wasKilled: true });
    expect(running.stdout()).not.toContain('got SIGINT');
  });
});
