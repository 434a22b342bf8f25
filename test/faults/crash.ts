import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { FaultReport } from './report.ts';

interface Pledge {
  readonly title: string;
  readonly cut: 'kill9' | 'term' | 'powercut';
  readonly durable: boolean;
  /** Exchanges answered less than this before the cut may be lost. */
  readonly graceMs: number;
}

/** The client never waits for the disk unless asked to: groups are committed every 20 ms, a loaded machine included. */
const pledges: readonly Pledge[] = [
  { title: 'SIGKILL: nothing older than 100 ms is lost', cut: 'kill9', durable: false, graceMs: 100 },
  { title: 'SIGKILL with --durable: nothing is lost', cut: 'kill9', durable: true, graceMs: 0 },
  { title: 'SIGTERM: nothing is lost, one file is left', cut: 'term', durable: false, graceMs: 0 },
  { title: 'power cut: nothing older than 1 s is lost', cut: 'powercut', durable: false, graceMs: 1000 },
  { title: 'power cut with --durable: nothing is lost', cut: 'powercut', durable: true, graceMs: 0 },
];

const local = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const cli = local('../../dist/cli/main.js');

async function listen(server: http.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A port that is free now; durable.mjs has to know it before the recorder starts. */
async function freePort(): Promise<number> {
  const server = http.createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Why no power cut can be simulated here; undefined when it can. */
function noPowerCut(): string | undefined {
  if (!existsSync('/dev/fuse')) return 'there is no /dev/fuse';
  const python = '/usr/bin/python3';
  const probe = spawnSync(python, ['-c', 'try:\n import fusepy\nexcept ImportError:\n import fuse']);
  return probe.status === 0 ? undefined : `${python} has no fusepy (Debian: apt-get install python3-fusepy)`;
}

async function keeps(pledge: Pledge, upstreamPort: number, runs: string): Promise<boolean> {
  const port = await freePort();
  const options = pledge.durable ? ' --durable' : '';
  const start =
    `"${process.execPath}" "${cli}" record --target http://127.0.0.1:${upstreamPort} --cassette {dir}/run.cassette` +
    ` --port ${port} --no-control --quiet${options}`;
  const args = ['--start', start, '--proxy', `http://127.0.0.1:${port}`, '--runs', runs, '--cut', pledge.cut];
  const child = spawn(process.execPath, [local('durable.mjs'), ...args, '--grace', String(pledge.graceMs)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_NO_WARNINGS: '1', RETAKE_REDACT_KEY: 'faults' },
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0;
}

/**
 * Is an answered exchange in the cassette after a crash, a power cut, a normal stop? Records against a small upstream, cuts
 * at a random moment, opens what is left and looks for every answered request (durable.mjs). The power cut is a FUSE file
 * system that forgets what was not synced (powercut.py); where there is none, it is skipped and said so.
 */
export async function survivesCrashes(
  report: FaultReport,
  { runs, cut }: { readonly runs: string; readonly cut: string | undefined },
): Promise<void> {
  const upstream = http.createServer((request, response) => {
    request.resume();
    response.end(`you asked for ${request.url}\n`);
  });
  upstream.keepAliveTimeout = 60_000;
  const upstreamPort = await listen(upstream);
  for (const pledge of pledges) {
    if (cut !== undefined && cut !== pledge.cut) continue;
    const reason = pledge.cut === 'powercut' ? noPowerCut() : undefined;
    if (reason !== undefined) {
      report.skip(pledge.title, reason);
      continue;
    }
    report.say(`\n${pledge.title}`);
    report.pledge(pledge.title, await keeps(pledge, upstreamPort, runs));
  }
  upstream.closeAllConnections();
  upstream.close();
}
