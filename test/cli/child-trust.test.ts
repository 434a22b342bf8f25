import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeChildTrust } from '../../src/cli/child-trust.ts';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { certificatesIn } from '../../src/proxy/trust-bundle.ts';
import { tempFolder } from '../support/temp-folder.ts';

const printsIn = (file: string): string[] =>
  certificatesIn(readFileSync(file, 'utf8')).map((pem) => new X509Certificate(pem).fingerprint256);

describe('the files a child is told to trust', () => {
  test("hold our authority and the user's own, and are gone when the child is", async () => {
    const folder = tempFolder();
    const mine = await openCertificateAuthority(path.join(folder, 'mine'));
    const added = await openCertificateAuthority(path.join(folder, 'added'));
    const whole = await openCertificateAuthority(path.join(folder, 'whole'));
    const env = { NODE_EXTRA_CA_CERTS: added.certificatePath, SSL_CERT_FILE: whole.certificatePath };
    const trust = writeChildTrust(mine, env);
    onTestFinished(trust.remove);
    const { files, problems } = trust;
    expect(problems).toEqual([]);
    expect(files.certificate).toBe(mine.certificatePath);
    expect(printsIn(files.extra)).toEqual([mine.fingerprint, added.fingerprint]);
    const bundled = printsIn(files.bundle);
    expect(bundled).toEqual(expect.arrayContaining([mine.fingerprint, added.fingerprint, whole.fingerprint]));
    expect(readFileSync(files.javaStore).readUInt32BE(8)).toBe(bundled.length);
    const key = new X509Certificate(mine.certificatePem).publicKey.export({ type: 'spki', format: 'der' });
    expect(files.publicKeyPin).toBe(createHash('sha256').update(key).digest('base64'));

    const temporary = path.dirname(files.bundle);
    expect(statSync(temporary).mode & 0o077).toBe(0);
    trust.remove();
    expect(existsSync(temporary)).toBe(false);
    expect(process.listeners('exit')).not.toContain(trust.remove);
  });

  test('a file of the user that gives nothing is told and left out', async () => {
    const folder = tempFolder();
    const mine = await openCertificateAuthority(path.join(folder, 'mine'));
    const empty = path.join(folder, 'empty.pem');
    writeFileSync(empty, 'nothing');
    const missing = path.join(folder, 'missing.pem');
    const trust = writeChildTrust(mine, { NODE_EXTRA_CA_CERTS: missing, CURL_CA_BUNDLE: empty });
    onTestFinished(trust.remove);
    expect(trust.problems).toEqual([
      `${empty} holds no certificate`,
      expect.stringContaining(`${missing} cannot be read: ENOENT`),
    ]);
    expect(printsIn(trust.files.extra)).toEqual([mine.fingerprint]);
  });
});
