import net from 'node:net';
import { AppError, problemOf } from '../base/errors.ts';
import type { SessionTarget } from '../model/session.ts';

/** How long a target may take to accept a connection before it counts as unreachable. */
const connectTimeoutMs = 10_000;

/**
 * Base URLs by recorded target name from `URL` or `name=URL` texts. A URL without a name stands for the only target
 * of the session. Throws TARGET_INVALID, and USAGE when names and recording do not fit.
 */
export function resolveTargets(texts: readonly string[], recorded: readonly SessionTarget[]): Map<string, URL> {
  const names = recorded.map(({ name }) => name);
  const targets = new Map<string, URL>();
  for (const text of texts) {
    const named = /^([\w.-]+)=(.+)$/s.exec(text);
    const name = named?.[1] ?? (names.length === 1 ? names[0]! : undefined);
    if (name === undefined || !names.includes(name)) {
      throw new AppError('USAGE', {
        problem: name === undefined ? `the session was recorded with ${names.length} targets` : `no target ${name}`,
        hint: `name each: ${names.map((one) => `--target ${one}=URL`).join(' ')}`,
      });
    }
    targets.set(name, parseTarget(named?.[2] ?? text));
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

function parseTarget(text: string): URL {
  const shown = text.replace(/\/\/[^/@]*@/, '//');
  const invalid = (problem: string): AppError => new AppError('TARGET_INVALID', { target: shown, problem });
  const url = URL.parse(text);
  if (!url) throw invalid('it is not an absolute URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw invalid(`${url.protocol} is neither http: nor https:`);
  if (url.username || url.password) throw invalid('it contains credentials');
  if (url.search || url.hash) throw invalid('a query or fragment cannot stand before a path');
  return url;
}

/** Does this URL name this machine by its loopback interface? Names other than localhost are not looked up. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (net.isIPv4(host)) return host.startsWith('127.');
  // The URL parser writes IPv4 inside IPv6 in hexadecimal: ::ffff:127.0.0.1 is ::ffff:7f00:1.
  return host === '::1' || host.startsWith('::ffff:7f');
}

/** Connects once and hangs up. Throws TARGET_UNREACHABLE, so that a server that is not there is one clear error. */
export async function checkReachable(url: URL): Promise<void> {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const socket = net.connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port, timeout: connectTimeoutMs });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
      socket.once('timeout', () => reject(new Error(`no answer within ${connectTimeoutMs / 1000} s`)));
    });
  } catch (thrown) {
    const problem = thrown instanceof AggregateError ? (thrown.errors as Error[])[0] : thrown;
    throw new AppError('TARGET_UNREACHABLE', { target: url.href, problem: problemOf(problem) }, thrown);
  } finally {
    socket.destroy();
  }
}
