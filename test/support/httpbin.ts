import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { printedMatch, type RunningProcess, startProcess, waitUntilReady } from '../../src/demo/start-process.ts';
import { packageProblem } from './debian-package.ts';
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
  return packageProblem('python3-httpbin', canImport);
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
