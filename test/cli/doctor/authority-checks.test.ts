import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { authorityChecks } from '../../../src/cli/doctor/authority-checks.ts';
import type { Check } from '../../../src/cli/doctor/check.ts';
import { type CertificateAuthority, openCertificateAuthority } from '../../../src/proxy/certificate-authority.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const now = Date.UTC(2026, 4, 1, 12);
const dayMs = 86_400_000;

interface Stage {
  readonly folder: string;
  readonly authority: CertificateAuthority;
  readonly stranger: CertificateAuthority;
  readonly check: (options?: {
    readonly env?: Record<string, string>;
    readonly at?: number;
    readonly system?: readonly string[];
  }) => Check[];
}

async function stage(): Promise<Stage> {
  const folder = tempFolder();
  const authority = await openCertificateAuthority(folder, { now: () => now });
  const stranger = await openCertificateAuthority(tempFolder(), { now: () => now });
  const check: Stage['check'] = ({ env = {}, at = now, system = [stranger.certificatePem] } = {}) =>
    authorityChecks({ folder, cwd: folder, env, now: at, systemCertificates: system });
  return { folder, authority, stranger, check };
}

describe('the certificate authority', () => {
  test('may be missing, and is not made by looking', () => {
    const folder = path.join(tempFolder(), 'ca');
    const look = (): Check[] => authorityChecks({ folder, cwd: '/', env: {}, now, systemCertificates: [] });
    const none = { name: 'authority', state: 'ok', detail: `none yet; made in ${folder} at the first use` };
    expect([look(), look()]).toEqual([[none], [none]]);
  });

  test('is named with its last day, a warning when that is near', async () => {
    const { authority, check } = await stage();
    expect(check()[0]).toEqual({ name: 'authority', state: 'ok', detail: `${authority.name}, valid until 2027-04-30` });
    expect(check({ at: now + 340 * dayMs })[0]).toMatchObject({
      state: 'warn',
      hint: 'get a new one in time: retake ca path says how',
    });
  });

  test.skipIf(process.platform === 'win32')('that may not be used fails with the way out', async () => {
    const { folder, check } = await stage();
    expect(check({ at: now + 365 * dayMs })[0]).toMatchObject({
      state: 'fail',
      detail: expect.stringContaining('it expired on 2027-04-30'),
    });
    chmodSync(path.join(folder, 'ca-key.pem'), 0o644);
    expect(check()).toEqual([
      {
        name: 'authority',
        state: 'fail',
        detail: expect.stringContaining('others may read its key'),
        hint: expect.stringContaining('chmod 600'),
      },
    ]);
  });

  test('is trusted by the system, or need not be', async () => {
    const { authority, stranger, check } = await stage();
    expect(check()[1]).toEqual({
      name: 'system trust',
      state: 'ok',
      detail: 'not trusted, which retake exec does not need; for other programs: retake ca install',
    });
    const system = [stranger.certificatePem, authority.certificatePem];
    expect(check({ system })[1]).toEqual({
      name: 'system trust',
      state: 'ok',
      detail: 'this system trusts the authority',
    });
  });
});

describe('a variable that names a file of certificates', () => {
  test('is fine with the authority in it, and without it where that changes nothing', async () => {
    const { folder, authority, stranger, check } = await stage();
    const both = path.join(folder, 'both.pem');
    writeFileSync(both, authority.certificatePem + stranger.certificatePem);
    expect(check({ env: { SSL_CERT_FILE: 'both.pem' } })[2]).toEqual({
      name: 'SSL_CERT_FILE',
      state: 'ok',
      detail: `${both}, which holds the authority`,
    });
    const file = stranger.certificatePath;
    expect(check({ env: { SSL_CERT_FILE: file } })[2]).toEqual({
      name: 'SSL_CERT_FILE',
      state: 'ok',
      detail: `${file}, without the authority; retake exec gives programs both`,
    });
  });

  test('is a warning where it hides the authority that the system trusts', async () => {
    const { authority, stranger, check } = await stage();
    const env = { SSL_CERT_FILE: stranger.certificatePath, NODE_EXTRA_CA_CERTS: stranger.certificatePath };
    const [, , replaces, adds] = check({ env, system: [authority.certificatePem] });
    expect(replaces).toMatchObject({
      name: 'SSL_CERT_FILE',
      state: 'warn',
      hint: 'name a file that holds it as well, unset it, or use retake exec',
    });
    expect(adds).toMatchObject({ name: 'NODE_EXTRA_CA_CERTS', state: 'ok' });
  });

  test('fails when the file is not there or holds nothing', async () => {
    const { folder, check } = await stage();
    writeFileSync(path.join(folder, 'empty.pem'), 'nothing');
    const env = { SSL_CERT_FILE: '/no/such.pem', CURL_CA_BUNDLE: 'empty.pem', REQUESTS_CA_BUNDLE: folder };
    expect(check({ env }).slice(2)).toMatchObject([
      { name: 'SSL_CERT_FILE', state: 'fail', detail: 'names /no/such.pem, which is not there' },
      { name: 'CURL_CA_BUNDLE', state: 'fail', detail: `names ${folder}/empty.pem, which holds no certificate` },
      { name: 'REQUESTS_CA_BUNDLE', state: 'fail', detail: `names ${folder}, which cannot be read` },
    ]);
  });
});
