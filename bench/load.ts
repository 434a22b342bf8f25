import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../src/demo/start-process.ts';

/** What one burst of load did. */
export interface LoadResult {
  /** Answered with a 2xx. */
  readonly requests: number;
  readonly failures: number;
  readonly firstFailure?: string;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Load {
  /** May hold `{random:N}`: a number from 0 to N - 1, another one for each request. */
  readonly url: string;
  readonly connections: number;
  readonly seconds?: number;
  readonly requests?: number;
  readonly ratePerSecond?: number;
  /** Sent as POST with JSON when given. */
  readonly json?: string;
}

const hasTaskset = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;
const hasWrk = spawnSync('wrk', ['--version']).error === undefined;

/** How load is made and servers are kept apart, for the report. */
export const loadTools = `${hasWrk ? 'wrk, at a fixed rate own generator' : 'own generator'}; ${hasTaskset ? 'server on core 0, load and upstream on core 1' : 'not pinned'}`;

/** How busy the whole machine was over the last minute, this process and what it measures included. */
export const loadAverage = (): number => loadavg()[0]!;

/** A command line pinned to the core of the measured server or to the one of everything around it. */
export function pinned(role: 'measured' | 'around', command: readonly string[]): [command: string, ...args: string[]] {
  const prefix = hasTaskset ? ['taskset', '-c', role === 'measured' ? '0' : '1'] : [];
  return [...prefix, ...command] as [string, ...string[]];
}

/** Closed-loop load by wrk where it is installed (it costs the least), everything else by the generator beside this file. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const isForWrk = hasWrk && load.seconds !== undefined && load.ratePerSecond === undefined;
  const [command, ...args] = pinned('around', isForWrk ? wrkCommand(load) : generatorCommand(load));
  const ended = await runProcess({ command, args });
  if (ended.code !== 0) throw new Error(`load on ${load.url} failed: ${ended.stderr || ended.stdout}`);
  return isForWrk ? parseWrk(ended.stdout) : (JSON.parse(ended.stdout) as LoadResult);
}

function generatorCommand(load: Load): string[] {
  const script = fileURLToPath(new URL('load-generator.ts', import.meta.url));
  const flag = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`--${name}`, String(value)];
  return [
    process.execPath,
    script,
    ...flag('url', load.url),
    ...flag('connections', load.connections),
    ...flag('seconds', load.seconds),
    ...flag('requests', load.requests),
    ...flag('rate', load.ratePerSecond),
    ...(load.json === undefined ? [] : ['--method', 'POST', '--body', load.json]),
  ];
}

function wrkCommand(load: Load): string[] {
  const random = /^(http:\/\/[^/]+)(\/.*)\{random:(\d+)\}(.*)$/.exec(load.url);
  const script =
    load.json !== undefined
      ? ['--script', postScript(load.json)]
      : random
        ? ['--script', randomScript(random[2]!, random[4]!, Number(random[3]))]
        : [];
  const flags = [
    '--threads',
    '1',
    '--connections',
    String(load.connections),
    '--duration',
    `${load.seconds}s`,
    '--timeout',
    '30s',
  ];
  return ['wrk', ...flags, '--latency', ...script, random ? `${random[1]}/` : load.url];
}

function randomScript(before: string, after: string, count: number): string {
  const file = path.join(tmpdir(), `retake-bench-random-${process.pid}-${count}.lua`);
  const target = `[==[${before}]==] .. math.random(0, ${count - 1}) .. [==[${after}]==]`;
  // Otherwise each run draws the same numbers, and the second one finds them all in memory.
  const lines = ['math.randomseed(os.time())', `request = function() return wrk.format("GET", ${target}) end`];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

function postScript(json: string): string {
  const file = path.join(tmpdir(), `retake-bench-post-${process.pid}.lua`);
  writeFileSync(
    file,
    `wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [==[${json}]==]\n`,
  );
  return file;
}

function parseWrk(text: string): LoadResult {
  const total = /(\d+) requests in ([\d.]+)(ms|s|m)/.exec(text);
  if (!total) throw new Error(`wrk said something unknown: ${text}`);
  const seconds = toMs(`${total[2]}${total[3]}`) / 1000;
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0);
  const socketErrors = /Socket errors: (.*)/.exec(text)?.[1];
  const failures =
    refused + [...(socketErrors ?? '').matchAll(/\d+/g)].reduce((sum, [count]) => sum + Number(count), 0);
  const requests = Number(total[1]) - refused;
  const quantile = (name: string): number =>
    toMs(new RegExp(`${name}%\\s+([\\d.]+(?:us|ms|s|m))`).exec(text)?.[1] ?? 'NaNs');
  return {
    requests,
    failures,
    ...(failures > 0 && { firstFailure: socketErrors ?? `${refused} answers other than 2xx` }),
    seconds,
    requestsPerSecond: requests / seconds,
    p50Ms: quantile('50'),
    p99Ms: quantile('99'),
    maxMs: toMs(/Latency\s+\S+\s+\S+\s+([\d.]+(?:us|ms|s|m))/.exec(text)?.[1] ?? 'NaNs'),
  };
}

function toMs(text: string): number {
  const unitMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };
  const [, value = '', unit = ''] = /^([\d.]+|NaN)(us|ms|s|m)$/.exec(text) ?? [];
  return Number(value) * (unitMs[unit] ?? Number.NaN);
}
