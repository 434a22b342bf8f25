import net from 'node:net';
import type { Target } from './target.ts';

/** Is this target this machine by its loopback interface? Names other than localhost are not looked up. */
export function isLoopback({ hostname: host }: Pick<Target, 'hostname'>): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (net.isIPv4(host)) return host.startsWith('127.');
  // The URL parser writes IPv4 inside IPv6 in hexadecimal: ::ffff:127.0.0.1 is ::ffff:7f00:1.
  return host === '::1' || host.startsWith('::ffff:7f');
}
