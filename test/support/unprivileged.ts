import { chmodSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Nobody's id on every Unix. */
const nobody = 65_534;

/**
 * Runs synchronous work as a user who is not root, since no right is missing for root. Without root it simply runs.
 * Everything imported must have been loaded before.
 */
export function unprivileged<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid!(nobody);
  try {
    return work();
  } finally {
    process.seteuid!(0);
  }
}

/** Makes a folder and its files readable by all and writable by none; returns the way back. */
export function makeReadOnly(folder: string): () => void {
  const entries = readdirSync(folder).map((name) => path.join(folder, name));
  const modes = [folder, ...entries].map((name) => ({ name, mode: statSync(name).mode }));
  for (const name of entries) chmodSync(name, 0o444);
  chmodSync(folder, 0o555);
  chmodSync(path.dirname(folder), 0o755);
  return () => {
    for (const { name, mode } of modes) chmodSync(name, mode);
  };
}
