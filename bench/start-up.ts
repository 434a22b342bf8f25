import { get } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { type RunningProcess, startProcess } from '../src/demo/start-process.ts';
import { residentMiB, retakeCommand } from './servers.ts';
import { pinned } from './load.ts';

export interface StartFacts {
  /** From starting the process to the first answer's last byte. */
  readonly firstAnswerMs: number;
  readonly residentMiB: number;
  readonly status: number;
}

/** Starts `retake replay` on a cassette and asks for `path` until there is an answer. */
export function startReplay(options: { readonly cassette: string; readonly path: string }): Promise<StartFacts> {
  const args = (port: number): string[] => ['replay', options.cassette, '--quiet', '--port', String(port)];
  return timeStart((port) => retakeCommand(args(port)), options.path);
}

/** The same for the smallest server Node can run: what no replay in Node can beat. */
export function startBareNode(): Promise<StartFacts> {
  const script = (port: number): string =>
    `require('node:http').createServer((q, s) => s.end('hello')).listen(${port}, '127.0.0.1')`;
  return timeStart((port) => pinned('measured', [process.execPath, '-e', script(port)]), '/');
}

async function timeStart(commandOn: (port: number) => [string, ...string[]], path: string): Promise<StartFacts> {
  const port = await freePort();
  const [command, ...args] = commandOn(port);
  const startedAt = performance.now();
  const running = startProcess({ command, args });
  try {
    const status = await firstAnswer(running, `http://127.0.0.1:${port}${path}`);
    const firstAnswerMs = performance.now() - startedAt;
    return { firstAnswerMs, residentMiB: residentMiB(running.pid).now, status };
  } finally {
    await running.stop();
  }
}

async function firstAnswer(running: RunningProcess, url: string): Promise<number> {
  let hasEnded = false;
  void running.ended.then(() => (hasEnded = true));
  for (;;) {
    const status = await statusOf(url);
    if (status !== undefined) return status;
    if (hasEnded) throw new Error(`it ended before it answered: ${running.stderr()}`);
  }
}

/** Undefined while nobody listens. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    request.on('error', () => setTimeout(resolve, 1, undefined));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
