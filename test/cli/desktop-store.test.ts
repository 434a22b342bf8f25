import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keychainStore, windowsStore } from '../../src/cli/desktop-store.ts';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { trustMachine } from '../support/trust-machine.ts';

describe('the login keychain of macOS', () => {
  test('gets ours and loses it again with its settings of trust', async () => {
    const machine = trustMachine('darwin');
    const authority = await openCertificateAuthority(tempFolder());
    machine.addTool('security', `[ "$1" != find-certificate ] || cat '${authority.certificatePath}'`);
    const store = keychainStore(machine)!;
    await store.add(authority);
    const [found] = await store.list();
    expect(found?.fingerprint256).toBe(authority.fingerprint);
    await store.remove(found!);
    const keychain = `${machine.home}/Library/Keychains/login.keychain-db`;
    expect(machine.calls()).toEqual([
      `security add-trusted-cert -r trustRoot -k ${keychain} ${authority.certificatePath}`,
      `security find-certificate -a -p -c Retake CA ${keychain}`,
      `security delete-certificate -t -Z ${authority.fingerprint.replaceAll(':', '')} ${keychain}`,
    ]);
  });

  test('is empty when nothing is found, which the tool calls a failure', async () => {
    const machine = trustMachine('darwin');
    machine.addTool('security', 'exit 44');
    expect(await keychainStore(machine)!.list()).toEqual([]);
  });
});

describe('the root certificates of a Windows user', () => {
  test('get ours and lose it by its SHA-1', async () => {
    const machine = trustMachine('win32');
    machine.addTool('certutil.exe');
    const authority = await openCertificateAuthority(tempFolder());
    const store = windowsStore(machine)!;
    await store.add(authority);
    const certificate = new X509Certificate(authority.certificatePem);
    await store.remove(certificate);
    expect(machine.calls()).toEqual([
      `certutil.exe -user -addstore Root ${authority.certificatePath}`,
      `certutil.exe -user -delstore Root ${certificate.fingerprint.replaceAll(':', '')}`,
    ]);
    expect(await store.list()).toEqual([]);
  });

  test('that cannot be changed are told with the command', async () => {
    const machine = trustMachine('win32');
    machine.addTool('certutil.exe', 'echo access is denied; exit 5');
    const authority = await openCertificateAuthority(tempFolder());
    await expect(windowsStore(machine)!.add(authority)).rejects.toMatchObject({
      message: 'certutil.exe failed: access is denied',
      command: `certutil -user -addstore Root ${authority.certificatePath}`,
    });
  });
});
