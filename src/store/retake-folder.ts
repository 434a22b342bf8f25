import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Makes `.retake` under a folder, where everything lives that belongs to one checkout only. Git ignores it. */
export function ensureRetakeFolder(folder: string): string {
  const retakeFolder = path.join(folder, '.retake');
  mkdirSync(retakeFolder, { recursive: true });
  const ignore = path.join(retakeFolder, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  return retakeFolder;
}
