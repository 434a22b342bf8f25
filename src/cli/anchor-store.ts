import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { problemOf } from '../base/errors.ts';
import { findTool, runTool, shellCommand } from './system-tool.ts';
import { type Machine, StoreProblem, type TrustStore } from './trust-store.ts';

/** A folder of certificates and the tool that gathers them into what programs read: every Linux has one or the other. */
interface Anchors {
  readonly folder: string;
  readonly tool: string;
  /** Its arguments once a certificate has come, and once one has gone. */
  readonly afterAdding: readonly string[];
  readonly afterRemoving: readonly string[];
}

const known: readonly Anchors[] = [
  // Debian, Ubuntu, Alpine. Without `--fresh` a link would stay to what is no longer there.
  {
    folder: '/usr/local/share/ca-certificates',
    tool: 'update-ca-certificates',
    afterAdding: [],
    afterRemoving: ['--fresh'],
  },
  // Fedora, Red Hat and their relatives.
  {
    folder: '/etc/pki/ca-trust/source/anchors',
    tool: 'update-ca-trust',
    afterAdding: ['extract'],
    afterRemoving: ['extract'],
  },
];

/** The trust store of a Linux system, undefined where none of the known kinds is. Changing it takes root. */
export function anchorStore(machine: Machine): TrustStore | undefined {
  for (const anchors of known) {
    const tool = findTool(machine, anchors.tool);
    const folder = machine.root + anchors.folder;
    if (tool !== undefined && existsSync(folder)) return storeOf(folder, tool, anchors);
  }
  return undefined;
}

function storeOf(folder: string, tool: string, anchors: Anchors): TrustStore {
  const { afterAdding, afterRemoving } = anchors;
  const update = (args: readonly string[]): string => shellCommand('sudo', anchors.tool, ...args);
  const gather = async (args: readonly string[], command: string): Promise<void> => {
    try {
      await runTool(tool, args);
    } catch (thrown) {
      throw new StoreProblem(problemOf(thrown), command, thrown);
    }
  };
  return {
    name: `the system's certificates (${folder})`,
    list: async () => ourFiles(folder).map(({ certificate }) => certificate),
    add: async ({ certificatePath, certificatePem, fingerprint }) => {
      const file = path.join(folder, fileName(fingerprint));
      const command = `${shellCommand('sudo', 'install', '-m', '644', certificatePath, file)} && ${update(afterAdding)}`;
      try {
        writeFileSync(file, certificatePem);
        // Everybody reads it, whatever this user's umask says.
        chmodSync(file, 0o644);
      } catch (thrown) {
        throw new StoreProblem(problemOf(thrown), command, thrown);
      }
      try {
        await gather(afterAdding, command);
      } catch (thrown) {
        // Or the next look would take it for installed.
        rmSync(file, { force: true });
        throw thrown;
      }
    },
    remove: async ({ fingerprint256 }) => {
      const files = ourFiles(folder).filter(({ certificate }) => certificate.fingerprint256 === fingerprint256);
      const command = `${shellCommand('sudo', 'rm', '-f', ...files.map(({ file }) => file))} && ${update(afterRemoving)}`;
      try {
        for (const { file } of files) rmSync(file);
      } catch (thrown) {
        throw new StoreProblem(problemOf(thrown), command, thrown);
      }
      await gather(afterRemoving, command);
    },
  };
}

const prefix = 'retake-ca-';

/** Several users of one machine may each have an authority. */
function fileName(fingerprint: string): string {
  return `${prefix}${fingerprint.replaceAll(':', '').slice(0, 16).toLowerCase()}.crt`;
}

function ourFiles(folder: string): { readonly file: string; readonly certificate: X509Certificate }[] {
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix) && name.endsWith('.crt'));
  return names.flatMap((name) => {
    const file = path.join(folder, name);
    try {
      return [{ file, certificate: new X509Certificate(readFileSync(file)) }];
    } catch {
      // Not what we have put there.
      return [];
    }
  });
}
