import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  printedMatch,
  readReadyFile,
  type RunningProcess,
  startProcess,
  waitUntilReady,
} from '../src/demo/start-process.ts';
import { pinned } from './load.ts';

export interface BenchServer extends RunningProcess {
  readonly url: string;
}

const cliFile = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

async function startScript(
  role: 'measured' | 'around',
  script: string,
  args: readonly string[] = [],
): Promise<BenchServer> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const [command, ...rest] = pinned(role, [process.execPath, '--disable-warning=DEP0060', file, ...args]);
  const running = startProcess({ command, args: rest });
  const url = await waitUntilReady(running, () => printedMatch(running, /^at (\S+)$/m));
  return { ...running, url };
}

export const startOrigin = (role: 'measured' | 'around'): Promise<BenchServer> => startScript(role, 'origin.ts');

export const startPassThrough = (engine: 'http-proxy' | 'node-http', target: string): Promise<BenchServer> =>
  startScript('measured', 'pass-through.ts', ['--engine', engine, '--target', target]);

let readyFiles = 0;

/** The command line of the built Retake on the measured core. */
export function retakeCommand(args: readonly string[]): [command: string, ...args: string[]] {
  return pinned('measured', [process.execPath, cliFile, ...args]);
}

/** Starts `retake record|replay …` from the build, quietly, on a free port. */
export async function startRetake(args: readonly string[], folder: string): Promise<BenchServer> {
  readyFiles += 1;
  const file = path.join(folder, `ready-${process.pid}-${readyFiles}.json`);
  const [command, ...rest] = retakeCommand([...args, '--quiet', '--port', '0', '--ready-file', file]);
  const running = startProcess({ command, args: rest, cwd: folder });
  const ready = await waitUntilReady(running, () => readReadyFile(file));
  return { ...running, url: ready.listeners[0]!.url };
}

/** CPU a process and its threads have used so far, in milliseconds (Linux; the kernel counts in steps of 10 ms). */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** CPU after the process has finished what it still had to do: the recorder writes behind the traffic. */
export async function settledCpuMs(pid: number): Promise<number> {
  const deadline = performance.now() + 10_000;
  for (let before = cpuMs(pid); performance.now() < deadline;) {
    await pause(200);
    const now = cpuMs(pid);
    if (now - before <= 10) return now;
    before = now;
  }
  return cpuMs(pid);
}

/** Resident memory now and at its highest, in MiB (Linux). */
export function residentMiB(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: mib('VmRSS'), peak: mib('VmHWM') };
}
