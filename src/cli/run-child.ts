import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { constants } from 'node:os';
import { AppError, problemOf } from '../base/errors.ts';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where what it prints on stdout goes: stderr keeps our own stdout for data. */
  readonly stdout: 'inherit' | 'stderr';
  /** Signals of the keyboard reach a program in the foreground of a terminal by themselves. */
  readonly terminal: 'shared' | 'none';
}

export interface ChildEnd {
  /** As a shell tells it: the exit code, or 128 and the number of the signal that ended it. */
  readonly code: number;
  readonly signal?: NodeJS.Signals;
  /** A second signal came, so that the program was killed. */
  readonly wasKilled: boolean;
}

/** SIGHUP: the terminal was closed. Windows has the first only, from the keyboard. */
const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a program to its end with our own stdin, stdout and stderr, without a shell. Signals we get meanwhile are the
 * program's: it may clean up or ignore them, and we wait for it. A second one kills it, a third one ends this process.
 * Throws COMMAND_UNSTARTABLE.
 */
export async function runChild(options: ChildOptions): Promise<ChildEnd> {
  const { terminal } = options;
  const child = started(options);
  let signalCount = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signalCount += 1;
    if (signalCount > 2) process.exit(130);
    if (signalCount === 2) child.kill('SIGKILL');
    else if (signal !== 'SIGINT' || terminal === 'none') child.kill(signal);
  };
  for (const signal of passedOn) process.on(signal, onSignal);
  try {
    const ended = Promise.withResolvers<{ code: number | null; signal: NodeJS.Signals | null }>();
    child.on('error', (problem) => {
      // Also told of a signal that may not be sent; then the program runs on.
      if (child.pid === undefined) ended.reject(unstartable(options.command, problem));
    });
    child.once('exit', (code, signal) => ended.resolve({ code, signal }));
    const { code, signal } = await ended.promise;
    const wasKilled = signalCount > 1;
    return signal ? { code: 128 + constants.signals[signal], signal, wasKilled } : { code: code ?? 0, wasKilled };
  } finally {
    for (const signal of passedOn) process.off(signal, onSignal);
  }
}

function started({ command, args, cwd, env, stdout }: ChildOptions): ChildProcess {
  try {
    const stdio: StdioOptions = ['inherit', stdout === 'stderr' ? 2 : 'inherit', 'inherit'];
    return spawn(command, args, { cwd, env, stdio, shell: false });
  } catch (thrown) {
    // Some reasons are thrown, others are told by an event.
    throw unstartable(command, thrown);
  }
}

function unstartable(command: string, thrown: unknown): AppError {
  const { code } = thrown as NodeJS.ErrnoException;
  const problem = code === 'ENOENT' ? 'there is no such program' : problemOf(thrown);
  const hint =
    process.platform === 'win32'
      ? `check its name; npm, npx and other scripts need a shell: -- cmd /c ${command} …`
      : 'check its name and rights; words that only a shell knows need one: -- sh -c "…"';
  return new AppError('COMMAND_UNSTARTABLE', { command, problem, hint }, thrown);
}
