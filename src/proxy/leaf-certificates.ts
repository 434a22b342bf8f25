import { generateKeyPair } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { AppError } from '../base/errors.ts';
import type { AuthorityFiles } from './authority-files.ts';
import { type CertificateHost, certificateHost } from './certificate-host.ts';
import { loadX509, publicKeyInfo, signingAlgorithm, signingKey } from './x509-library.ts';

const hourMs = 60 * 60 * 1000;
const lifetimeMs = 7 * 24 * hourMs;
/** For clients whose clock is behind. */
const backDatedMs = hourMs;
/** Contexts kept: each takes about 60 KiB (measured), and a browser session meets a few hundred hosts. */
const cacheSize = 500;
/** A page with all its third parties may come at once; a client that walks through names is slowed down. */
const burst = 100;
const perSecond = 10;
/** RFC 5280, ub-common-name. Clients read the alternative name, which is always whole. */
const maxCommonName = 64;

export interface LeafCertificates {
  /**
   * What a TLS server presents for a host: a certificate for exactly this name or address, and the authority's. Made at
   * the first ask, then kept. Throws CERTIFICATE_REFUSED for what is no host, and for more than 100 new hosts at once or
   * 10 per second.
   */
  readonly contextFor: (host: string) => Promise<SecureContext>;
}

interface Kept {
  readonly context: Promise<SecureContext>;
  /** Milliseconds since 1970: from then on a new certificate is made. */
  readonly renewAt: number;
}

/** Certificates of one authority for any number of hosts, with one key that lives as long as this process. */
export function leafCertificates(authority: AuthorityFiles, now: () => number): LeafCertificates {
  /** In order of use, the last one at the end. */
  const kept = new Map<string, Kept>();
  const limit = rateLimit(now);
  let mint: Promise<Mint> | undefined;

  const makeContext = async (host: CertificateHost, notAfter: number): Promise<SecureContext> => {
    mint ??= openMint(authority);
    return (await mint)(host, { notBefore: Math.max(now() - backDatedMs, startOf(authority)), notAfter });
  };

  const contextFor = async (text: string): Promise<SecureContext> => {
    const host = certificateHost(text);
    if (host === undefined) throw refused(text, 'it is neither a host name nor an IP address');
    const found = kept.get(host.value);
    if (found !== undefined && now() < found.renewAt) {
      kept.delete(host.value);
      kept.set(host.value, found);
      return found.context;
    }
    if (!limit()) throw refused(host.value, `more than ${perSecond} new hosts per second were asked for`);
    const madeAt = now();
    const notAfter = Math.min(madeAt + lifetimeMs, authority.certificate.validToDate.getTime());
    if (notAfter <= madeAt) throw refused(host.value, 'the certificate authority expired while this process ran');
    const context = makeContext(host, notAfter);
    const entry = { context, renewAt: madeAt + ((notAfter - madeAt) * 6) / 7 };
    kept.delete(host.value);
    kept.set(host.value, entry);
    if (kept.size > cacheSize) kept.delete(kept.keys().next().value!);
    // What failed is tried anew at the next ask.
    context.catch(() => {
      if (kept.get(host.value) === entry) kept.delete(host.value);
    });
    return context;
  };
  return { contextFor };
}

type Mint = (host: CertificateHost, valid: { notBefore: number; notAfter: number }) => Promise<SecureContext>;

async function openMint(authority: AuthorityFiles): Promise<Mint> {
  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(authority.certificatePem);
  const caKey = await signingKey(authority.key);
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const publicKey = new x509.PublicKey(publicKeyInfo(privateKey));
  const keyPem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  const extensions = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
  ];
  return async (host, { notBefore, notAfter }) => {
    const certificate = await x509.X509CertificateGenerator.create({
      subject: [{ CN: [host.value.slice(0, maxCommonName)] }],
      issuer: issuer.subjectName,
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
      signingAlgorithm,
      signingKey: caKey,
      publicKey,
      extensions: [...extensions, new x509.SubjectAlternativeNameExtension([{ type: host.kind, value: host.value }])],
    });
    return createSecureContext({ key: keyPem, cert: `${certificate.toString('pem')}\n${authority.certificatePem}` });
  };
}

function startOf({ certificate }: AuthorityFiles): number {
  return certificate.validFromDate.getTime();
}

/** A bucket of permissions: `burst` at the start, refilled by `perSecond`. */
function rateLimit(now: () => number): () => boolean {
  let left = burst;
  let last = now();
  return () => {
    // A clock that is set back gives nothing.
    left = Math.min(burst, left + (Math.max(0, now() - last) / 1000) * perSecond);
    last = now();
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}

function refused(host: string, problem: string): AppError {
  return new AppError('CERTIFICATE_REFUSED', { host: JSON.stringify(host.slice(0, 100)), problem });
}
