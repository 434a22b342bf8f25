import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { getCACertificates } from 'node:tls';
import { toAppError } from '../../base/errors.ts';
import { commonName, dateOf, readAuthority } from '../../proxy/authority-files.ts';
import { expirySoon } from '../../proxy/certificate-authority.ts';
import { certificatesIn } from '../../proxy/trust-bundle.ts';
import { trustVariables } from '../trust-variables.ts';
import { type Check, fail, ok, warn } from './check.ts';

interface Trust {
  /** Of the certificate authority. */
  readonly folder: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The certificates this system trusts, in PEM; asked of the system when left out. */
  readonly systemCertificates?: readonly string[];
}

/** Is there a certificate authority, may it be used, and who trusts it? Nothing is made. */
export function authorityChecks({ folder, cwd, env, now, systemCertificates }: Trust): Check[] {
  const name = 'authority';
  let certificate: X509Certificate | undefined;
  const checks: Check[] = [];
  try {
    certificate = readAuthority(folder, now)?.certificate;
    checks.push(
      certificate === undefined ? ok(name, `none yet; made in ${folder} at the first use`) : stateOf(certificate, now),
    );
  } catch (thrown) {
    const { message, hint } = toAppError(thrown);
    checks.push(fail(name, message, hint));
  }
  const prints = certificate && fingerprintsOf(systemCertificates ?? getCACertificates('system'));
  const trusted = certificate !== undefined && prints!.has(certificate.fingerprint256);
  if (certificate !== undefined) {
    checks.push(
      trusted
        ? ok('system trust', 'this system trusts the authority')
        : ok('system trust', 'not trusted, which retake exec does not need; for other programs: retake ca install'),
    );
  }
  return [
    ...checks,
    ...trustVariables.flatMap(({ name, effect }) => {
      const file = env[name];
      return file ? [variableCheck({ name, effect, file: path.resolve(cwd, file), certificate, trusted })] : [];
    }),
  ];
}

function stateOf(certificate: X509Certificate, now: number): Check {
  const until = `valid until ${dateOf(certificate.validToDate)}`;
  return expirySoon(certificate.validToDate, now)
    ? warn('authority', `${commonName(certificate)}, ${until}`, 'get a new one in time: retake ca path says how')
    : ok('authority', `${commonName(certificate)}, ${until}`);
}

interface Variable {
  readonly name: string;
  readonly effect: 'adds' | 'replaces';
  readonly file: string;
  readonly certificate: X509Certificate | undefined;
  /** By the system. */
  readonly trusted: boolean;
}

function variableCheck({ name, effect, file, certificate, trusted }: Variable): Check {
  let found: string[];
  try {
    found = certificatesIn(readFileSync(file, 'utf8'));
  } catch (thrown) {
    const problem = (thrown as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'cannot be read';
    return fail(name, `names ${file}, which ${problem}`, 'name an existing file, or unset it');
  }
  if (found.length === 0)
    return fail(name, `names ${file}, which holds no certificate`, 'name another file, or unset it');
  if (certificate === undefined) return ok(name, file);
  if (fingerprintsOf(found).has(certificate.fingerprint256)) return ok(name, `${file}, which holds the authority`);
  const without = `${file}, without the authority`;
  return trusted && effect === 'replaces'
    ? warn(
        name,
        `${without}, though this system trusts it`,
        'name a file that holds it as well, unset it, or use retake exec',
      )
    : ok(name, `${without}; retake exec gives programs both`);
}

function fingerprintsOf(pems: readonly string[]): Set<string> {
  return new Set(pems.map((pem) => new X509Certificate(pem).fingerprint256));
}
