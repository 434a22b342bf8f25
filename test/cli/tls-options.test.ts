import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { contextOf } from '../../src/cli/context.ts';
import { openCertificates } from '../../src/cli/tls-options.ts';
import { openssl } from '../support/openssl.ts';
import { tempFolder } from '../support/temp-folder.ts';

async function folderWithCertificate(): Promise<string> {
  const folder = tempFolder();
  const files = ['-keyout', path.join(folder, 'key.pem'), '-out', path.join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await openssl('req', '-x509', ...kind, '-subj', '/CN=localhost', ...files);
  return folder;
}

const contextIn = (cwd: string) => contextOf({ cwd }, { RETAKE_CA_DIR: path.join(cwd, 'ca') });

describe('the certificates of a proxy', () => {
  test('are none without TLS, and no authority is made', async () => {
    const folder = tempFolder();
    expect(await openCertificates(contextIn(folder), {})).toEqual({});
    expect(existsSync(path.join(folder, 'ca'))).toBe(false);
  });

  test('are of our authority for --tls and for --forward', async () => {
    const folder = tempFolder();
    const { authority, ...tls } = await openCertificates(contextIn(folder), { tls: true });
    expect(authority?.certificatePath).toBe(path.join(folder, 'ca', 'ca.pem'));
    expect(Object.keys(tls)).toEqual(['reverseTls']);
    const forward = await openCertificates(contextIn(folder), { forward: true, caDir: 'ca' });
    expect(forward.authority?.fingerprint).toBe(authority?.fingerprint);
    expect(forward.reverseTls).toBeUndefined();
  });

  test('may be brought along; then nobody needs our authority', async () => {
    const folder = await folderWithCertificate();
    const own = { tls: true, tlsCert: 'cert.pem', tlsKey: 'key.pem' } as const;
    const { authority, reverseTls } = await openCertificates(contextIn(folder), own);
    expect(authority).toBeUndefined();
    expect(await reverseTls!('localhost')).toBe(await reverseTls!('other.test'));
  });

  test.for([
    [{ tlsCert: 'cert.pem' }, '--tls-cert and --tls-key belong together'],
    [{ tlsKey: 'key.pem' }, '--tls-cert and --tls-key belong together'],
    [{ tlsCert: 'none.pem', tlsKey: 'key.pem' }, 'cannot read none.pem: ENOENT'],
    [{ tlsCert: 'cert.pem', tlsKey: 'other.pem' }, 'cert.pem and other.pem cannot be used'],
  ] as const)('%j: %s', async ([options, problem]) => {
    const folder = await folderWithCertificate();
    writeFileSync(path.join(folder, 'other.pem'), 'no key');
    const opening = openCertificates(contextIn(folder), options);
    await expect(opening).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining(problem) as string });
  });
});
