import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { AppError, problemOf } from '../base/errors.ts';
import type { CertificateAuthority } from '../proxy/certificate-authority.ts';
import { caFolder } from '../proxy/ca-folder.ts';
import { addCaDirOption } from './ca-dir-option.ts';
import type { Context } from './context.ts';

/** What clients are shown, as Commander gives it. */
export interface TlsOptions {
  readonly tls?: true;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly caDir?: string;
}

/** The certificates of a proxy's listeners. */
export interface ListenerCertificates {
  /** Ours, where it is used: clients must trust it. */
  readonly authority?: CertificateAuthority;
  /** For forward listeners: of the host that is asked for. */
  readonly secureContextFor?: (host: string) => Promise<SecureContext>;
  /** For reverse listeners, which speak TLS beside plain HTTP then. */
  readonly reverseTls?: (host: string) => Promise<SecureContext>;
}

export function addTlsOptions(command: Command): Command {
  return addCaDirOption(
    command
      .option('--tls', 'speak HTTPS beside HTTP on the same port, with a certificate of our authority')
      .option('--tls-cert <file>', 'with --tls-key: speak HTTPS with this certificate (PEM) instead')
      .option('--tls-key <file>', 'its key (PEM)'),
  );
}

/** Opens what the listeners need, and makes our authority at the first use. Throws USAGE and what opening it throws. */
export async function openCertificates(
  context: Context,
  { tls, tlsCert, tlsKey, caDir, forward }: TlsOptions & { readonly forward?: true },
): Promise<ListenerCertificates> {
  const own = tlsCert === undefined && tlsKey === undefined ? undefined : ownContext(context, tlsCert, tlsKey);
  const needsAuthority = forward || (tls && !own);
  const authority = needsAuthority ? await openAuthority(context, caDir) : undefined;
  return {
    ...(authority ? { authority } : {}),
    ...(forward && authority ? { secureContextFor: authority.secureContextFor } : {}),
    ...(own ? { reverseTls: () => Promise.resolve(own) } : {}),
    ...(tls && !own && authority ? { reverseTls: authority.secureContextFor } : {}),
  };
}

/** Loaded only where it is wanted: most proxies do without it. */
async function openAuthority(context: Context, caDir: string | undefined): Promise<CertificateAuthority> {
  const { openCertificateAuthority } = await import('../proxy/certificate-authority.ts');
  return openCertificateAuthority(caFolder(context, caDir));
}

function ownContext({ cwd }: Context, certificate: string | undefined, key: string | undefined): SecureContext {
  if (certificate === undefined || key === undefined) {
    throw usage('--tls-cert and --tls-key belong together', `add --tls-${key === undefined ? 'key' : 'cert'} FILE`);
  }
  const [cert, keyPem] = [read(cwd, certificate), read(cwd, key)];
  try {
    return createSecureContext({ cert, key: keyPem });
  } catch (thrown) {
    throw usage(
      `${certificate} and ${key} cannot be used: ${problemOf(thrown)}`,
      'give a certificate and its key without a passphrase, both PEM',
    );
  }
}

function read(cwd: string, file: string): Buffer {
  try {
    return readFileSync(path.resolve(cwd, file));
  } catch (thrown) {
    throw usage(`cannot read ${file}: ${problemOf(thrown)}`, 'check the path');
  }
}

function usage(problem: string, hint: string): AppError {
  return new AppError('USAGE', { problem, hint });
}
