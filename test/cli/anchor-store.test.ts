import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorStore } from '../../src/cli/anchor-store.ts';
import { type CertificateAuthority, openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type TrustMachine, trustMachine } from '../support/trust-machine.ts';
import { makeReadOnly, unprivileged } from '../support/unprivileged.ts';

const debian = '/usr/local/share/ca-certificates';
const fedora = '/etc/pki/ca-trust/source/anchors';

function machineWith(folder: string, tool: string, script?: string): TrustMachine & { readonly anchors: string } {
  const machine = trustMachine('linux');
  machine.addTool(tool, script);
  return { ...machine, anchors: machine.addFolder(folder) };
}

const authorityIn = (): Promise<CertificateAuthority> => openCertificateAuthority(tempFolder());

describe("the system's certificates", () => {
  test.each([
    [debian, 'update-ca-certificates', ['update-ca-certificates', 'update-ca-certificates --fresh']],
    [fedora, 'update-ca-trust', ['update-ca-trust extract', 'update-ca-trust extract']],
  ])('in %s get ours and lose it again', async (folder, tool, calls) => {
    const machine = machineWith(folder, tool);
    const authority = await authorityIn();
    const store = anchorStore(machine)!;
    expect(await store.list()).toEqual([]);

    await store.add(authority);
    const name = `retake-ca-${authority.fingerprint.replaceAll(':', '').slice(0, 16).toLowerCase()}.crt`;
    expect(readdirSync(machine.anchors)).toEqual([name]);
    const file = path.join(machine.anchors, name);
    expect(readFileSync(file, 'utf8')).toBe(authority.certificatePem);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect((await store.list()).map(({ fingerprint256 }) => fingerprint256)).toEqual([authority.fingerprint]);

    await store.remove(new X509Certificate(authority.certificatePem));
    expect(readdirSync(machine.anchors)).toEqual([]);
    expect(machine.calls()).toEqual(calls);
  });

  test('that other people and users have put there stay', async () => {
    const machine = machineWith(debian, 'update-ca-certificates');
    const [mine, other] = [await authorityIn(), await authorityIn()];
    writeFileSync(path.join(machine.anchors, 'corporate.crt'), other.certificatePem);
    writeFileSync(path.join(machine.anchors, 'retake-ca-notes.crt'), 'not a certificate');
    const store = anchorStore(machine)!;
    await store.add(mine);
    await store.add(other);
    await store.remove(new X509Certificate(mine.certificatePem));
    expect(readdirSync(machine.anchors)).toHaveLength(3);
    expect((await store.list()).map(({ fingerprint256 }) => fingerprint256)).toEqual([other.fingerprint]);
  });

  test.skipIf(process.platform === 'win32')(
    'without the right to change them are told with the command for it',
    async () => {
      const machine = machineWith(debian, 'update-ca-certificates');
      const authority = await authorityIn();
      const store = anchorStore(machine)!;
      const restore = makeReadOnly(machine.anchors);
      const adding = unprivileged(() => store.add(authority));
      await expect(adding).rejects.toMatchObject({
        message: expect.stringContaining('EACCES'),
        command: expect.stringMatching(
          new RegExp(
            `^sudo install -m 644 ${authority.certificatePath} ${machine.anchors}/retake-ca-[0-9a-f]{16}\\.crt && sudo update-ca-certificates$`,
          ),
        ),
      });
      restore();
      expect(machine.calls()).toEqual([]);
    },
  );

  test('are left as they were when the tool fails, and its words are kept', async () => {
    const machine = machineWith(debian, 'update-ca-certificates', 'echo no space >&2; exit 1');
    const store = anchorStore(machine)!;
    await expect(store.add(await authorityIn())).rejects.toThrow('update-ca-certificates failed: no space');
    expect(await store.list()).toEqual([]);
  });

  test('are none where folder or tool is missing', () => {
    const machine = trustMachine('linux');
    expect(anchorStore(machine)).toBeUndefined();
    machine.addFolder(debian);
    expect(anchorStore(machine)).toBeUndefined();
    machine.addTool('update-ca-trust');
    expect(anchorStore(machine)).toBeUndefined();
    machine.addTool('update-ca-certificates');
    expect(anchorStore(machine)).toBeDefined();
  });
});
