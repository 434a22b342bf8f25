import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { javaTrustStore } from '../../src/proxy/java-trust-store.ts';
import { tempFolder } from '../support/temp-folder.ts';

const hasKeytool = spawnSync('keytool', ['-help']).error === undefined;

describe('the Java key store', () => {
  test('is the empty store of keytool, byte for byte, without certificates', () => {
    // keytool -importcert and -delete with -storetype JKS -storepass changeit.
    expect(javaTrustStore([]).toString('hex')).toBe('feedfeed0000000200000000e2686e45fb43dfa4d992dd41ceb6b21c6330d792');
  });

  test('holds the DER of each certificate under an alias of its own', async () => {
    const { certificatePem } = await openCertificateAuthority(tempFolder());
    const store = javaTrustStore([certificatePem, certificatePem]);
    expect(store.readUInt32BE(8)).toBe(2);
    expect(store.includes(new X509Certificate(certificatePem).raw)).toBe(true);
    expect(store.includes('retake-0')).toBe(true);
    expect(store.includes('retake-1')).toBe(true);
  });

  test.skipIf(!hasKeytool)(`is read by keytool${hasKeytool ? '' : ' (skipped: no keytool here)'}`, async () => {
    const folder = tempFolder();
    const { certificatePem, fingerprint } = await openCertificateAuthority(folder);
    const file = path.join(folder, 'trust.jks');
    writeFileSync(file, javaTrustStore([certificatePem]));
    const listed = spawnSync('keytool', ['-list', '-v', '-keystore', file, '-storepass', 'changeit'], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    });
    expect(listed.stdout).toContain(fingerprint);
    expect(listed.stdout).toContain('Entry type: trustedCertEntry');
    expect(listed.status).toBe(0);
  });
});
