import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError, problemOf } from '../base/errors.ts';
import type { CertificateAuthority } from '../proxy/certificate-authority.ts';
import { javaTrustStore } from '../proxy/java-trust-store.ts';
import { certificatesIn, writeTrustBundle } from '../proxy/trust-bundle.ts';
import { ownTrustFiles, type TrustFiles } from './child-environment.ts';

export interface ChildTrust {
  readonly files: TrustFiles;
  /** What could not be taken over from the user's own files. */
  readonly problems: readonly string[];
  readonly remove: () => void;
}

/**
 * Writes what a program is to trust into a private temporary folder, removed at the latest when this process exits. The
 * user's own files, as the environment names them, are in it. Throws FILE_UNWRITABLE.
 */
export function writeChildTrust(
  { certificatePem, certificatePath }: Pick<CertificateAuthority, 'certificatePem' | 'certificatePath'>,
  env: Readonly<Record<string, string | undefined>>,
): ChildTrust {
  const folder = mkdtempSync(path.join(tmpdir(), 'retake-exec-'));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', remove);
  const own = ownTrustFiles(env);
  const bundle = path.join(folder, 'bundle.pem');
  const extra = path.join(folder, 'extra.pem');
  const javaStore = path.join(folder, 'trust.jks');
  try {
    const { problems } = writeTrustBundle(bundle, certificatePem, [...own.bundle, ...own.extra]);
    writeFileSync(extra, [certificatePem, ...own.extra.flatMap(readable)].flatMap(certificatesIn).join(''));
    writeFileSync(javaStore, javaTrustStore(certificatesIn(readFileSync(bundle, 'utf8'))));
    const publicKeyPin = pinOf(certificatePem);
    return { files: { certificate: certificatePath, extra, bundle, javaStore, publicKeyPin }, problems, remove };
  } catch (thrown) {
    remove();
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('FILE_UNWRITABLE', { path: folder, problem: problemOf(thrown) }, thrown);
  }
}

/** What cannot be read is told among the problems of the bundle. */
function readable(file: string): string[] {
  try {
    return [readFileSync(file, 'utf8')];
  } catch {
    return [];
  }
}

function pinOf(certificatePem: string): string {
  const key = new X509Certificate(certificatePem).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}
