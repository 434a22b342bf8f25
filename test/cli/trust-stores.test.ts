import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { trustStores } from '../../src/cli/trust-stores.ts';
import { trustMachine } from '../support/trust-machine.ts';

test('a machine has the trust stores of its kind, as far as they are there', () => {
  const linux = trustMachine('linux');
  expect(trustStores(linux)).toEqual([]);
  linux.addFolder('/etc/pki/ca-trust/source/anchors');
  linux.addTool('update-ca-trust');
  writeFileSync(path.join(linux.addFolder('home/.pki/nssdb'), 'cert9.db'), '');
  linux.addTool('certutil');
  expect(trustStores(linux).map(({ name }) => name)).toEqual([
    `the system's certificates (${linux.root}/etc/pki/ca-trust/source/anchors)`,
    `the certificates of Chromium and Chrome (${linux.home}/.pki/nssdb)`,
  ]);
  const mac = trustMachine('darwin');
  mac.addTool('security');
  expect(trustStores(mac).map(({ name }) => name)).toEqual(['the login keychain']);
  const windows = trustMachine('win32');
  windows.addTool('certutil.exe');
  expect(trustStores(windows).map(({ name }) => name)).toEqual(["the user's root certificates"]);
  expect(trustStores(trustMachine('freebsd'))).toEqual([]);
});
