import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const name = '.retake';

/** Makes `.retake` under a folder, where everything lives that belongs to one checkout only. Git ignores it. */
export function ensureRetakeFolder(folder: string): void {
  mkdirSync(path.join(folder, name), { recursive: true });
  const ignore = path.join(folder, name, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
}

/** Where the run store of a folder lies. */
export function runsFile(folder: string): string {
  return path.join(folder, name, 'runs.sqlite');
}

/** Where an index for replay lies that is not in its cassette. `hash` says what it was made of. */
export function indexFile(folder: string, hash: string): string {
  return path.join(folder, name, `index-${hash}`);
}

/** Where the key of a folder lies. */
export function keyFile(folder: string): string {
  return path.join(folder, name, 'key');
}
