import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempFolder } from './temp-folder.ts';

export interface KeyPair {
  readonly key: string;
  /** The certificate, and behind it those that lead to its root if the server shows them. */
  readonly cert: string;
}

export interface BadCertificates {
  /** Of a root that no system trusts, PEM. */
  readonly root: string;
  /** For `localhost` and 127.0.0.1, issued by that root. */
  readonly good: KeyPair;
  readonly expired: KeyPair;
  readonly wrongName: KeyPair;
  readonly selfSigned: KeyPair;
  /** What a client may show; the same root vouches for it. The key is locked with `secret`. */
  readonly client: KeyPair;
  readonly remove: () => void;
}

/** Makes what badssl.com shows, with openssl: one certificate for each fault. */
export function makeBadCertificates(): BadCertificates {
  const { folder, remove } = makeTempFolder();
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  };
  const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const root = ['-CA', 'root.pem', '-CAkey', 'root.key'];
  const make = (name: string, subject: string, san: string, ...more: readonly string[]): KeyPair => {
    openssl(
      'req',
      '-x509',
      ...ec,
      '-subj',
      subject,
      '-addext',
      `subjectAltName=${san}`,
      ...more,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
    );
    return { key: read(`${name}.key`), cert: read(`${name}.pem`) };
  };
  openssl('req', '-x509', ...ec, '-subj', '/CN=Test Root', '-days', '2', '-keyout', 'root.key', '-out', 'root.pem');
  const local = 'DNS:localhost,IP:127.0.0.1';
  const day = ['-days', '1'];
  const good = make('good', '/CN=localhost', local, ...root, ...day);
  const wrongName = make('wrong', '/CN=other.test', 'DNS:other.test,DNS:*.more.test', ...root, ...day);
  const selfSigned = make('self', '/CN=localhost', local, ...day);
  const client = make('client', '/CN=a client', 'email:client@example.test', ...root, ...day);
  openssl('ec', '-in', 'client.key', '-aes256', '-passout', 'pass:secret', '-out', 'locked.key');
  // Only `ca` of openssl 3.0 can date a certificate back.
  writeFileSync(path.join(folder, 'index.txt'), '');
  writeFileSync(
    path.join(folder, 'ca.cnf'),
    '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nrand_serial=yes\ndefault_md=sha256\npolicy=p\ncopy_extensions=copy\nnew_certs_dir=.\n[p]\ncommonName=supplied\n',
  );
  openssl(
    'req',
    ...ec,
    '-subj',
    '/CN=localhost',
    '-addext',
    `subjectAltName=${local}`,
    '-keyout',
    'expired.key',
    '-out',
    'expired.csr',
  );
  openssl(
    'ca',
    '-batch',
    '-notext',
    '-config',
    'ca.cnf',
    '-cert',
    'root.pem',
    '-keyfile',
    'root.key',
    '-startdate',
    '20200101000000Z',
    '-enddate',
    '20200301000000Z',
    '-in',
    'expired.csr',
    '-out',
    'expired.pem',
  );
  return {
    root: read('root.pem'),
    good,
    wrongName,
    selfSigned,
    expired: { key: read('expired.key'), cert: read('expired.pem') },
    client: { ...client, key: read('locked.key') },
    remove,
  };
}
