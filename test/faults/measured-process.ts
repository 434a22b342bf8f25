import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readReadyFile, type RunningProcess, startProcess, waitUntilReady } from '../../src/demo/start-process.ts';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The built `retake record|replay`, watched from outside. */
export interface MeasuredProcess extends RunningProcess {
  readonly url: string;
  readonly port: number;
}

/** Starts `retake ARGS` on a free port and waits until it listens. */
export async function startMeasured(args: readonly string[], folder: string): Promise<MeasuredProcess> {
  const readyFile = path.join(folder, `${args[0]}.ready.json`);
  const own = ['--port', '0', '--quiet', '--no-control', '--ready-file', readyFile];
  const env = { ...process.env, RETAKE_REDACT_KEY: 'faults' };
  const running = startProcess({ command: process.execPath, args: [cli, ...args, ...own], cwd: folder, env });
  const ready = await waitUntilReady(running, () => readReadyFile(readyFile));
  const { url } = ready.listeners[0]!;
  return { ...running, url, port: Number(new URL(url).port) };
}

/** Gives the work a folder of its own, which goes with it. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'retake-faults-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** Resident memory, in MiB. */
export function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** Looks every 20 ms; gives the highest resident memory in MiB seen when asked to stop. */
export function watchPeak(pid: number): () => number {
  let peak = residentMiB(pid);
  const look = (): void => void (peak = Math.max(peak, residentMiB(pid)));
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    look();
    return peak;
  };
}

/** Waits until something holds, at most so long; gives the seconds it took, undefined when it never did. */
export async function secondsUntil(holds: () => boolean, deadlineMs: number): Promise<number | undefined> {
  const startedAt = performance.now();
  while (!holds()) {
    if (performance.now() - startedAt > deadlineMs) return undefined;
    await pause(50);
  }
  return (performance.now() - startedAt) / 1000;
}
