/**
 * Measures Retake against what it replaces, in interleaved rounds: `npm run bench -- [--only NAME,…] [--rounds N]
 * [--seconds S] [--out FOLDER] [--peers]`. `--peers`: in `replay-random` also other tools, installed from npm. Prints Markdown, and writes `bench.json` and `bench.md` into the folder when given.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { recordDownload } from './big-download.ts';
import { compare, type Comparison, type Contender, spreadOf } from './comparison.ts';
import { compareJsonTools } from './compare-json.ts';
import { correlateSession } from './correlate.ts';
import { compareEngines } from './engines.ts';
import { judgeSession, type JudgingFacts } from './judge.ts';
import { largeCassette } from './large-cassette.ts';
import { loadAverage } from './load.ts';
import { recordBurst } from './record-burst.ts';
import { measureCurve } from './replay-curve.ts';
import {
  formatSpread,
  latencyTable,
  machine,
  renderMarkdown,
  type Report,
  type Table,
  throughputTable,
} from './report.ts';
import { type BenchServer, startOrigin, startPassThrough, startRetake } from './servers.ts';
import { type StartFacts, startBareNode, startReplay } from './start-up.ts';

interface Bench {
  readonly folder: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

interface Measured {
  readonly table: Table;
  readonly figures: unknown;
}

const connections = 32;
const steadyRatePerSecond = 200;
/** 1 KiB of JSON to POST. */
const jsonBody = JSON.stringify({ order: 4711, lines: [{ product: 'moka-pot', quantity: 2 }], note: 'x'.repeat(952) });

/** Every row, in the order of the report. To add one, add a function and one line. */
const rows: Readonly<Record<string, (bench: Bench) => Promise<Measured>>> = {
  recording: async (bench) => {
    const name = `Recording: GET, 1 KiB, ${connections} connections`;
    const results = await comparePassing(bench, { name, load: { connections, seconds: bench.seconds } });
    return { table: throughputTable(name, results), figures: results };
  },
  'recording-latency': async (bench) => {
    const name = `Recording: added latency at ${steadyRatePerSecond} requests/s`;
    const load = { connections: 8, seconds: bench.seconds, ratePerSecond: steadyRatePerSecond };
    const results = await comparePassing(bench, { name, load, withOrigin: true });
    return { table: latencyTable(name, results), figures: results };
  },
  engines: async ({ folder, rounds, seconds, say }) => {
    const name = `Engines: recording GET, 1 KiB, ${connections} connections`;
    const results = await compareEngines({ name, load: { connections, seconds }, folder, rounds, say });
    return { table: throughputTable(name, results), figures: results };
  },
  'replay-get': (bench) => compareReplay(bench, `Replay: GET, 1 KiB, ${connections} connections`, undefined),
  'replay-post': (bench) => compareReplay(bench, `Replay: POST of 1 KiB JSON, ${connections} connections`, jsonBody),
  'replay-random': async (bench) => {
    const { results, table } = await measureCurve({ ...bench, connections, ...(values.peers ? { peers: true } : {}) });
    return { table, figures: results };
  },
  'replay-start': (bench) => measureStartUp(bench, 1_000_000),
  'start-up': (bench) => measureStartUp(bench, 100_000),
  'compare-json': compareJsonTools,
  judge: measureJudging,
  correlate: measureCorrelation,
  memory: measureMemory,
};

/** Starts servers, runs the work, stops them whatever happens. */
async function withServers<T>(
  starts: readonly (() => Promise<BenchServer>)[],
  work: (servers: BenchServer[]) => Promise<T>,
): Promise<T> {
  const servers: BenchServer[] = [];
  try {
    for (const start of starts) servers.push(await start());
    return await work(servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Retake recording beside proxies that only pass through, all in front of the same origin. */
function comparePassing(bench: Bench, options: Omit<Comparison, 'contenders'> & { readonly withOrigin?: true }) {
  const { folder, rounds, say } = bench;
  return withServers([() => startOrigin('around')], ([origin]) => {
    const { url } = origin!;
    const cassette = path.join(folder, `${options.name.replaceAll(/\W+/g, '-')}.cassette`);
    const starts = [
      () => startPassThrough('http-proxy', url),
      () => startPassThrough('node-http', url),
      () => startRetake(['record', '--target', url, '--cassette', cassette], folder),
    ];
    return withServers(starts, (servers) => {
      const names = ['http-proxy with keep-alive agent', 'node:http pass-through', 'retake record'];
      const proxies = servers.map((server, index) => ({ name: names[index]!, server, path: '/items' }));
      const direct = { name: 'no proxy', server: origin!, path: '/items' };
      return compare({ ...options, contenders: options.withOrigin ? [direct, ...proxies] : proxies }, rounds, say);
    });
  });
}

/** Retake replaying beside a bare server that answers the same bytes. */
async function compareReplay(bench: Bench, name: string, json: string | undefined): Promise<Measured> {
  const { folder, rounds, seconds, say } = bench;
  const cassette = path.join(folder, `replay-${json === undefined ? 'get' : 'post'}.cassette`);
  await recordOne(cassette, folder, json);
  // A POST is a write, and a write is served once per recording: `any` repeats it, as a load test would want it.
  const sequence = json === undefined ? 'epoch' : 'any';
  const starts = [
    () => startOrigin('measured'),
    () => startRetake(['replay', cassette, '--sequence', sequence], folder),
  ];
  const results = await withServers(starts, (servers) => {
    const names = ['bare node:http', 'retake replay'];
    const contenders = servers.map((server, index): Contender => ({ name: names[index]!, server, path: '/items' }));
    const load = { connections, seconds, ...(json !== undefined && { json }) };
    return compare({ name, contenders, load }, rounds, say);
  });
  return { table: throughputTable(name, results), figures: results };
}

async function recordOne(cassette: string, folder: string, json: string | undefined): Promise<void> {
  const starts = [() => startOrigin('around')];
  await withServers(starts, ([origin]) =>
    withServers(
      [() => startRetake(['record', '--target', origin!.url, '--cassette', cassette], folder)],
      async ([recorder]) => {
        const post = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
        const response = await fetch(`${recorder!.url}/items`, json === undefined ? {} : { ...post, body: json });
        await response.arrayBuffer();
      },
    ),
  );
}

async function measureStartUp({ rounds, say }: Bench, count: number): Promise<Measured> {
  const cassette = largeCassette(count);
  const bare: StartFacts[] = [];
  const replay: StartFacts[] = [];
  for (let round = 0; round < Math.max(rounds, 5); round += 1) {
    bare.push(await startBareNode());
    replay.push(await startReplay({ cassette, path: `/items/${count - 1 - round}` }));
    say(`start-up · round ${round + 1}: ${Math.round(replay.at(-1)!.firstAnswerMs)} ms`);
  }
  const row = (name: string, facts: readonly StartFacts[]): string[] => [
    name,
    formatSpread(spreadOf(facts.map(({ firstAnswerMs }) => firstAnswerMs)), 0),
    formatSpread(spreadOf(facts.map(({ residentMiB }) => residentMiB)), 0),
  ];
  return {
    table: {
      title: `Start-up: first answer from a cassette of ${count.toLocaleString('en')} exchanges`,
      note: 'From starting the process to the last byte of the first answer; resident memory right after it.',
      columns: ['server', 'ms', 'MiB'],
      rows: [row('bare node:http, nothing to load', bare), row('retake replay', replay)],
    },
    figures: { bare, replay },
  };
}

/** In this process, so that the figure is that of one core. */
async function measureJudging({ folder, rounds, say }: Bench): Promise<Measured> {
  const facts: JudgingFacts[] = [];
  // Mostly little differs; where everything does, a server has made everything anew.
  const sessions = [4, 10].flatMap((renamedOfTen) =>
    [1_000, 10_000, 100_000].map((count) => ({ count, renamedOfTen })),
  );
  for (const session of sessions) {
    for (let round = 0; round < (session.count === 10_000 ? rounds : 1); round += 1) {
      const measured = judgeSession({ ...session, folder: mkdtempSync(path.join(folder, 'judge-')) });
      facts.push(measured);
      say(`judge · ${session.count}, ${session.renamedOfTen} of 10 new: ${measured.cpuSeconds.toFixed(2)} s of CPU`);
    }
  }
  const row = ({ count, renamedOfTen }: (typeof sessions)[number]): string[] => {
    const same = facts.filter((one) => one.count === count && one.renamedOfTen === renamedOfTen);
    return [
      count.toLocaleString('en'),
      `${renamedOfTen * 10} %`,
      formatSpread(spreadOf(same.map(({ cpuSeconds }) => cpuSeconds)), 2),
      formatSpread(spreadOf(same.map(({ microsEach }) => microsEach)), 0),
      Math.max(...same.map(({ residentMiB }) => residentMiB)).toFixed(0),
    ];
  };
  return {
    table: {
      title: 'Judging exchanges of 2 KiB of JSON, some with other ids, times and ETag, the others of equal bytes',
      note: 'CPU time of one thread: baselines read from the cassette, compared and explained. Resident memory of the whole process.',
      columns: ['exchanges', 'new', 's', 'µs each', 'MiB'],
      rows: sessions.map(row),
    },
    figures: facts,
  };
}

async function measureMemory({ folder, say }: Bench): Promise<Measured> {
  const burst = await recordBurst({ folder, exchanges: 20_000, connections: 64 });
  say(`memory · burst: ${burst.stored} stored, peak ${Math.round(burst.peakMiB)} MiB`);
  const download = await recordDownload({ folder, sizeBytes: 2 ** 30 });
  say(`memory · download: peak ${Math.round(download.peakMiB)} MiB from ${Math.round(download.idleMiB)} MiB`);
  const growth = download.peakMiB - download.idleMiB;
  return {
    table: {
      title: 'Memory while recording',
      note: 'Resident memory of the recorder, its writer thread included.',
      columns: ['load', 'stored', 'peak MiB', 'growth MiB', 'speed'],
      rows: [
        [
          '20,000 exchanges of 1 KiB over 64 connections',
          `${burst.stored} of ${burst.sent}`,
          burst.peakMiB.toFixed(0),
          '',
          `${burst.requestsPerSecond.toFixed(0)} requests/s`,
        ],
        [
          'one download of 1 GiB',
          `${download.storedBytes} bytes`,
          download.peakMiB.toFixed(0),
          growth.toFixed(0),
          `${download.mibPerSecond.toFixed(0)} MiB/s`,
        ],
      ],
    },
    figures: { burst, download },
  };
}

async function measureCorrelation({ folder, say }: Bench): Promise<Measured> {
  const figures = [];
  for (const count of [1000, 10_000, 100_000]) {
    const facts = await correlateSession(folder, count);
    say(`correlate · ${count}: ${Math.round(facts.ms)} ms, peak ${Math.round(facts.peakMiB)} MiB`);
    figures.push({ count, ...facts });
  }
  return {
    table: {
      title: 'Correlation: value flows of a session of exchanges of 2 KiB',
      note: 'From the cassette, in a process of its own; peak memory is all of that process.',
      columns: ['exchanges', 'ms', 'CPU ms', 'peak MiB', 'flows'],
      rows: figures.map(({ count, flows, ms, cpuMs, peakMiB }) => [
        count.toLocaleString('en'),
        ms.toFixed(0),
        cpuMs.toFixed(0),
        peakMiB.toFixed(0),
        flows.toLocaleString('en'),
      ]),
    },
    figures,
  };
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    out: { type: 'string' },
    peers: { type: 'boolean' },
  },
});
if (process.platform !== 'linux') {
  console.error('error: the benchmark reads CPU and memory from /proc\n  run it on Linux');
  process.exit(3);
}
const chosen = values.only?.split(',') ?? Object.keys(rows);
const unknown = chosen.filter((name) => !(name in rows));
if (unknown.length > 0) {
  console.error(`error: no row ${unknown.join(', ')}\n  rows: ${Object.keys(rows).join(', ')}`);
  process.exit(2);
}
const folder = mkdtempSync(path.join(tmpdir(), 'retake-bench-'));
const say = (line: string): void => console.error(line);
const startedAt = new Date().toISOString();
const rounds = Number(values.rounds);
const tables: Table[] = [];
const figures: Record<string, unknown> = {};
const loadAverages = [loadAverage()];
try {
  for (const name of chosen) {
    const measured = await rows[name]!({ folder, rounds, seconds: Number(values.seconds), say });
    tables.push(measured.table);
    figures[name] = measured.figures;
    loadAverages.push(loadAverage());
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const report: Report = { schema: 'retake.bench/1', startedAt, machine, rounds, loadAverages, tables, figures };
const markdown = renderMarkdown(report);
console.log(markdown);
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(path.join(values.out, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(path.join(values.out, 'bench.md'), markdown);
}
