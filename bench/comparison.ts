import { runLoad, type Load } from './load.ts';
import { type BenchServer, cpuMs, settledCpuMs } from './servers.ts';

/** Several servers under the same load, in the same minutes. The first contender is what the others are compared with. */
export interface Comparison {
  readonly name: string;
  readonly contenders: readonly Contender[];
  readonly load: Omit<Load, 'url'>;
}

export interface Contender {
  readonly name: string;
  readonly server: BenchServer;
  /** Path and query that are asked for. */
  readonly path: string;
}

/** One contender in one round. */
export interface Sample {
  readonly requestsPerSecond: number;
  readonly cpuMicrosPerRequest: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface ContenderResult {
  readonly name: string;
  readonly requestsPerSecond: Spread;
  readonly cpuMicrosPerRequest: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly maxMs: Spread;
  /** Requests per second, and CPU per request, in parts of the first contender's, round by round. */
  readonly rateRatio: Spread;
  readonly cpuRatio: Spread;
  /** Latency beyond the first contender's, round by round. */
  readonly addedP50Ms: Spread;
  readonly addedP99Ms: Spread;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** Runs every contender once per round, in turn, so that a noisy minute hits all of them. One unmeasured round warms up. */
export async function compare(
  comparison: Comparison,
  rounds: number,
  say: (line: string) => void,
): Promise<ContenderResult[]> {
  const { contenders, load } = comparison;
  const warmUp = { ...load, ...(load.seconds !== undefined && { seconds: Math.min(load.seconds, 2) }) };
  for (const contender of contenders) await measure(contender, warmUp);
  const samples: Sample[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const sample = await measure(contender, load);
      samples[index]!.push(sample);
      say(
        `${comparison.name} · round ${round + 1}/${rounds} · ${contender.name}: ${Math.round(sample.requestsPerSecond)} req/s`,
      );
    }
  }
  const first = samples[0]!;
  return contenders.map(({ name }, index) => {
    const own = samples[index]!;
    const spread = (pick: (sample: Sample, round: number) => number): Spread => spreadOf(own.map(pick));
    return {
      name,
      requestsPerSecond: spread((sample) => sample.requestsPerSecond),
      cpuMicrosPerRequest: spread((sample) => sample.cpuMicrosPerRequest),
      p50Ms: spread((sample) => sample.p50Ms),
      p99Ms: spread((sample) => sample.p99Ms),
      maxMs: spread((sample) => sample.maxMs),
      rateRatio: spread((sample, round) => sample.requestsPerSecond / first[round]!.requestsPerSecond),
      cpuRatio: spread((sample, round) => sample.cpuMicrosPerRequest / first[round]!.cpuMicrosPerRequest),
      addedP50Ms: spread((sample, round) => sample.p50Ms - first[round]!.p50Ms),
      addedP99Ms: spread((sample, round) => sample.p99Ms - first[round]!.p99Ms),
    };
  });
}

async function measure({ name, server, path }: Contender, load: Omit<Load, 'url'>): Promise<Sample> {
  const before = cpuMs(server.pid);
  const result = await runLoad({ ...load, url: server.url + path });
  const used = (await settledCpuMs(server.pid)) - before;
  if (result.failures > 0) throw new Error(`${name}: ${result.failures} requests failed: ${result.firstFailure}`);
  return {
    requestsPerSecond: result.requestsPerSecond,
    cpuMicrosPerRequest: (used * 1000) / result.requests,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    maxMs: result.maxMs,
  };
}
