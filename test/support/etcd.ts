import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { type RunningProcess, startProcess, waitUntilReady } from '../../src/demo/start-process.ts';
import { stopWithTest } from './process.ts';

export const etcdProgram = '/usr/bin/etcd';

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A database that speaks gRPC in clear text, in Go. */
export async function startEtcd(folder: string): Promise<RunningProcess & { readonly url: string }> {
  const [url, peer] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
  const args = [
    ['--data-dir', path.join(folder, 'etcd')],
    ['--listen-client-urls', url],
    ['--advertise-client-urls', url],
    ['--listen-peer-urls', peer],
    ['--initial-advertise-peer-urls', peer],
    ['--initial-cluster', `default=${peer}`],
  ];
  const running = startProcess({ command: etcdProgram, args: args.flat() });
  stopWithTest(running);
  await waitUntilReady(running, () => /ready to serve client requests/.exec(running.stderr() + running.stdout())?.[0]);
  return { ...running, url };
}
