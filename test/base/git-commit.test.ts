import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { gitCommitOf } from '../../src/base/git-commit.ts';
import { tempFolder } from '../support/temp-folder.ts';

function git(folder: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...identity, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function repository(): { readonly folder: string; readonly commit: string } {
  const folder = tempFolder();
  git(folder, 'init', '-q');
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'first');
  return { folder, commit: git(folder, 'rev-parse', 'HEAD') };
}

describe('the commit a recording is made at', () => {
  test('is that of the branch checked out, from any folder below', () => {
    const { folder, commit } = repository();
    mkdirSync(path.join(folder, 'a', 'b'), { recursive: true });
    expect(gitCommitOf(path.join(folder, 'a', 'b'))).toBe(commit);
  });

  test('is found when refs are packed, when HEAD is detached, and in a worktree', () => {
    const { folder, commit } = repository();
    git(folder, 'pack-refs', '--all');
    expect(gitCommitOf(folder)).toBe(commit);
    git(folder, 'worktree', 'add', '-q', '-b', 'other', 'tree');
    expect(gitCommitOf(path.join(folder, 'tree'))).toBe(commit);
    git(folder, 'checkout', '-q', '--detach');
    expect(gitCommitOf(folder)).toBe(commit);
  });

  test('is unknown where there is none', () => {
    expect(gitCommitOf(tempFolder())).toBeUndefined();
    const folder = tempFolder();
    git(folder, 'init', '-q');
    expect(gitCommitOf(folder)).toBeUndefined();
    writeFileSync(path.join(folder, '.git', 'HEAD'), 'nonsense');
    expect(gitCommitOf(folder)).toBeUndefined();
  });
});
