import net from 'node:net';
import { AppError, problemOf } from '../base/errors.ts';
import type { SessionTarget } from '../model/session.ts';
import { parseTarget, type Target } from '../model/target.ts';
import type { Connections } from './connections.ts';

/** How long a target may take to accept a connection before it counts as unreachable. */
const connectTimeoutMs = 10_000;

/**
 * Targets by recorded target name from `URL` or `name=URL` texts. A URL without a name stands for the only target
 * of the session. Throws TARGET_INVALID, and USAGE when names and recording do not fit.
 */
export function resolveTargets(texts: readonly string[], recorded: readonly SessionTarget[]): Map<string, Target> {
  const names = recorded.map(({ name }) => name);
  const targets = new Map<string, Target>();
  for (const text of texts) {
    const named = /^([\w.:[\]-]+)=(.+)$/s.exec(text);
    const name = named?.[1] ?? (names.length === 1 ? names[0]! : undefined);
    if (name === undefined || !names.includes(name)) {
      throw new AppError('USAGE', {
        problem: name === undefined ? `the session was recorded with ${names.length} targets` : `no target ${name}`,
        hint: `name each: ${names.map((one) => `--target ${one}=URL`).join(' ')}`,
      });
    }
    targets.set(name, parseTarget(named?.[2] ?? text, name));
  }
  const missing = names.filter((name) => !targets.has(name));
  if (missing.length > 0) {
    throw new AppError('USAGE', {
      problem: `no server is given for the recorded target ${missing.join(', ')}`,
      hint: `add ${missing.map((name) => `--target ${name}=URL`).join(' ')}`,
    });
  }
  return targets;
}

/** Connects once and hangs up. Throws TARGET_UNREACHABLE, so that a server that is not there is one clear error. */
export async function checkReachable(target: Target, connections?: Connections): Promise<void> {
  try {
    const socket = await (connections ? connections.connect(target) : connectPlain(target));
    socket.destroy();
  } catch (thrown) {
    const problem = thrown instanceof AggregateError ? (thrown.errors as Error[])[0] : thrown;
    throw new AppError('TARGET_UNREACHABLE', { target: target.url, problem: problemOf(problem) }, thrown);
  }
}

async function connectPlain({ hostname, port }: Target): Promise<net.Socket> {
  const socket = net.connect({ host: hostname, port, timeout: connectTimeoutMs });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
      socket.once('timeout', () => reject(new Error(`no answer within ${connectTimeoutMs / 1000} s`)));
    });
    return socket;
  } catch (thrown) {
    socket.destroy();
    throw thrown;
  }
}
