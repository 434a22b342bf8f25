import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { problemOf } from '../base/errors.ts';
import type { Machine } from './trust-store.ts';

const timeoutMs = 120_000;

/** The file of a tool, undefined if it is not installed. Tools of the system's administrator are often not in PATH. */
export function findTool(machine: Machine, name: string): string | undefined {
  const isWindows = machine.platform === 'win32';
  const folders = machine.path.split(isWindows ? ';' : ':').filter((folder) => path.isAbsolute(folder));
  if (!isWindows) folders.push(...['/usr/sbin', '/sbin'].map((folder) => machine.root + folder));
  return folders.map((folder) => path.join(folder, isWindows ? `${name}.exe` : name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a tool to its end, returns what it printed on stdout. Throws with its last words when it fails. */
export function runTool(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 }, (problem, stdout, stderr) => {
      if (problem === null) return resolve(stdout);
      const words = (stderr.trim() || stdout.trim()).split('\n').slice(-3).join(' ');
      const name = path.basename(file);
      return reject(new Error(`${name} failed: ${words || problemOf(problem)}`, { cause: problem }));
    });
  });
}

/** A command as a person would type it into a shell. */
export function shellCommand(...words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
