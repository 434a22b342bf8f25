/** Other tools that answer recorded requests, from npm, for the curve of `replay-random`. Installed outside the project. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { printedMatch, runProcess, startProcess, waitUntilReady } from '../src/demo/start-process.ts';
import { pinned } from './load.ts';
import type { BenchServer } from './servers.ts';

export type Peer = 'mockttp' | 'mountebank';

export const peers: readonly Peer[] = ['mockttp', 'mountebank'];

const packages: Readonly<Record<Peer, string>> = { mockttp: 'mockttp@4', mountebank: '@mbtest/mountebank@2' };

/** Puts the peers into the temporary folder, where they stay for the next run. Undefined when they cannot be had. */
export async function installPeers(say: (line: string) => void): Promise<string | undefined> {
  const folder = path.join(tmpdir(), 'retake-bench-peers');
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--no-audit', '--no-fund', '--silent', '--prefix', folder, ...Object.values(packages)];
  const ended = await runProcess({ command: 'npm', args, cwd: folder });
  if (ended.code === 0) return folder;
  say(`peers are left out: npm install failed (${ended.stderr.trim().split('\n').at(-1) ?? 'no words'})`);
  return undefined;
}

/** Starts a peer that answers `/items/0` to `/items/N - 1`, each with its own JSON of about 1 KiB. */
export async function startPeer(peer: Peer, count: number, folder: string): Promise<BenchServer> {
  switch (peer) {
    case 'mockttp': {
      const script = fileURLToPath(new URL('peer-mockttp.ts', import.meta.url));
      const [command, ...args] = pinned('measured', [process.execPath, script, folder, String(count)]);
      const running = startProcess({ command, args });
      const url = await waitUntilReady(running, () => printedMatch(running, /^at (\S+)$/m));
      return { ...running, url };
    }
    case 'mountebank': {
      const [port, control] = await freePorts();
      const config = path.join(folder, `mountebank-${count}.json`);
      writeFileSync(config, JSON.stringify({ imposters: [imposter(port, count)] }));
      const bin = path.join(folder, 'node_modules/@mbtest/mountebank/bin/mb');
      const flags = ['--nologfile', '--loglevel', 'warn', '--localOnly', '--configfile', config];
      const start = [process.execPath, bin, 'start', '--port', String(control), ...flags];
      const [command, ...args] = pinned('measured', start);
      const running = startProcess({ command, args, cwd: folder });
      const url = `http://127.0.0.1:${port}`;
      await answering(`${url}/items/0`);
      return { ...running, url };
    }
    default:
      return peer satisfies never;
  }
}

function imposter(port: number, count: number): object {
  const stubs = Array.from({ length: count }, (_, i) => ({
    predicates: [{ equals: { method: 'GET', path: `/items/${i}` } }],
    responses: [{ is: { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: itemText(i) } }],
  }));
  return { port, protocol: 'http', stubs };
}

/** What `large-cassette.ts` answers with. */
export function itemText(i: number): string {
  return JSON.stringify({ id: i, name: `item ${i}`, text: 'x'.repeat(960) });
}

async function answering(url: string): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (performance.now() < deadline) {
    try {
      const response = await fetch(url);
      await response.arrayBuffer();
      if (response.ok) return;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} does not answer`);
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) server.close();
  return [ports[0]!, ports[1]!];
}
