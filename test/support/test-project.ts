import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempFolder } from './temp-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Ran {
  readonly code: number | null;
  /** Both streams, without colours. */
  readonly output: string;
}

export interface TestProject {
  readonly folder: string;
  /** Runs a runner of the project's packages: its file below `node_modules`, and arguments. */
  readonly run: (runner: string, args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ran>;
  /** Paths below `cassettes`, sorted. */
  readonly cassettes: () => readonly string[];
  readonly write: (name: string, text: string) => void;
}

/** A folder like a user's, with Retake and the test runners installed, for the rest of the running test. */
export function testProject(files: Readonly<Record<string, string>>): TestProject {
  const folder = tempFolder();
  const write = (name: string, text: string): void => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  write('package.json', '{ "type": "module", "private": true }');
  for (const [name, text] of Object.entries(files)) write(name, text);
  linkPackages(folder);
  return {
    folder,
    write,
    run: (runner, args, env = {}) => runIn(folder, [path.join(folder, 'node_modules', runner), ...args], env),
    cassettes: () =>
      readdirSync(path.join(folder, 'cassettes'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.cassette'))
        .sort(),
  };
}

/** As `npm install` would have done, without a copy. */
export function linkPackages(folder: string): void {
  const packages = path.join(folder, 'node_modules');
  mkdirSync(path.join(packages, '@playwright'), { recursive: true });
  symlinkSync(root, path.join(packages, 'retake'));
  for (const name of ['vitest', '@playwright/test'])
    symlinkSync(path.join(root, 'node_modules', name), path.join(packages, name));
}

/** Runs a program of Node's in a folder, on a desk unless the environment says otherwise. */
export function runIn(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ran> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST|CI|NODE_OPTIONS|FORCE_COLOR)/.test(name)),
  );
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...inherited, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
