import { X509Certificate } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { certificatesIn, writeTrustBundle } from '../../src/proxy/trust-bundle.ts';
import { openssl } from '../support/openssl.ts';
import { tempFolder } from '../support/temp-folder.ts';

const printsIn = (file: string): string[] =>
  certificatesIn(readFileSync(file, 'utf8')).map((pem) => new X509Certificate(pem).fingerprint256);

describe('the trust bundle', () => {
  test("holds our authority, the machine's roots and the user's files, each certificate once", async () => {
    const folder = tempFolder();
    const mine = await openCertificateAuthority(path.join(folder, 'mine'));
    const corporate = await openCertificateAuthority(path.join(folder, 'corporate'));
    const extra = path.join(folder, 'corporate.pem');
    writeFileSync(extra, `# ours\r\n${corporate.certificatePem.replaceAll('\n', '\r\n')}${mine.certificatePem}`);
    const file = path.join(folder, 'out', 'bundle.pem');
    const bundle = writeTrustBundle(file, mine.certificatePem, [extra, extra, corporate.certificatePath]);
    const prints = printsIn(file);
    expect(bundle).toEqual({ certificateCount: prints.length, problems: [] });
    expect(new Set(prints).size).toBe(prints.length);
    expect(prints[0]).toBe(mine.fingerprint);
    expect(prints).toContain(corporate.fingerprint);
    const system = getCACertificates('system');
    const roots = (system.length > 0 ? system : getCACertificates('bundled')).map(
      (pem) => new X509Certificate(pem).fingerprint256,
    );
    expect(roots.filter((print) => !prints.includes(print))).toEqual([]);
    expect(readdirSync(path.dirname(file))).toEqual(['bundle.pem']);
    expect(await openssl('verify', '-CAfile', file, corporate.certificatePath)).toContain(': OK');
  });

  test('tells which files gave nothing, and is written all the same', async () => {
    const folder = tempFolder();
    const { certificatePem, fingerprint } = await openCertificateAuthority(path.join(folder, 'mine'));
    const empty = path.join(folder, 'empty.pem');
    writeFileSync(empty, 'nothing\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    const file = path.join(folder, 'bundle.pem');
    const { problems } = writeTrustBundle(file, certificatePem, [empty, path.join(folder, 'missing.pem'), folder]);
    expect(problems).toEqual([
      `${empty} holds no certificate`,
      expect.stringMatching(/missing\.pem cannot be read: ENOENT/),
      expect.stringMatching(/cannot be read: EISDIR/),
    ]);
    expect(printsIn(file)).toContain(fingerprint);
  });

  test('that cannot be written is an error that names the file', async () => {
    const folder = tempFolder();
    const { certificatePem } = await openCertificateAuthority(path.join(folder, 'mine'));
    const blocked = path.join(folder, 'file');
    writeFileSync(blocked, '');
    chmodSync(blocked, 0o600);
    const write = (): unknown => writeTrustBundle(path.join(blocked, 'bundle.pem'), certificatePem, []);
    expect(write).toThrow(expect.objectContaining({ code: 'FILE_UNWRITABLE' }));
  });
});
