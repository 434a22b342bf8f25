import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import { AppError, problemOf } from '../base/errors.ts';
import { loadX509, publicKeyInfo, signingAlgorithm, signingKey } from './x509-library.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** A year at most: a forgotten root must not outlive the project it was made for. */
const lifetimeMs = 365 * dayMs;
/** For clients whose clock is behind, containers and virtual machines above all. */
const backDatedMs = dayMs;

/** A certificate authority as it lies in its folder, checked. */
export interface AuthorityFiles {
  readonly certificatePem: string;
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

/** Where the certificate of the authority in a folder lies. */
export function authorityCertificateFile(folder: string): string {
  return path.join(folder, 'ca.pem');
}

/** Where its key lies. */
export function authorityKeyFile(folder: string): string {
  return path.join(folder, 'ca-key.pem');
}

/**
 * The authority in a folder, undefined if there is none. Throws CA_UNUSABLE for one that is damaged, whose key others may
 * read, or that is not valid at `now` (milliseconds since 1970).
 */
export function readAuthority(folder: string, now: number): AuthorityFiles | undefined {
  // In this order: the key comes first into the folder, so a certificate without one is damage and no authority being made.
  const certificatePem = readIfThere(folder, authorityCertificateFile(folder));
  refuseExposedKey(folder);
  const keyPem = readIfThere(folder, authorityKeyFile(folder));
  if (certificatePem === undefined) return undefined;
  if (keyPem === undefined) throw unusable(folder, 'its key ca-key.pem is missing', anew(folder));
  const key = parseKey(folder, keyPem);
  const certificate = parseCertificate(folder, certificatePem);
  if (!certificate.ca || !certificate.checkPrivateKey(key)) {
    throw unusable(folder, 'ca.pem is no certificate authority of the key beside it', anew(folder));
  }
  if (now >= certificate.validToDate.getTime()) {
    throw unusable(
      folder,
      `it expired on ${dateOf(certificate.validToDate)}`,
      `retake ca uninstall, then ${anew(folder)}`,
    );
  }
  if (now < certificate.validFromDate.getTime()) {
    const from = dateOf(certificate.validFromDate);
    throw unusable(folder, `it is valid from ${from}, and here it is ${dateOf(new Date(now))}`, 'set the clock right');
  }
  return { certificatePem, certificate, key };
}

/**
 * Makes the authority of a folder, or finishes one that was begun. Any number of processes may do so at once: key and
 * certificate get their names by `link`, which the first one wins, whole or not at all. Throws as `readAuthority`, and
 * FILE_UNWRITABLE.
 */
export async function makeAuthority(folder: string, now: number): Promise<AuthorityFiles> {
  const keyFile = authorityKeyFile(folder);
  const certificateFile = authorityCertificateFile(folder);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw new AppError('FILE_UNWRITABLE', { path: folder, problem: problemOf(thrown) }, thrown);
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  publish(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, 0o600);
  refuseExposedKey(folder);
  const key = parseKey(folder, readFileSync(keyFile, 'utf8'));
  publish(certificateFile, await selfSigned(key, now), 0o644);
  const files = readAuthority(folder, now);
  if (files === undefined) throw new AppError('FILE_UNWRITABLE', { path: certificateFile, problem: 'it has vanished' });
  return files;
}

/** The beginning of the name of every authority that this user made on this machine; its date and a mark follow. */
export function authorityNamePrefix(): string {
  const owner = `${userName()}@${hostname()}`.replace(/[^\p{L}\p{N}@._-]/gu, '_');
  // A common name has 64 characters (RFC 5280, ub-common-name); all but the owner takes 28 of them.
  return `Retake CA ${Array.from(owner).slice(0, 36).join('')} `;
}

/** A process may run under a number that has no name, as in containers. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'user');
  }
}

/** The common name in a certificate's subject. */
export function commonName(certificate: X509Certificate): string {
  return /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? '';
}

/** `2026-05-01`. */
export function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

async function selfSigned(key: KeyObject, now: number): Promise<string> {
  const x509 = await loadX509();
  const notBefore = new Date(now - backDatedMs);
  const publicKey = new x509.PublicKey(publicKeyInfo(key));
  // Clients look up an authority by its name: two of one day must not have the same one, or the first is taken for both.
  const mark = createHash('sha256').update(publicKeyInfo(key)).digest('hex').slice(0, 6);
  const name = [{ CN: [`${authorityNamePrefix()}${dateOf(new Date(now))} ${mark}`] }, { O: ['Retake'] }];
  const certificate = await x509.X509CertificateGenerator.create({
    subject: name,
    issuer: name,
    notBefore,
    notAfter: new Date(notBefore.getTime() + lifetimeMs),
    publicKey,
    signingKey: await signingKey(key),
    signingAlgorithm,
    extensions: [
      // It signs leaves and no further authorities.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** Gives a file its name unless it has one already: whoever sees it sees all of it. */
function publish(file: string, text: string, mode: number): void {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(draft, text, { mode, flag: 'wx', flush: true });
    linkSync(draft, file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new AppError('FILE_UNWRITABLE', { path: file, problem: problemOf(thrown) }, thrown);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Windows keeps rights in lists that `stat` does not show; there the folder is its user's alone. */
function refuseExposedKey(folder: string): void {
  const file = authorityKeyFile(folder);
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  const rights = (mode & 0o777).toString(8).padStart(4, '0');
  throw unusable(
    folder,
    `others may read its key (${file} has mode ${rights})`,
    `if nobody else can have read it: chmod 600 ${file}; otherwise retake ca uninstall, then ${anew(folder)}`,
  );
}

function readIfThere(folder: string, file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(
      folder,
      problemOf(thrown),
      'give your user the right to read it, or name another folder with --ca-dir',
    );
  }
}

function parseKey(folder: string, pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    // Said below, in the same words as a key of another kind.
  }
  throw unusable(folder, 'ca-key.pem is no private key for the curve P-256', anew(folder));
}

function parseCertificate(folder: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw unusable(folder, 'ca.pem is no certificate', anew(folder));
  }
}

function anew(folder: string): string {
  return `delete ca.pem and ca-key.pem in ${folder}: a new authority is made at the next use (retake ca install trusts it)`;
}

function unusable(folder: string, problem: string, hint: string): AppError {
  return new AppError('CA_UNUSABLE', { folder, problem, hint });
}
