import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  type EndedProcess,
  printedMatch,
  type ReadyFile,
  readReadyFile,
  type RunningProcess,
  startProcess,
  waitUntilReady,
} from '../../src/demo/start-process.ts';

/** The built command line, the one a user runs. `npm test` builds it first. */
export const cliFile = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const shopFile = fileURLToPath(new URL('../../dist/demo/run-shop.js', import.meta.url));

/** Environment of spawned commands: like this one, but neither in CI, coloured nor behind a proxy, and with no key or secret of a developer. */
function cleanEnv(extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(RETAKE_|CI$|FORCE_COLOR$|NODE_OPTIONS$|VITEST)|_proxy$/i.test(name),
  );
  return { ...Object.fromEntries(own), NO_COLOR: '1', ...extra };
}

export interface RetakeOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts `retake ARGS`; stopped at the latest when the test ends. */
export function startCli(args: readonly string[], { cwd, env = {} }: RetakeOptions): RunningProcess {
  const running = startProcess({ command: process.execPath, args: [cliFile, ...args], cwd, env: cleanEnv(env) });
  stopWithTest(running);
  return running;
}

/** Runs `retake ARGS` to its end. */
export function runRetake(args: readonly string[], options: RetakeOptions): Promise<EndedProcess> {
  return startCli(args, options).ended;
}

export interface RunningRetake extends RunningProcess {
  readonly ready: ReadyFile;
  /** URL of its first listener. */
  readonly url: string;
}

let readyFiles = 0;

/** Starts `retake record|replay …` on a free port, if none is given, and waits until it listens. The caller stops it. */
export async function startRetake(args: readonly string[], options: RetakeOptions): Promise<RunningRetake> {
  readyFiles += 1;
  const file = path.join(options.cwd, `ready-${readyFiles}.json`);
  const port = args.includes('--port') ? [] : ['--port', '0'];
  const running = startCli([...args, ...port, '--ready-file', file], options);
  const ready = await waitUntilReady(running, () => readReadyFile(file));
  return { ...running, ready, url: ready.listeners[0]!.url };
}

/** Starts the example shop and waits until it listens. */
export async function startShopProcess(version: 1 | 2): Promise<RunningProcess & { readonly url: string }> {
  const running = startProcess({ command: process.execPath, args: [shopFile, '--version', String(version)] });
  stopWithTest(running);
  const url = await waitUntilReady(running, () => printedMatch(running, / at (http:\S+)/));
  return { ...running, url };
}

const leftRunning = new Set<RunningProcess>();
// Whoever stops nothing, because a hook failed half-way, still leaves nothing behind.
process.on('exit', () => {
  for (const running of leftRunning) process.kill(running.pid, 'SIGKILL');
});

/** Stops a process at the latest when the running test ends, or, started in a hook, when all tests of the file have. */
export function stopWithTest(running: RunningProcess): void {
  leftRunning.add(running);
  const forget = (): void => void leftRunning.delete(running);
  running.ended.then(forget, forget);
  try {
    onTestFinished(async () => void (await running.stop('SIGKILL')));
  } catch {
    // Not inside a test: its owner stops it, or the end of this process does.
  }
}
