import { type Check, ok, warn } from './check.ts';
import { isLoopbackHost } from '../../model/loopback.ts';
import { bothCases } from './proxy-checks.ts';

/**
 * NO_PROXY, whose rules differ from program to program: what it takes out of a recording, and what is not read alike by
 * all. One line for all of it.
 */
export function noProxyCheck(env: Readonly<Record<string, string | undefined>>): Check {
  const name = 'NO_PROXY';
  const { upper, lower } = bothCases(env, name);
  const text = lower ?? upper;
  if (text === undefined) return ok(name, 'is not set');
  const found: string[] = [];
  if (upper !== undefined && lower !== undefined && upper !== lower) {
    found.push(`differs from no_proxy ("${lower}"), and which one counts depends on the program`);
  }
  const entries = text.split(',');
  const hosts = entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
  if (hosts.includes('*')) found.push('has *, so programs pass every proxy by and nothing is recorded');
  const local = hosts.filter((entry) => isLoopbackHost(hostOf(entry)) || coversLoopback(entry));
  if (local.length > 0) {
    found.push(`covers ${local.join(', ')}, so requests to this machine pass a recording proxy by`);
  }
  const dotted = hosts.filter((entry) => entry.startsWith('.') || entry.startsWith('*.'));
  if (dotted.length > 0) {
    found.push(`has ${dotted.join(', ')}: whether that means the domain itself as well depends on the program`);
  }
  if (entries.some((entry) => /\s/.test(entry))) {
    found.push('has spaces, which some programs take for part of a name');
  }
  const ranges = hosts.filter((entry) => /\/\d+$/.test(entry));
  if (ranges.length > 0) found.push(`has ${ranges.join(', ')}: many programs do not know ranges`);
  if (found.length === 0) return ok(name, text);
  return warn(name, found.join('; '), 'take out what is to be recorded, and name each host in full');
}

/** The host of an entry that may carry a port: `localhost:8080`, `[::1]:8080`. */
function hostOf(entry: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(entry)?.[1] ?? entry.replace(/^([^:]+):\d+$/, '$1');
}

function coversLoopback(entry: string): boolean {
  return /^127\.[\d.]*\/\d+$/.test(entry) || entry === '0.0.0.0/0' || entry === '::1/128' || entry === '::/0';
}
