import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { problemOf } from '../base/errors.ts';
import { commonName } from '../proxy/authority-files.ts';
import { findTool, runTool, shellCommand } from './system-tool.ts';
import { type Machine, StoreProblem, type TrustStore } from './trust-store.ts';

/** The user's NSS database, which Chromium and Chrome read on Linux. */
export function nssFolder({ home }: Machine): string {
  return path.join(home, '.pki', 'nssdb');
}

/** Is there a database, but no tool to change it with? */
export function lacksNssTool(machine: Machine): boolean {
  return hasDatabase(machine) && findTool(machine, 'certutil') === undefined;
}

/** The NSS database of the user, undefined without one or without `certutil` of NSS. */
export function nssStore(machine: Machine): TrustStore | undefined {
  const tool = findTool(machine, 'certutil');
  if (tool === undefined || !hasDatabase(machine)) return undefined;
  const database = `sql:${nssFolder(machine)}`;
  const change = async (...args: readonly string[]): Promise<void> => {
    try {
      await runTool(tool, args);
    } catch (thrown) {
      throw new StoreProblem(problemOf(thrown), shellCommand('certutil', ...args), thrown);
    }
  };
  const list = async (): Promise<X509Certificate[]> => {
    const found: X509Certificate[] = [];
    for (const nickname of await nicknames(tool, database)) {
      // By its own name, and in PEM.
      found.push(new X509Certificate(await runTool(tool, ['-L', '-d', database, '-n', nickname, '-a'])));
    }
    return found;
  };
  return {
    name: `the certificates of Chromium and Chrome (${nssFolder(machine)})`,
    list,
    // Trusted for servers (C), not for mail or code.
    add: ({ certificatePath, name }) => change('-A', '-d', database, '-t', 'C,,', '-n', name, '-i', certificatePath),
    remove: (certificate) => change('-D', '-d', database, '-n', commonName(certificate)),
  };
}

function hasDatabase(machine: Machine): boolean {
  return existsSync(path.join(nssFolder(machine), 'cert9.db'));
}

/** `certutil -L` prints one line per certificate: its nickname, padded, and three lists of trust letters. */
async function nicknames(tool: string, database: string): Promise<string[]> {
  const lines = (await runTool(tool, ['-L', '-d', database])).split('\n');
  return lines.flatMap((line) => /^(Retake CA .*\S)\s+[a-zA-Z]*,[a-zA-Z]*,[a-zA-Z]*\s*$/.exec(line)?.[1] ?? []);
}
