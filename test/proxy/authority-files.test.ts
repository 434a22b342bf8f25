import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { authorityNamePrefix, makeAuthority, readAuthority } from '../../src/proxy/authority-files.ts';
import { appErrorOf } from '../support/app-error.ts';
import { openssl } from '../support/openssl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeReadOnly, unprivileged } from '../support/unprivileged.ts';

const now = Date.UTC(2026, 4, 1, 12);
const dayMs = 86_400_000;

describe('the files of a certificate authority', () => {
  test('are for their owner only, and nothing else stays in the folder', async () => {
    const folder = path.join(tempFolder(), 'deep', 'ca');
    await makeAuthority(folder, now);
    expect(readdirSync(folder).sort()).toEqual(['ca-key.pem', 'ca.pem']);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(folder, 'ca-key.pem')).mode & 0o777).toBe(0o600);
  });

  test('hold what openssl calls an authority that signs leaves only, for a year', async () => {
    const folder = tempFolder();
    await makeAuthority(folder, now);
    const file = path.join(folder, 'ca.pem');
    const text = await openssl('x509', '-in', file, '-noout', '-text');
    const [, subject] = /Subject: (.*)/.exec(text)!;
    expect(subject).toMatch(/^CN = Retake CA \S+@\S+ 2026-05-01 [0-9a-f]{6}, O = Retake$/);
    expect(subject).toContain(`CN = ${authorityNamePrefix()}`);
    expect(text).toContain(`Issuer: ${subject}\n`);
    expect(text).toMatch(/Not Before: Apr 30 12:00:00 2026 GMT\s+Not After : Apr 30 12:00:00 2027 GMT/);
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
    expect(text).toContain('X509v3 Subject Key Identifier');
    expect(text).toContain('ASN1 OID: prime256v1');
    expect(await openssl('verify', '-attime', String(now / 1000), '-CAfile', file, file)).toContain(': OK');
  });

  test('are made once, however many begin at once', async () => {
    const folder = tempFolder();
    const made = await Promise.all(Array.from({ length: 8 }, () => makeAuthority(folder, now)));
    expect(new Set(made.map(({ certificatePem }) => certificatePem)).size).toBe(1);
    expect(readAuthority(folder, now)?.certificatePem).toBe(made[0]!.certificatePem);
  });

  test('are finished by the next process if the first one ended half-way', async () => {
    const folder = tempFolder();
    await makeAuthority(folder, now);
    const key = readFileSync(path.join(folder, 'ca-key.pem'), 'utf8');
    rmSync(path.join(folder, 'ca.pem'));
    expect(readAuthority(folder, now)).toBeUndefined();
    await makeAuthority(folder, now);
    expect(readFileSync(path.join(folder, 'ca-key.pem'), 'utf8')).toBe(key);
    expect(readAuthority(folder, now)).toBeDefined();
  });

  test('are not there before the first use, and looking makes nothing', () => {
    const folder = tempFolder();
    expect(readAuthority(folder, now)).toBeUndefined();
    expect(readAuthority(path.join(folder, 'missing'), now)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that cannot be made are an error that names the place', async () => {
    const folder = tempFolder();
    await makeAuthority(path.join(folder, 'other'), now);
    const restore = makeReadOnly(folder);
    const failed = unprivileged(() => makeAuthority(path.join(folder, 'ca'), now));
    await expect(failed).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    restore();
  });
});

describe('a certificate authority is refused', () => {
  test.skipIf(process.platform === 'win32').each([0o640, 0o604, 0o660])('with a key of mode %o', async (mode) => {
    const folder = tempFolder();
    await makeAuthority(folder, now);
    const key = path.join(folder, 'ca-key.pem');
    chmodSync(key, mode);
    const error = appErrorOf(() => readAuthority(folder, now));
    expect(error.code).toBe('CA_UNUSABLE');
    expect(error.message).toContain(`others may read its key (${key} has mode 0${mode.toString(8)})`);
    expect(error.hint).toContain(`chmod 600 ${key}`);
    // Also when only the key is there so far.
    rmSync(path.join(folder, 'ca.pem'));
    expect(appErrorOf(() => readAuthority(folder, now)).code).toBe('CA_UNUSABLE');
  });

  test('once it has expired, with the way to a new one', async () => {
    const folder = tempFolder();
    await makeAuthority(folder, now);
    expect(readAuthority(folder, now + 363 * dayMs)).toBeDefined();
    const { code, message, hint } = appErrorOf(() => readAuthority(folder, now + 364 * dayMs));
    expect({ code, message, hint }).toEqual({
      code: 'CA_UNUSABLE',
      message: `the certificate authority in ${folder} cannot be used: it expired on 2027-04-30`,
      hint: `retake ca uninstall, then delete ca.pem and ca-key.pem in ${folder}: a new authority is made at the next use (retake ca install trusts it)`,
    });
  });

  test('while the clock stands before its beginning', async () => {
    const folder = tempFolder();
    await makeAuthority(folder, now);
    const { message, hint } = appErrorOf(() => readAuthority(folder, now - 2 * dayMs));
    expect(message).toContain('it is valid from 2026-04-30, and here it is 2026-04-29');
    expect(hint).toBe('set the clock right');
  });

  test('when a file is damaged, missing or of another authority', async () => {
    const folder = tempFolder();
    await makeAuthority(folder, now);
    const other = tempFolder();
    await makeAuthority(other, now);
    const key = path.join(folder, 'ca-key.pem');
    const certificate = path.join(folder, 'ca.pem');
    const good = { key: readFileSync(key), certificate: readFileSync(certificate) };
    const problem = (): string =>
      appErrorOf(() => readAuthority(folder, now))
        .message.split(': ')
        .slice(1)
        .join(': ');

    writeFileSync(key, '');
    expect(problem()).toBe('ca-key.pem is no private key for the curve P-256');
    cpSync(path.join(other, 'ca-key.pem'), key);
    expect(problem()).toBe('ca.pem is no certificate authority of the key beside it');
    rmSync(key);
    expect(problem()).toBe('its key ca-key.pem is missing');
    writeFileSync(key, good.key, { mode: 0o600 });
    writeFileSync(certificate, good.certificate.subarray(0, 200));
    expect(problem()).toBe('ca.pem is no certificate');
    // What is damaged is never replaced.
    expect(readFileSync(certificate)).toEqual(good.certificate.subarray(0, 200));
  });
});
