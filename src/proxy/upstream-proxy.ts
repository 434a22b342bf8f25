import net from 'node:net';
import { isLoopback } from '../model/loopback.ts';
import type { Target } from '../model/target.ts';

/** A proxy between us and the real servers. */
export interface UpstreamProxy {
  readonly protocol: 'http:' | 'https:';
  /** For connecting: an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Without credentials: what is shown. */
  readonly url: string;
  /** Value of `Proxy-Authorization`; never logged or stored. */
  readonly authorization: string | undefined;
}

type Endpoint = Pick<Target, 'protocol' | 'hostname' | 'port'>;
type Environment = Readonly<Record<string, string | undefined>>;

/** `http://user:password@host:port`, `https://…`, or `host:port` for an http proxy; undefined for anything else. */
export function parseUpstreamProxy(text: string): UpstreamProxy | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return undefined;
  const { protocol, username, password } = url;
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return {
    protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (protocol === 'https:' ? 443 : 80)),
    url: url.origin,
    authorization: credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

/** The text of a proxy as it may be shown. */
export function withoutCredentials(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export interface EnvironmentProxies {
  readonly proxyFor: (endpoint: Endpoint) => UpstreamProxy | undefined;
  /** What is set and cannot be used, as it may be shown: `ALL_PROXY=socks5://host`. */
  readonly unusable: readonly string[];
}

/**
 * The proxies that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY name, read as curl reads them: lower case wins, an
 * empty value means none. This machine's own servers are never behind one.
 */
export function environmentProxies(env: Environment): EnvironmentProxies {
  const unusable: string[] = [];
  const read = (names: readonly string[]): UpstreamProxy | undefined => {
    const name = names.find((one) => env[one] !== undefined);
    const text = name === undefined ? '' : env[name]!.trim();
    if (text === '') return undefined;
    const proxy = parseUpstreamProxy(text);
    if (!proxy) {
      const shown = `${name}=${withoutCredentials(text)}`;
      if (!unusable.includes(shown)) unusable.push(shown);
    }
    return proxy;
  };
  // In a CGI program a client's `Proxy` header would arrive as HTTP_PROXY.
  const httpNames = env['REQUEST_METHOD'] === undefined ? ['http_proxy', 'HTTP_PROXY'] : ['http_proxy'];
  const http = read([...httpNames, 'all_proxy', 'ALL_PROXY']);
  const https = read(['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']);
  const isExcepted = exceptions(env['no_proxy'] ?? env['NO_PROXY'] ?? '');
  return {
    unusable,
    proxyFor: (endpoint) => {
      if (isLoopback(endpoint) || isExcepted(endpoint)) return undefined;
      return endpoint.protocol === 'https:' ? https : http;
    },
  };
}

/** NO_PROXY: `*`, names with all below them (also `.name` and `*.name`), addresses, networks as CIDR; each may have a port. */
function exceptions(list: string): (endpoint: Endpoint) => boolean {
  const rules = list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(exceptionOf);
  return (endpoint) => rules.some((fits) => fits(endpoint));
}

function exceptionOf(entry: string): (endpoint: Endpoint) => boolean {
  if (entry === '*') return () => true;
  const network = /^\[?([\da-f.:]+)\]?\/(\d+)$/i.exec(entry);
  if (network) return inNetwork(network[1]!, Number(network[2]));
  const { host, port } = splitPort(entry.toLowerCase());
  const name = host.replace(/^\*?\./, '').replace(/\.$/, '');
  return (endpoint) => {
    if (port !== undefined && port !== endpoint.port) return false;
    const asked = endpoint.hostname.toLowerCase().replace(/\.$/, '');
    return asked === name || (net.isIP(asked) === 0 && asked.endsWith(`.${name}`));
  };
}

function inNetwork(address: string, bits: number): (endpoint: Endpoint) => boolean {
  const family = net.isIP(address);
  if (family === 0 || bits > (family === 4 ? 32 : 128)) return () => false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const block = new net.BlockList();
  block.addSubnet(address, bits, type);
  return ({ hostname }) => net.isIP(hostname) === family && block.check(hostname, type);
}

/** `host`, `host:port`, `[address]:port`, or a bare address with colons of its own. */
function splitPort(entry: string): { readonly host: string; readonly port: number | undefined } {
  if (net.isIP(entry) !== 0) return { host: entry, port: undefined };
  const found = /^(?:\[([\da-f:.]+)\]|([^:]*))(?::(\d+))?$/.exec(entry);
  if (!found) return { host: entry, port: undefined };
  return { host: found[1] ?? found[2]!, port: found[3] === undefined ? undefined : Number(found[3]) };
}
