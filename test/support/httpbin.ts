import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { printedMatch, type RunningProcess, startProcess, waitUntilReady } from '../../src/demo/start-process.ts';
import { stopWithTest } from './process.ts';

/** Debian's own Python, the one that sees the packages apt-get installs. */
const python = '/usr/bin/python3';

const serve = `
from werkzeug.serving import make_server
from httpbin import app
server = make_server('127.0.0.1', 0, app, threaded=True)
print('httpbin at http://127.0.0.1:%d' % server.server_port, flush=True)
server.serve_forever()
`;

/** Installs Debian's python3-httpbin if it is missing and we may. Returns why httpbin cannot be served, or undefined. */
export function httpbinProblem(): string | undefined {
  if (canImport()) return undefined;
  if (!existsSync('/etc/debian_version')) return 'python3-httpbin is a package of Debian and Ubuntu, this is neither';
  if (process.getuid?.() !== 0) return 'python3-httpbin is not installed, and only root can install it';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const runApt = (...args: string[]) => spawnSync('apt-get', args, { env, encoding: 'utf8' });
  const install = ['install', '-y', '--no-install-recommends', 'python3-httpbin'];
  let ended = runApt(...install);
  if (ended.status !== 0 && runApt('update').status === 0) ended = runApt(...install);
  return canImport() ? undefined : `python3-httpbin could not be installed: ${ended.stderr.trim().slice(-300)}`;
}

function canImport(): boolean {
  return existsSync(python) && spawnSync(python, ['-c', 'import httpbin']).status === 0;
}

/** httpbin, the well-known HTTP test service, on Flask's own server. */
export async function startHttpbin(): Promise<RunningProcess & { readonly url: string }> {
  const running = startProcess({ command: python, args: ['-c', serve] });
  stopWithTest(running);
  const url = await waitUntilReady(running, () => printedMatch(running, /^httpbin at (\S+)$/m));
  return { ...running, url };
}
