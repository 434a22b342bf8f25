import { type Command, Option } from 'commander';
import { repeatable, repeatableHost } from './option-values.ts';
import { parseDuration } from './quantity-options.ts';

/** How servers are reached, as Commander gives it. `read-upstream-options.ts` makes settings of it. */
export interface ConnectionOptions {
  readonly insecureUpstream?: readonly string[];
  readonly upstreamCa?: readonly string[];
  readonly clientCert?: readonly string[];
  readonly clientKey?: readonly string[];
  readonly upstreamProxy?: string;
  readonly connectTimeout?: number;
}

export interface UpstreamOptions extends ConnectionOptions {
  readonly upstreamHttp?: 'auto' | '1.1' | '2';
  readonly engine?: 'node' | 'http-proxy';
  readonly idleTimeout?: number;
}

/** For every command that talks to real servers. */
export function addConnectionOptions(command: Command): Command {
  return command
    .addOption(
      group(repeatableHost('--insecure-upstream <host>', 'do not check the certificate of this server; a glob')),
    )
    .addOption(group(repeatable('--upstream-ca <file>', "trust these certificates (PEM) beside the system's")))
    .addOption(
      group(repeatable('--client-cert <file>', 'certificate to show to servers that ask for one; or host=FILE')),
    )
    .addOption(
      group(repeatable('--client-key <file>', 'its key (passphrase: RETAKE_CLIENT_KEY_PASSPHRASE); or host=FILE')),
    )
    .addOption(group(new Option('--upstream-proxy <url>', 'proxy to the servers, or none (default: HTTPS_PROXY ...)')))
    .addOption(
      group(new Option('--connect-timeout <time>', 'give up connecting after this (default: 10s)')).argParser(
        parseDuration,
      ),
    );
}

/** For proxies. */
export function addUpstreamOptions(command: Command): Command {
  const stall = new Option('--idle-timeout <time>', 'give up a peer that stalls in a body; 0s: never (default: 5m)');
  const versions = new Option('--upstream-http <version>', 'HTTP version to the servers (default: auto)');
  const engines = new Option('--engine <name>', 'what carries plain HTTP/1.1 requests (default: node)');
  return addConnectionOptions(command)
    .addOption(group(stall.argParser(parseDuration)))
    .addOption(group(versions.choices(['auto', '1.1', '2'])))
    .addOption(group(engines.choices(['node', 'http-proxy'])));
}

function group(option: Option): Option {
  return option.helpGroup('Real servers:');
}
