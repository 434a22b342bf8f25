import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);
const file = (name: string): string => fileURLToPath(new URL(`../conformance/${name}`, import.meta.url));

export interface OddServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * The kit's upstream, which answers every path oddly in its own way, for the rest of the running test; over TLS with a
 * certificate and its key, if given.
 */
export async function startOddServer(tls?: {
  readonly certFile: string;
  readonly keyFile: string;
}): Promise<OddServer> {
  const certificate = tls ? ['--tls-cert', tls.certFile, '--tls-key', tls.keyFile] : [];
  const child = spawn(process.execPath, [file('oddserver.mjs'), '--port', '0', ...certificate], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(stop);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(JSON.parse(line.toString()) as { port: number }).port}`,
    stop,
  };
}

export interface KitReport {
  /** Lines that start with FAIL. */
  readonly failures: readonly string[];
  /** `N passed, N failed`. */
  readonly closing: string;
}

/** Runs check.mjs to its end. */
export async function runKit(args: readonly string[]): Promise<KitReport> {
  let stdout: string;
  try {
    ({ stdout } = await run(process.execPath, [file('check.mjs'), ...args], { maxBuffer: 1 << 24 }));
  } catch (thrown) {
    ({ stdout } = thrown as { stdout: string });
  }
  const lines = stdout.trimEnd().split('\n');
  return { failures: lines.filter((line) => line.startsWith('FAIL')), closing: lines.at(-1) ?? '' };
}
