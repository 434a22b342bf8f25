import { matchesGlob } from '../model/address.ts';
import type { Target } from '../model/target.ts';
import type { UpstreamProxy } from './upstream-proxy.ts';

/** A host and a port to connect to. */
export type Endpoint = Pick<Target, 'protocol' | 'hostname' | 'port'>;

/** What we show to servers that ask who we are (mutual TLS). */
export interface ClientCertificate {
  /** Glob for `host` or `host:port`; undefined for every server. */
  readonly host: string | undefined;
  /** The certificate and what leads from it to a root, PEM. */
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly passphrase: string | undefined;
}

/** How connections to the real servers are made. One object for the life of a proxy. */
export interface UpstreamSettings {
  /** Globs for `host` or `host:port` whose certificates are not checked. */
  readonly insecureHosts: readonly string[];
  /** Trusted beside the roots of Node and of the system. */
  readonly caPem: string | undefined;
  /** The first that fits is shown. */
  readonly clientCertificates: readonly ClientCertificate[];
  /** The proxy that leads to a server; undefined for a direct connection. */
  readonly proxyFor: (endpoint: Endpoint) => UpstreamProxy | undefined;
  readonly http: 'auto' | '1.1' | '2';
  /** What carries plain HTTP/1.1 requests (docs/decisions/003). */
  readonly engine: 'node' | 'http-proxy';
  /** For address, proxy and TLS together. */
  readonly connectTimeoutMs: number;
  /** For a peer on either side whose turn it is in the middle of a body (docs/decisions/016). 0: never. */
  readonly idleTimeoutMs: number;
  /** Told of every connection that is about to be opened, whether or not it comes about. */
  readonly onConnection?: () => void;
}

const defaults: UpstreamSettings = {
  insecureHosts: [],
  caPem: undefined,
  clientCertificates: [],
  proxyFor: () => undefined,
  http: 'auto',
  engine: 'node',
  // Longer means that nobody is there (behaviour: 504 after 10 s).
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 300_000,
};

/** Direct, verified connections, but for what is given. */
export function upstreamSettings(given: Partial<UpstreamSettings> = {}): UpstreamSettings {
  return { ...defaults, ...given };
}

/** Does a glob for `host` or `host:port` mean this server? */
export function fitsHost(glob: string, { hostname, port }: Endpoint): boolean {
  const pattern = glob.toLowerCase();
  return matchesGlob(hostname, pattern) || matchesGlob(`${hostname}:${port}`, pattern);
}
