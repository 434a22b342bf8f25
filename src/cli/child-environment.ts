import { type TrustVariable, trustVariables } from './trust-variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Files a program may be told to trust; all of them hold our authority. */
export interface TrustFiles {
  /** Our authority alone. */
  readonly certificate: string;
  /** Our authority and what the user added to the roots, for programs that keep their own roots. */
  readonly extra: string;
  /** Our authority, the roots of this machine and what the user added, for programs that take one file instead. */
  readonly bundle: string;
  /** The bundle as a Java key store. */
  readonly javaStore: string;
  /** Base64 SHA-256 of our authority's public key, as browsers pin it. */
  readonly publicKeyPin: string;
}

export interface ChildEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** Hosts the user's own NO_PROXY keeps away from us: neither recorded nor replayed. */
  readonly bypassed: readonly string[];
}

/** npm takes it in either case, and its own scripts set it in lower case. */
const npmFile = 'npm_config_cafile';
/** `ws_proxy` and `wss_proxy`: WebSocket clients in Python; `grpc_proxy`: gRPC's own, before all others. */
const proxyVariables = ['http_proxy', 'https_proxy', 'all_proxy', 'ws_proxy', 'wss_proxy', 'grpc_proxy'];
/** `no_grpc_proxy` is read instead of the other, never beside it. */
const noProxyVariables = ['no_proxy', 'no_grpc_proxy'];

/** Files of certificates that the user's own environment names. */
export function ownTrustFiles(env: Environment): { readonly extra: string[]; readonly bundle: string[] } {
  const filesThat = (wanted: TrustVariable['effect']): string[] => {
    const names = trustVariables.filter(({ effect }) => effect === wanted).map(({ name }) => name);
    return [...new Set(names.flatMap((name) => env[name] || []))];
  };
  return { extra: filesThat('adds'), bundle: filesThat('replaces') };
}

/**
 * The whole environment of a program whose traffic is to pass through our forward proxy: the user's own, with every
 * variable about proxies and certificates that a common client reads. Lower and upper case, since curl reads `http_proxy`
 * in lower case only and others the upper. `SSL_CERT_DIR` stays as it is: it adds to `SSL_CERT_FILE`.
 */
export function childEnvironment(own: Environment, proxyUrl: string, trust: TrustFiles): ChildEnvironment {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) if (value !== undefined) env[name] = value;
  const bypassed = keptBypasses(noProxyVariables.flatMap((name) => [own[name], own[name.toUpperCase()]]));
  const setBoth = (name: string, value: string): void => {
    env[name] = value;
    env[name.toUpperCase()] = value;
  };
  for (const name of proxyVariables) setBoth(name, proxyUrl);
  for (const name of noProxyVariables) setBoth(name, bypassed.join(','));
  // Node reads the variables above only when told to (24.0 for fetch, 24.5 for node:http).
  env['NODE_USE_ENV_PROXY'] = '1';
  for (const { name, effect } of trustVariables) env[name] = effect === 'adds' ? trust.extra : trust.bundle;
  env[npmFile] = trust.bundle;
  env['JAVA_TOOL_OPTIONS'] = [own['JAVA_TOOL_OPTIONS'], ...javaOptions(proxyUrl, trust.javaStore)]
    .filter(Boolean)
    .join(' ');
  // For what has no variable of its own: browsers and other programs that take options.
  env['RETAKE_PROXY'] = proxyUrl;
  env['RETAKE_CA'] = trust.certificate;
  env['RETAKE_CA_PIN'] = trust.publicKeyPin;
  return { env, bypassed };
}

/**
 * Entries of NO_PROXY (between commas or spaces) that stay. A person who names a host there means it. But lists that
 * come with a company's network name this machine as a matter of course, and `*` names everything: with those nothing
 * would be recorded, and a replay would call real servers. A name with a port is meant in any case.
 */
function keptBypasses(lists: readonly (string | undefined)[]): string[] {
  const entries = lists.flatMap((list) => (list ?? '').split(/[\s,]+/)).filter((entry) => entry !== '');
  return [...new Set(entries)].filter((entry) => !isEverything(entry) && !isThisMachine(entry));
}

function isEverything(entry: string): boolean {
  return /^\*?\.?\*?$/.test(entry) || /^(0\.0\.0\.0|\[?::\]?)\/0$/.test(entry);
}

function isThisMachine(entry: string): boolean {
  const name = entry.toLowerCase().replace(/^\*?\./, '');
  return (
    /^(localhost|localhost\.localdomain|loopback|<local>|<-loopback>)$/.test(name) ||
    /^127(\.[\d*]+){0,3}(\/\d+)?$/.test(name) ||
    /^\[?(::1|0:0:0:0:0:0:0:1)\]?(\/\d+)?$/.test(name) ||
    name === '0.0.0.0'
  );
}

/**
 * Java reads no NO_PROXY. An empty list, and only an empty one, also takes away its own exceptions for this machine
 * (sun.net.spi.DefaultProxySelector). The store has no password that would keep anything secret: it holds certificates.
 */
function javaOptions(proxyUrl: string, store: string): string[] {
  const { hostname, port } = new URL(proxyUrl);
  const file = /\s/.test(store) ? `"${store}"` : store;
  return [
    `-Dhttp.proxyHost=${hostname}`,
    `-Dhttp.proxyPort=${port}`,
    `-Dhttps.proxyHost=${hostname}`,
    `-Dhttps.proxyPort=${port}`,
    '-Dhttp.nonProxyHosts=',
    `-Djavax.net.ssl.trustStore=${file}`,
    '-Djavax.net.ssl.trustStoreType=JKS',
  ];
}
