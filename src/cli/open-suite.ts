import { fileURLToPath } from 'node:url';
import { Suite } from '../suite/open-suite.ts';
import type { FailOn } from '../suite/suite-result.ts';
import { cassettePath } from './context.ts';
import { openSuiteSources } from './suite-sources.ts';

export interface OpenSuiteOptions {
  /** A path, a file URL, or a bare name: `checkout` is `cassettes/checkout.cassette` under `cwd`. */
  readonly cassette: string | URL;
  /** Name of the session; the newest when left away. */
  readonly session?: string;
  /** Base URL of the server under test, or one per name for a session recorded with several targets. */
  readonly target: string | Readonly<Record<string, string>>;
  /** Folder whose `.retake` holds the runs and the redaction key; the process's own when left away. */
  readonly cwd?: string;
  /** May requests that change data go to a server that is not on this machine? Refused when left away. */
  readonly writes?: 'allowed' | 'refused';
  /** `added`: additions fail a check as well. */
  readonly failOn?: FailOn;
  /** Time for a response beyond what its recording took; 30 s when left away. */
  readonly timeoutMs?: number;
}

/**
 * Opens a recorded session as a suite of checks against a running server. Secrets come from `RETAKE_SECRET_…`
 * variables, the redaction key from `RETAKE_REDACT_KEY` or `.retake/key`, as on the command line. The run is kept for
 * `retake ui` when the suite is closed. Throws an AppError (code, message, hint) when it cannot begin.
 */
export async function openSuite(options: OpenSuiteOptions): Promise<Suite> {
  const { session, target, writes = 'refused', failOn, timeoutMs, cwd = process.cwd() } = options;
  const cassette = options.cassette instanceof URL ? fileURLToPath(options.cassette) : options.cassette;
  const targets = typeof target === 'string' ? [target] : Object.entries(target).map(([name, url]) => `${name}=${url}`);
  const sources = openSuiteSources({
    folder: cwd,
    cassettePath: cassettePath(cwd, cassette),
    ...(session === undefined ? {} : { session }),
    targets,
    env: process.env,
  });
  return Suite.open({
    ...sources,
    writes,
    ...(failOn === undefined ? {} : { failOn }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    onClose: sources.close,
  });
}
