import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { lacksNssTool, nssStore } from '../../src/cli/nss-store.ts';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { nssTool, type TrustMachine, trustMachine } from '../support/trust-machine.ts';

function machineWithDatabase(): TrustMachine & { readonly database: string } {
  const machine = trustMachine('linux');
  const database = machine.addFolder('home/.pki/nssdb');
  writeFileSync(path.join(database, 'cert9.db'), '');
  return { ...machine, database };
}

describe('the certificates of Chromium and Chrome', () => {
  test('get ours, trusted for servers only, and lose it again', async () => {
    const machine = machineWithDatabase();
    machine.addTool('certutil', nssTool);
    const [mine, other] = [await openCertificateAuthority(tempFolder()), await openCertificateAuthority(tempFolder())];
    const store = nssStore(machine)!;
    await store.add(mine);
    await store.add(other);
    expect(machine.calls()[0]).toBe(
      `certutil -A -d sql:${machine.database} -t C,, -n ${mine.name} -i ${mine.certificatePath}`,
    );
    const found = await store.list();
    expect(found.map(({ fingerprint256 }) => fingerprint256).sort()).toEqual(
      [mine.fingerprint, other.fingerprint].sort(),
    );

    await store.remove(found.find(({ fingerprint256 }) => fingerprint256 === mine.fingerprint)!);
    expect((await store.list()).map(({ fingerprint256 }) => fingerprint256)).toEqual([other.fingerprint]);
  });

  test('are left alone without a database, and missed without the tool', () => {
    const bare = trustMachine('linux');
    bare.addTool('certutil', nssTool);
    expect(nssStore(bare)).toBeUndefined();
    const toolless = machineWithDatabase();
    expect([nssStore(toolless), lacksNssTool(toolless), lacksNssTool(bare)]).toEqual([undefined, true, false]);
  });

  test('that cannot be changed are told with the command', async () => {
    const machine = machineWithDatabase();
    machine.addTool('certutil', 'echo SEC_ERROR_READ_ONLY >&2; exit 255');
    const authority = await openCertificateAuthority(tempFolder());
    await expect(nssStore(machine)!.add(authority)).rejects.toMatchObject({
      message: 'certutil failed: SEC_ERROR_READ_ONLY',
      command: expect.stringContaining(`certutil -A -d sql:${machine.database} -t C,, -n 'Retake CA `),
    });
  });
});
