import { anchorStore } from './anchor-store.ts';
import { keychainStore, windowsStore } from './desktop-store.ts';
import { nssStore } from './nss-store.ts';
import type { Machine, TrustStore } from './trust-store.ts';

/** The trust stores of a machine that we know how to change. To add one, add its file and one line. */
export function trustStores(machine: Machine): readonly TrustStore[] {
  return candidates(machine).filter((store) => store !== undefined);
}

function candidates(machine: Machine): readonly (TrustStore | undefined)[] {
  switch (machine.platform) {
    case 'linux':
      return [anchorStore(machine), nssStore(machine)];
    case 'darwin':
      return [keychainStore(machine)];
    case 'win32':
      return [windowsStore(machine)];
    default:
      return [];
  }
}
