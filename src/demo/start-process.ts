import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment of the new process; this process's own when left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface EndedProcess {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program running beside this one, with what it has printed so far. */
export interface RunningProcess {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<EndedProcess>;
  /** Sends SIGTERM (or another signal) and waits for the end; SIGKILL after ten seconds, so that nothing stays behind. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<EndedProcess>;
}

/** What `retake record`, `replay` and `ui` write once they listen (`--ready-file`). */
export interface ReadyFile {
  readonly pid: number;
  readonly cassette?: string;
  readonly listeners: readonly { readonly name: string; readonly url: string; readonly target?: string }[];
  readonly ca?: string;
  readonly control?: { readonly url: string; readonly token: string };
}

const stopGraceMs = 10_000;
const startDeadlineMs = 60_000;
const pollMs = 5;

export function startProcess({ command, args, cwd, env }: ProcessOptions): RunningProcess {
  const child: ChildProcess = spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    ...(env !== undefined && { env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => (printed[stream] += text));
  }
  const ended = new Promise<EndedProcess>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...printed }));
  });
  // Who never asks for the end must not be ended by it.
  ended.catch(() => {});
  return {
    pid: child.pid ?? 0,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    ended,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
      return ended.finally(() => clearTimeout(timer));
    },
  };
}

/** Runs a program to its end. */
export function runProcess(options: ProcessOptions): Promise<EndedProcess> {
  return startProcess(options).ended;
}

/** Waits until a process says it listens: `probe` returns what it found, or undefined. Throws with what the process printed. */
export async function waitUntilReady<T>(running: RunningProcess, probe: () => T | undefined): Promise<T> {
  let hasEnded = false;
  const markEnded = (): void => void (hasEnded = true);
  running.ended.then(markEnded, markEnded);
  const deadline = performance.now() + startDeadlineMs;
  for (;;) {
    const found = probe();
    if (found !== undefined) return found;
    if (hasEnded || performance.now() > deadline) {
      const state = hasEnded ? 'ended before it was ready' : `was not ready after ${startDeadlineMs / 1000} s`;
      if (!hasEnded) await running.stop();
      throw new Error(`process ${running.pid} ${state}: ${running.stderr() || running.stdout()}`);
    }
    await pause(pollMs);
  }
}

/** The ready file's content, or undefined while there is none (it is written in one step). */
export function readReadyFile(file: string): ReadyFile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ReadyFile;
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw problem;
  }
}

/** The first match of a pattern in what a process has printed on stdout, or undefined. */
export function printedMatch(running: RunningProcess, pattern: RegExp): string | undefined {
  return pattern.exec(running.stdout())?.[1];
}
