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
 * Who gets the signals of this process from now on. While the program runs they are its own: it may clean up or ignore
 * them, and we wait for it; a second one kills it. Without a program the first one is kept for `wasAsked`, so that what
 * is being opened or closed can be finished, and the next one ends this process.
 */
export class ChildSignals {
  readonly #terminal: 'shared' | 'none';
  #count = 0;
  #child: ChildProcess | undefined;

  /** `shared`: signals of the keyboard reach a program in the foreground of a terminal by themselves. */
  constructor(terminal: 'shared' | 'none') {
    this.#terminal = terminal;
    for (const signal of passedOn) process.on(signal, this.#onSignal);
  }

  get wasAsked(): boolean {
    return this.#count > 0;
  }

  get wasKilled(): boolean {
    return this.#count > 1;
  }

  /** From here on to this program; to nobody when there is none. */
  leadTo(child: ChildProcess | undefined): void {
    this.#child = child;
  }

  /** Asks the program to end, as a first SIGTERM does; once is enough. */
  ask(): void {
    if (this.#count === 0) this.#onSignal('SIGTERM');
  }

  dispose(): void {
    for (const signal of passedOn) process.off(signal, this.#onSignal);
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.#count += 1;
    if (this.#count > (this.#child ? 2 : 1)) process.exit(130);
    if (this.#count === 2) this.#child?.kill('SIGKILL');
    else if (signal !== 'SIGINT' || this.#terminal === 'none') this.#child?.kill(signal);
  };
}

/** Runs a program to its end with our own stdin, stdout and stderr, without a shell. Throws COMMAND_UNSTARTABLE. */
export async function runChild(options: ChildOptions, signals: ChildSignals): Promise<ChildEnd> {
  const child = started(options);
  signals.leadTo(child);
  try {
    const ended = Promise.withResolvers<{ code: number | null; signal: NodeJS.Signals | null }>();
    child.on('error', (problem) => {
      // Also told of a signal that may not be sent; then the program runs on.
      if (child.pid === undefined) ended.reject(unstartable(options.command, problem));
    });
    child.once('exit', (code, signal) => ended.resolve({ code, signal }));
    const { code, signal } = await ended.promise;
    const { wasKilled } = signals;
    return signal ? { code: 128 + constants.signals[signal], signal, wasKilled } : { code: code ?? 0, wasKilled };
  } finally {
    signals.leadTo(undefined);
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
