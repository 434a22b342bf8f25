import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { problemOf } from '../base/errors.ts';
import { writeFile } from '../base/write-file.ts';

export interface TrustBundle {
  readonly certificateCount: number;
  /** Files of the user's that gave nothing, and why. Their absence is no error: the programs that name them met it before. */
  readonly problems: readonly string[];
}

/**
 * Writes one PEM file of everything a program is to trust, in one step: our authority, the roots of this machine, and
 * what the user's own files hold, each certificate once. Throws FILE_UNWRITABLE.
 */
export function writeTrustBundle(file: string, certificatePem: string, extraFiles: readonly string[]): TrustBundle {
  const problems: string[] = [];
  const extra = [...new Set(extraFiles)].flatMap((name) => {
    try {
      const found = certificatesIn(readFileSync(name, 'utf8'));
      if (found.length === 0) problems.push(`${name} holds no certificate`);
      return found;
    } catch (thrown) {
      problems.push(`${name} cannot be read: ${problemOf(thrown)}`);
      return [];
    }
  });
  const all = [certificatePem, ...rootsOfThisMachine(), ...extra].flatMap(certificatesIn);
  const once = new Map(all.map((pem) => [pem.replace(/\s/g, ''), pem]));
  writeFile(file, [...once.values()].join(''));
  return { certificateCount: once.size, problems };
}

/**
 * The roots this machine trusts; Node's own where it has none, as in small containers. Windows fetches roots when it
 * first needs them, and macOS may show only what was added to its own, so there both count.
 */
function rootsOfThisMachine(): readonly string[] {
  const system = getCACertificates('system');
  if (system.length === 0) return getCACertificates('bundled');
  return process.platform === 'win32' || process.platform === 'darwin'
    ? [...system, ...getCACertificates('bundled')]
    : system;
}

/** Every certificate in a text, each in the plain form; what is none is left away, since some readers stop there. */
export function certificatesIn(text: string): string[] {
  const blocks = text.match(/-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^-]*-----END \1-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block).toString()];
    } catch {
      return [];
    }
  });
}
