import { X509Certificate } from 'node:crypto';
import path from 'node:path';
import { getCACertificates } from 'node:tls';
import { problemOf } from '../base/errors.ts';
import { certificatesIn } from '../proxy/trust-bundle.ts';
import { findTool, runTool, shellCommand } from './system-tool.ts';
import { type Machine, StoreProblem, type TrustStore } from './trust-store.ts';

const ours = /^CN=Retake CA /m;

/** The login keychain of macOS: the user's own, so it takes a password and no root. */
export function keychainStore(machine: Machine): TrustStore | undefined {
  const tool = findTool(machine, 'security');
  if (tool === undefined) return undefined;
  const keychain = path.join(machine.home, 'Library', 'Keychains', 'login.keychain-db');
  const change = changer(tool, 'security');
  return {
    name: 'the login keychain',
    list: async () => {
      // It fails when it finds none.
      const text = await runTool(tool, ['find-certificate', '-a', '-p', '-c', 'Retake CA', keychain]).catch(() => '');
      return certificatesIn(text).map((pem) => new X509Certificate(pem));
    },
    add: ({ certificatePath }) => change('add-trusted-cert', '-r', 'trustRoot', '-k', keychain, certificatePath),
    remove: ({ fingerprint256 }) =>
      // With the settings of trust (-t), which would outlive it.
      change('delete-certificate', '-t', '-Z', fingerprint256.replaceAll(':', ''), keychain),
  };
}

/** The root certificates of a Windows user; Windows asks the user before it changes them. */
export function windowsStore(machine: Machine): TrustStore | undefined {
  const tool = findTool(machine, 'certutil');
  if (tool === undefined) return undefined;
  const change = changer(tool, 'certutil');
  return {
    name: "the user's root certificates",
    list: async () => {
      const all = getCACertificates('system').map((pem) => new X509Certificate(pem));
      return all.filter(({ subject }) => ours.test(subject));
    },
    add: ({ certificatePath }) => change('-user', '-addstore', 'Root', certificatePath),
    // It knows certificates by SHA-1.
    remove: ({ fingerprint }) => change('-user', '-delstore', 'Root', fingerprint.replaceAll(':', '')),
  };
}

function changer(tool: string, name: string): (...args: readonly string[]) => Promise<void> {
  return async (...args) => {
    try {
      await runTool(tool, args);
    } catch (thrown) {
      throw new StoreProblem(problemOf(thrown), shellCommand(name, ...args), thrown);
    }
  };
}
