import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spreadOf } from './comparison.ts';
import type { ContenderTimes } from './json-contender.ts';
import { type JsonPair, sizedPairs, worstPairs } from './json-pairs.ts';
import type { Table } from './report.ts';

/** A comparison that takes longer than this, all its rounds and the time to start included, is stopped. */
const limitMs = 60_000;

/** What every tool may use. */
const heapMiB = 4096;

const tools = ['retake', 'jsdiff lines', 'jsondiffpatch'] as const;

export interface JsonBench {
  readonly folder: string;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

interface PairFigures {
  readonly pair: string;
  readonly results: Readonly<Record<string, ContenderTimes | string>>;
}

/** Retake beside jsdiff and jsondiffpatch over pairs of documents; each in a process of its own, one after the other. */
export async function compareJsonTools({ folder, rounds, say }: JsonBench): Promise<{
  readonly table: Table;
  readonly figures: readonly PairFigures[];
}> {
  const figures: PairFigures[] = [];
  for (const make of [...sizedPairs(), ...worstPairs()]) {
    const pair = make();
    const file = path.join(folder, 'pair.json');
    writeFileSync(file, JSON.stringify(pair satisfies JsonPair));
    const results: Record<string, ContenderTimes | string> = {};
    for (const tool of tools) {
      results[tool] = await measure(tool, file, rounds);
      say(`compare-json · ${pair.name} · ${tool}: ${cells(results[tool]).join(' · ')}`);
    }
    figures.push({ pair: pair.name, results });
  }
  return { table: tableOf(figures), figures };
}

/** The times, or in words why there are none. */
function measure(tool: string, file: string, rounds: number): Promise<ContenderTimes | string> {
  const script = fileURLToPath(new URL('json-contender.ts', import.meta.url));
  const child = spawn(process.execPath, [`--max-old-space-size=${heapMiB}`, script, tool, file, String(rounds)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    let isLate = false;
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-2000)));
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, limitMs);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(JSON.parse(output) as ContenderTimes);
      else if (isLate) resolve(`not done in ${limitMs / 1000} s`);
      else if (/heap out of memory|heap limit/i.test(errors)) resolve(`out of ${heapMiB} MiB`);
      else resolve(/Error: (.*)/.exec(errors)?.[1] ?? `exit ${code}`);
    });
  });
}

/** Milliseconds and ratio. */
function cells(result: ContenderTimes | string): [ms: string, ratio: string] {
  if (typeof result === 'string') return [result, ''];
  const ratios = result.ms.map((ms, round) => ms / result.parseMs[round]!);
  const { median } = spreadOf(result.ms);
  const ratio = spreadOf(ratios);
  return [
    median.toFixed(median < 10 ? 1 : 0),
    `${ratio.median.toFixed(1)} (${ratio.min.toFixed(1)}–${ratio.max.toFixed(1)})`,
  ];
}

function tableOf(figures: readonly PairFigures[]): Table {
  return {
    title: 'Comparing JSON',
    note: `Median CPU ms of a comparison from two texts, parsing included; ratio: in parts of JSON.parse of both texts in the same round, median (range). Each tool in a process of its own with ${heapMiB} MiB of heap, stopped after ${limitMs / 1000} s; jsdiff compares indented text and gives up after 10 s; jsondiffpatch is told to go by ids.`,
    columns: ['pair', 'JSON.parse ms', ...tools.flatMap((tool) => [`${tool} ms`, 'ratio']), 'found by retake'],
    rows: figures.map(({ pair, results }) => {
      const own = results['retake']!;
      const isMeasured = typeof own !== 'string';
      return [
        pair,
        isMeasured ? spreadOf(own.parseMs).median.toFixed(1) : '',
        ...tools.flatMap((tool) => cells(results[tool]!)),
        isMeasured ? own.found : '',
      ];
    }),
  };
}
