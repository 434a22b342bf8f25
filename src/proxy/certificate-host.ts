import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** What a certificate is made for: a DNS name in lower case, international ones in punycode, or an IP address. */
export interface CertificateHost {
  readonly kind: 'dns' | 'ip';
  readonly value: string;
}

/** RFC 1123 §2.1 with the underscore that container networks use. No wildcard: a certificate is for one host. */
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * The host named by a server name indication, a CONNECT request or a target (brackets around IPv6 and a closing dot may
 * stand there), or undefined for what is no host: everything here comes from the network.
 */
export function certificateHost(text: string): CertificateHost | undefined {
  // No name is longer; what is, is not worth reading.
  if (text.length > 1000) return undefined;
  const bare = /^\[(.+)\]$/.exec(text)?.[1] ?? text;
  if (isIP(bare) !== 0) return ipHost(bare);
  if (bare !== text) return undefined;
  const lower = text.replace(/\.$/, '').toLowerCase();
  const ascii = isAscii(lower) ? lower : domainToASCII(lower);
  if (ascii.length > 253 || !ascii.split('.').every((part) => label.test(part))) return undefined;
  return { kind: 'dns', value: ascii };
}

/** An address has one spelling in a cache and none with a zone (`%eth0`), which is no part of a certificate. */
function ipHost(address: string): CertificateHost {
  if (isIP(address) === 4) return { kind: 'ip', value: address };
  const { hostname } = new URL(`http://[${address.replace(/%.*$/, '')}]/`);
  return { kind: 'ip', value: hostname.slice(1, -1) };
}

function isAscii(text: string): boolean {
  return /^[\u0000-\u007f]*$/.test(text);
}
