import net from 'node:net';
import type { Target } from './target.ts';

/** Is this target this machine by its loopback interface? */
export function isLoopback({ hostname }: Pick<Target, 'hostname'>): boolean {
  return isLoopbackHost(hostname);
}

/** Does a host name or address (IPv6 without brackets) mean this machine? Names other than localhost are not looked up. */
export function isLoopbackHost(name: string): boolean {
  const host = name.toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (net.isIPv4(host)) return host.startsWith('127.');
  // The URL parser writes IPv4 inside IPv6 in hexadecimal: ::ffff:127.0.0.1 is ::ffff:7f00:1.
  return host === '::1' || host.startsWith('::ffff:7f');
}
