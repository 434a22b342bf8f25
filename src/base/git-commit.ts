import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** The commit checked out in the repository around a folder; undefined outside one. Reads git's files, starts nothing. */
export function gitCommitOf(folder: string): string | undefined {
  try {
    const gitFolder = findGitFolder(folder);
    if (gitFolder === undefined) return undefined;
    const head = readFileSync(path.join(gitFolder, 'HEAD'), 'utf8').trim();
    const ref = /^ref: (.+)$/.exec(head)?.[1];
    return asCommit(ref === undefined ? head : resolveRef(gitFolder, ref));
  } catch {
    // A repository that is being changed at this moment, or one we may not read: the commit is a courtesy.
    return undefined;
  }
}

function findGitFolder(folder: string): string | undefined {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const candidate = path.join(at, '.git');
    const found = statSync(candidate, { throwIfNoEntry: false });
    if (found?.isDirectory()) return candidate;
    // A worktree or submodule: the file says where its git folder is.
    if (found?.isFile())
      return path.resolve(
        at,
        readFileSync(candidate, 'utf8')
          .replace(/^gitdir:\s*/, '')
          .trim(),
      );
    if (path.dirname(at) === at) return undefined;
  }
}

function resolveRef(gitFolder: string, ref: string): string {
  const common = readIfThere(path.join(gitFolder, 'commondir'))?.trim();
  for (const folder of common === undefined ? [gitFolder] : [gitFolder, path.resolve(gitFolder, common)]) {
    const loose = readIfThere(path.join(folder, ref));
    if (loose !== undefined) return loose.trim();
    const packed = readIfThere(path.join(folder, 'packed-refs'))
      ?.split('\n')
      .find((line) => line.endsWith(` ${ref}`));
    if (packed !== undefined) return packed.split(' ', 1)[0]!;
  }
  return '';
}

function readIfThere(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : undefined;
}

function asCommit(text: string): string | undefined {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text) ? text : undefined;
}
