import { availableParallelism, cpus, release, totalmem } from 'node:os';
import type { ContenderResult, Spread } from './comparison.ts';
import { loadTools } from './load.ts';

/** One table of the report: a title, what its columns mean, and rows of text. */
export interface Table {
  readonly title: string;
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Report {
  readonly schema: 'retake.bench/1';
  readonly startedAt: string;
  readonly machine: string;
  readonly rounds: number;
  readonly tables: readonly Table[];
  /** Load average over the last minute, at the start and at the end of each row. */
  readonly loadAverages: readonly number[];
  /** The figures behind the tables, by row. */
  readonly figures: Readonly<Record<string, unknown>>;
}

export const machine = `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}, Node ${process.versions.node}; ${loadTools}`;

/** `median (min–max)`. */
export function formatSpread({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

export function throughputTable(title: string, results: readonly ContenderResult[]): Table {
  return {
    title,
    note: `Median (range). Ratios: in parts of “${results[0]?.name}”, in the same round. CPU is the figure to trust on a shared machine.`,
    columns: ['server', 'requests/s', 'ratio', 'CPU µs per request', 'ratio'],
    rows: results.map((result) => [
      result.name,
      formatSpread(result.requestsPerSecond, 0),
      formatSpread(result.rateRatio, 2),
      formatSpread(result.cpuMicrosPerRequest, 0),
      formatSpread(result.cpuRatio, 2),
    ]),
  };
}

export function latencyTable(title: string, results: readonly ContenderResult[]): Table {
  return {
    title,
    note: `Median (range) of the rounds in ms, counted from the moment a request was due. Added: beyond “${results[0]?.name}”, in the same round.`,
    columns: ['server', 'p50', 'p99', 'max', 'added p50', 'added p99'],
    rows: results.map((result) => [
      result.name,
      formatSpread(result.p50Ms, 2),
      formatSpread(result.p99Ms, 2),
      formatSpread(result.maxMs, 1),
      formatSpread(result.addedP50Ms, 2),
      formatSpread(result.addedP99Ms, 2),
    ]),
  };
}

export function renderMarkdown(report: Report): string {
  const lines = [
    '# Benchmark',
    '',
    `${report.startedAt} · ${report.rounds} rounds · ${report.machine} · load average ${report.loadAverages.map((one) => one.toFixed(2)).join(' → ')}`,
  ];
  for (const table of report.tables) {
    const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
    lines.push('', `## ${table.title}`, '', row(table.columns), row(table.columns.map(() => '---')));
    lines.push(...table.rows.map(row), '', table.note);
  }
  return `${lines.join('\n')}\n`;
}
