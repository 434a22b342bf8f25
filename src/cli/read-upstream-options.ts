import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { AppError, problemOf } from '../base/errors.ts';
import { environmentProxies, parseUpstreamProxy, withoutCredentials } from '../proxy/upstream-proxy.ts';
import { type ClientCertificate, upstreamSettings, type UpstreamSettings } from '../proxy/upstream-settings.ts';
import type { Context } from './context.ts';
import type { ConnectionOptions, UpstreamOptions } from './upstream-options.ts';

/** Holds the passphrase of `--client-key`. */
const passphraseVariable = 'RETAKE_CLIENT_KEY_PASSPHRASE';

type Surroundings = Pick<Context, 'cwd' | 'env' | 'log'>;

/**
 * How servers are reached, from options, files and environment; exceptions from safety are said on stderr. Throws USAGE,
 * and CONFIG_INVALID for a file that does not hold what it should.
 */
export function readUpstreamOptions(context: Surroundings, options: UpstreamOptions): UpstreamSettings {
  const insecureHosts = options.insecureUpstream ?? [];
  if (insecureHosts.length > 0) {
    context.log.warn(`certificates of ${insecureHosts.join(', ')} are not checked (--insecure-upstream)`);
  }
  const { engine, upstreamHttp, connectTimeout, idleTimeout } = options;
  return upstreamSettings({
    insecureHosts,
    caPem: readAuthorities(context, options.upstreamCa ?? []),
    clientCertificates: readClientCertificates(context, options),
    proxyFor: proxyChoice(context, options.upstreamProxy),
    ...(upstreamHttp === undefined ? {} : { http: upstreamHttp }),
    ...(engine === undefined ? {} : { engine }),
    ...(connectTimeout === undefined ? {} : { connectTimeoutMs: connectTimeout }),
    ...(idleTimeout === undefined ? {} : { idleTimeoutMs: idleTimeout }),
  });
}

/** What a session that is recorded with these options notes about them. */
export function upstreamTags({ insecureUpstream = [] }: ConnectionOptions): Record<string, string> {
  return insecureUpstream.length > 0 ? { 'insecure-upstream': insecureUpstream.join(', ') } : {};
}

function proxyChoice({ env, log }: Surroundings, given: string | undefined): UpstreamSettings['proxyFor'] {
  if (given === 'none') return () => undefined;
  if (given !== undefined) {
    const proxy = parseUpstreamProxy(given);
    if (proxy) return () => proxy;
    throw new AppError('USAGE', {
      problem: `--upstream-proxy ${withoutCredentials(given)} is no HTTP proxy`,
      hint: 'give http://HOST:PORT, http://USER:PASSWORD@HOST:PORT, https://HOST:PORT or none',
    });
  }
  const { proxyFor, unusable } = environmentProxies(env);
  for (const setting of unusable) {
    log.warn(`${setting} is no HTTP proxy and is not used; --upstream-proxy URL names one, none needs none`);
  }
  return proxyFor;
}

function readAuthorities(context: Surroundings, files: readonly string[]): string | undefined {
  const texts = files.map((file) => {
    const text = readText(context, file, '--upstream-ca');
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    try {
      // Read for their faults only.
      blocks.map((block) => new X509Certificate(block));
    } catch (thrown) {
      throw invalid(file, `a certificate in it cannot be read: ${problemOf(thrown)}`, 'write the file again', thrown);
    }
    if (blocks.length > 0) return blocks.join('\n');
    const hint = `give PEM text; from another form: openssl x509 -inform der -in ${file} -out ca.pem`;
    throw invalid(file, 'it holds no certificate in PEM', hint);
  });
  return texts.length === 0 ? undefined : texts.join('\n');
}

function readClientCertificates(context: Surroundings, options: ConnectionOptions): ClientCertificate[] {
  const { clientCert = [], clientKey = [] } = options;
  const keys = clientKey.map(forHost);
  const certificates = clientCert.map(forHost);
  for (const { host, file } of keys) {
    if (certificates.some((one) => one.host === host)) continue;
    throw new AppError('USAGE', {
      problem: `--client-key ${file} has no --client-cert${host === undefined ? '' : ` for ${host}`}`,
      hint: 'give both; with several servers as host=FILE each',
    });
  }
  const read = certificates.map(({ host, file }) => {
    const key = keys.find((one) => one.host === host)?.file ?? file;
    const certificate: ClientCertificate = {
      host,
      certificatePem: readText(context, file, '--client-cert'),
      keyPem: readText(context, key, '--client-key'),
      passphrase: context.env[passphraseVariable],
    };
    checkPair(certificate, file, key);
    return certificate;
  });
  // One for a certain server is meant before one for all.
  return read.toSorted((a, b) => Number(a.host === undefined) - Number(b.host === undefined));
}

function checkPair({ certificatePem, keyPem, passphrase }: ClientCertificate, file: string, key: string): void {
  if (!certificatePem.includes('-----BEGIN CERTIFICATE-----')) {
    throw invalid(file, 'it holds no certificate in PEM', 'give a PEM file to --client-cert');
  }
  if (!keyPem.includes('PRIVATE KEY-----')) {
    throw invalid(key, 'it holds no private key in PEM', 'give the key with --client-key FILE');
  }
  try {
    tls.createSecureContext({
      cert: certificatePem,
      key: keyPem,
      ...(passphrase === undefined ? {} : { passphrase }),
    });
  } catch (thrown) {
    const { code = '' } = thrown as NodeJS.ErrnoException;
    if (/DECRYPT|PASSPHRASE|PASSWORD|INTERRUPTED_OR_CANCELLED/.test(code)) {
      const words = passphrase === undefined ? 'it is locked with a passphrase' : 'the passphrase does not open it';
      throw invalid(key, words, `set ${passphraseVariable} in the environment`, thrown);
    }
    if (code.includes('KEY_VALUES_MISMATCH')) {
      throw invalid(
        key,
        `it is not the key of the certificate in ${file}`,
        'give the pair that belongs together',
        thrown,
      );
    }
    throw invalid(file, `it cannot be used with ${key}: ${problemOf(thrown)}`, 'check both files', thrown);
  }
}

interface ForHost {
  readonly host: string | undefined;
  readonly file: string;
}

/** `FILE` or `host=FILE`; a path with an equals sign in it is told by its slash before it. */
function forHost(text: string): ForHost {
  const found = /^([^/\\=]+)=(.+)$/s.exec(text);
  return found ? { host: found[1]!, file: found[2]! } : { host: undefined, file: text };
}

function readText({ cwd }: Surroundings, file: string, option: string): string {
  try {
    return readFileSync(path.resolve(cwd, file), 'utf8');
  } catch (thrown) {
    throw invalid(file, `it cannot be read: ${problemOf(thrown)}`, `give an existing file to ${option}`, thrown);
  }
}

function invalid(file: string, problem: string, hint: string, cause?: unknown): AppError {
  return new AppError('CONFIG_INVALID', { path: file, problem, hint }, cause);
}
