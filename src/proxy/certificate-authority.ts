import type { SecureContext } from 'node:tls';
import {
  authorityCertificateFile,
  authorityKeyFile,
  commonName,
  dateOf,
  makeAuthority,
  readAuthority,
} from './authority-files.ts';
import { leafCertificates } from './leaf-certificates.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Long enough to install the next one in a calm hour. */
const expirySoonMs = 30 * dayMs;

/** Our own certificate authority: with it a client that trusts us can be answered in the name of any host. */
export interface CertificateAuthority {
  readonly folder: string;
  readonly certificatePath: string;
  readonly certificatePem: string;
  /** The common name, with user, host and the day it was made. */
  readonly name: string;
  /** SHA-256, in pairs with colons. */
  readonly fingerprint: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** What its user should know soon, if anything: that it is about to expire. */
  readonly note: string | undefined;
  /** What a TLS server presents for a host name or IP address; see `LeafCertificates`. */
  readonly secureContextFor: (host: string) => Promise<SecureContext>;
}

export interface AuthorityOptions {
  /** Milliseconds since 1970; the system's clock when left out. */
  readonly now?: () => number;
}

/** Opens the authority in a folder and makes it at the first use. Throws CA_UNUSABLE or FILE_UNWRITABLE. */
export async function openCertificateAuthority(
  folder: string,
  { now = Date.now }: AuthorityOptions = {},
): Promise<CertificateAuthority> {
  const files = readAuthority(folder, now()) ?? (await makeAuthority(folder, now()));
  const { certificate, certificatePem } = files;
  const leaves = leafCertificates(files, now);
  return {
    folder,
    certificatePath: authorityCertificateFile(folder),
    certificatePem,
    name: commonName(certificate),
    fingerprint: certificate.fingerprint256,
    validFrom: certificate.validFromDate,
    validTo: certificate.validToDate,
    note: expiryNote(folder, certificate.validToDate, now()),
    secureContextFor: leaves.contextFor,
  };
}

/** Does an authority expire so soon that its user should know? */
export function expirySoon(validTo: Date, now: number): boolean {
  return validTo.getTime() - now <= expirySoonMs;
}

function expiryNote(folder: string, validTo: Date, now: number): string | undefined {
  if (!expirySoon(validTo, now)) return undefined;
  const files = `${authorityCertificateFile(folder)} and ${authorityKeyFile(folder)}`;
  return `the certificate authority expires on ${dateOf(validTo)}; to get a new one: retake ca uninstall, then delete ${files}`;
}
