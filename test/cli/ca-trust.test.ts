import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { installAuthority, uninstallAuthority } from '../../src/cli/ca-trust.ts';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { keptContext, nssTool, type TrustMachine, trustMachine } from '../support/trust-machine.ts';

interface Stage {
  readonly folder: string;
  readonly machine: TrustMachine;
  readonly anchors: string;
  readonly database: string;
}

function stage(): Stage {
  const machine = trustMachine('linux');
  const anchors = machine.addFolder('/usr/local/share/ca-certificates');
  machine.addTool('update-ca-certificates');
  const database = machine.addFolder('home/.pki/nssdb');
  writeFileSync(path.join(database, 'cert9.db'), '');
  machine.addTool('certutil', nssTool);
  return { folder: path.join(tempFolder(), 'ca'), machine, anchors, database };
}

async function change(
  { folder, machine }: Stage,
  action: 'install' | 'uninstall',
  fingerprint?: string,
): Promise<readonly string[]> {
  const context = keptContext();
  if (action === 'install') await installAuthority({ context, folder, machine });
  else await uninstallAuthority({ context, folder, machine, fingerprint });
  return context.logged;
}

describe('retake ca install', () => {
  test('makes the authority, trusts it in every store, and says that exec needs none of it', async () => {
    const staged = stage();
    const { anchors, database } = staged;
    const last = 'retake exec needs no installation; undo this with retake ca uninstall';
    expect(await change(staged, 'install')).toEqual([
      `installed in the system's certificates (${anchors})`,
      `installed in the certificates of Chromium and Chrome (${database})`,
      last,
    ]);
    expect(readdirSync(staged.folder).sort()).toEqual(['ca-key.pem', 'ca.pem']);
    expect(await change(staged, 'install')).toEqual([
      `already in the system's certificates (${anchors})`,
      `already in the certificates of Chromium and Chrome (${database})`,
      last,
    ]);
    expect(staged.machine.calls().filter((call) => call.startsWith('update-'))).toEqual(['update-ca-certificates']);
  });

  test('does what it can, and says what it could not and how to', async () => {
    const staged = stage();
    staged.machine.addTool('update-ca-certificates', 'echo disk full >&2; exit 1');
    const context = keptContext();
    const installing = installAuthority({ context, folder: staged.folder, machine: staged.machine });
    await expect(installing).rejects.toMatchObject({
      code: 'TRUST_STORE_UNCHANGED',
      message: `could not change the system's certificates (${staged.anchors}): update-ca-certificates failed: disk full`,
      hint: expect.stringMatching(
        /^run it yourself: sudo install -m 644 .*ca\.pem .*\.crt && sudo update-ca-certificates$/,
      ),
    });
    expect(context.logged).toEqual([
      `installed in the certificates of Chromium and Chrome (${staged.database})`,
      'retake exec needs no installation; undo this with retake ca uninstall',
    ]);
    expect(readdirSync(staged.anchors)).toEqual([]);
  });

  test('with --json is one document', async () => {
    const staged = stage();
    const context = keptContext({ json: true });
    await installAuthority({ context, folder: staged.folder, machine: staged.machine });
    const { name, fingerprint } = await openCertificateAuthority(staged.folder);
    expect(JSON.parse(context.printed)).toEqual({
      schema: 'retake.ca/1',
      action: 'install',
      name,
      fingerprint,
      stores: [
        { store: `the system's certificates (${staged.anchors})`, state: 'installed' },
        { store: `the certificates of Chromium and Chrome (${staged.database})`, state: 'installed' },
      ],
    });
  });

  test('says what to do on a machine without a known store, and where a store is out of reach', async () => {
    const staged = stage();
    const unknown = { context: keptContext(), folder: staged.folder, machine: trustMachine('freebsd') };
    await expect(installAuthority(unknown)).rejects.toMatchObject({
      code: 'TRUST_STORE_UNKNOWN',
      hint: `trust ${staged.folder}/ca.pem by hand where you need it, or start the program with retake exec, which needs no trust store`,
    });
    rmSync(path.join(staged.machine.path, 'certutil'));
    expect((await change(staged, 'install'))[0]).toMatch(
      /^warning: Chromium and Chrome have certificates of their own/,
    );
  });

  test('as root for another user says whose authority that is', async () => {
    const staged = stage();
    const context = keptContext({ env: { SUDO_USER: 'ada' } });
    await installAuthority({ context, folder: staged.folder, machine: staged.machine });
    expect(context.logged[0]).toBe(
      'warning: this authority is of the user who runs this; for the one of ada name its folder with --ca-dir',
    );
  });
});

describe('retake ca uninstall', () => {
  test('undoes exactly that, and names other authorities that stay', async () => {
    const staged = stage();
    await change(staged, 'install');
    const neighbour = { ...staged, folder: path.join(tempFolder(), 'ca') };
    await change(neighbour, 'install');
    const { fingerprint } = await openCertificateAuthority(neighbour.folder);
    expect(await change(staged, 'uninstall')).toEqual([
      `removed from the system's certificates (${staged.anchors})`,
      `removed from the certificates of Chromium and Chrome (${staged.database})`,
      `another authority of Retake is still trusted: retake ca uninstall --fingerprint ${fingerprint}`,
    ]);
    expect(readdirSync(staged.anchors)).toHaveLength(1);
    expect(await change(staged, 'uninstall', fingerprint.replaceAll(':', '').toLowerCase())).toHaveLength(2);
    expect(readdirSync(staged.anchors)).toEqual([]);
    expect(readdirSync(staged.database)).toEqual(['cert9.db']);
    expect((await change(staged, 'uninstall'))[0]).toBe(`was not in the system's certificates (${staged.anchors})`);
  });

  test.each(['gone', 'broken'])('finds it by its name when the folder is %s', async (state) => {
    const staged = stage();
    await change(staged, 'install');
    if (state === 'gone') rmSync(staged.folder, { recursive: true });
    else writeFileSync(path.join(staged.folder, 'ca.pem'), 'broken');
    await change(staged, 'uninstall');
    expect(readdirSync(staged.anchors)).toEqual([]);
    expect(readdirSync(staged.database)).toEqual(['cert9.db']);
  });

  test('works for an authority that may no longer be used', async () => {
    const staged = stage();
    await change(staged, 'install');
    rmSync(path.join(staged.folder, 'ca-key.pem'));
    await change(staged, 'uninstall');
    expect(readdirSync(staged.anchors)).toEqual([]);
  });

  test('wants a whole fingerprint', async () => {
    await expect(change(stage(), 'uninstall', 'AB:CD')).rejects.toMatchObject({
      code: 'USAGE',
      message: 'AB:CD is no SHA-256 fingerprint',
    });
  });
});
