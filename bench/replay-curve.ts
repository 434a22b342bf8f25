/** How replay holds up as its cassette grows: requests drawn at random from 10 to a million recordings. */
import { createReadStream } from 'node:fs';
import { compare, type ContenderResult, type Spread, spreadOf } from './comparison.ts';
import { installPeers, peers, startPeer } from './peers.ts';
import { largeCassette } from './large-cassette.ts';
import { formatSpread, type Table } from './report.ts';
import { type BenchServer, residentMiB, startOrigin, startRetake } from './servers.ts';

export interface CurveOptions {
  readonly folder: string;
  readonly connections: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
  /** Beside it, what other tools need for the same. */
  readonly peers?: true;
}

interface Point {
  readonly recordings: number;
  readonly cache: 'default' | 'off';
}

/** Ten times as many take them minutes to load. */
const peerCounts: readonly number[] = [10, 1000, 10_000];

const points: readonly Point[] = [
  { recordings: 10, cache: 'default' },
  { recordings: 1000, cache: 'default' },
  { recordings: 10_000, cache: 'default' },
  { recordings: 100_000, cache: 'default' },
  { recordings: 1_000_000, cache: 'default' },
  { recordings: 10_000, cache: 'off' },
  { recordings: 1_000_000, cache: 'off' },
];

export interface CurveResult {
  readonly results: readonly (ContenderResult & { readonly residentMiB?: number })[];
  readonly table: Table;
}

/** All points at once, in turns with a bare server that has one answer. */
export async function measureCurve(options: CurveOptions): Promise<CurveResult> {
  const { folder, connections, rounds, seconds, say } = options;
  const name = `Replay at random: GET, 1 KiB, ${connections} connections`;
  const servers: BenchServer[] = [];
  try {
    servers.push(await startOrigin('measured'));
    for (const { recordings, cache } of points) {
      say(`${name} · ${recordings} recordings, cache ${cache}`);
      const cassette = largeCassette(recordings);
      await readOnce(cassette);
      servers.push(await startRetake(['replay', cassette, ...(cache === 'off' ? ['--cache', '0'] : [])], folder));
    }
    const contenders = servers.map((server, i) => {
      const point = points[i - 1];
      if (!point) return { name: 'bare node:http, one answer', server, path: '/items/0' };
      const count = point.recordings.toLocaleString('en');
      const suffix = point.cache === 'off' ? ', cache off' : '';
      return { name: `retake replay, ${count}${suffix}`, server, path: `/items/{random:${point.recordings}}` };
    });
    const peerFolder = options.peers && (await installPeers(say));
    for (const peer of peerFolder ? peers : []) {
      for (const count of peerCounts) {
        say(`${name} · ${peer}, ${count} recordings`);
        const server = await startPeer(peer, count, peerFolder!);
        servers.push(server);
        const label = `${peer}, ${count.toLocaleString('en')}`;
        contenders.push({ name: label, server, path: `/items/{random:${count}}` });
      }
    }
    const measured = await compare({ name, contenders, load: { connections, seconds } }, rounds, say);
    const results = measured.map((result, i) => ({ ...result, residentMiB: residentMiB(servers[i]!.pid).now }));
    return { results, table: curveTable(name, results) };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Into the memory of the system: what is measured is the replay, not the disk. */
async function readOnce(file: string): Promise<void> {
  for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 })) void piece;
}

function curveTable(title: string, results: CurveResult['results']): Table {
  const shown = (spread: Spread, digits: number): string => formatSpread(spread, digits);
  return {
    title,
    note: `Median (range). Ratios: in parts of “${results[0]?.name}”, in the same round. Resident memory after the last round.`,
    columns: ['server', 'requests/s', 'ratio', 'CPU µs per request', 'ratio', 'MiB'],
    rows: results.map((result) => [
      result.name,
      shown(result.requestsPerSecond, 0),
      shown(result.rateRatio, 2),
      shown(result.cpuMicrosPerRequest, 0),
      shown(result.cpuRatio, 2),
      shown(spreadOf([result.residentMiB ?? Number.NaN]), 0).replace(/ .*/, ''),
    ]),
  };
}
