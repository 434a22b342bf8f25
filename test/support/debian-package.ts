import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Installs a package of Debian if what it is needed for is missing and we may. Returns why it is still missing, or undefined. */
export function packageProblem(name: string, isThere: () => boolean): string | undefined {
  if (isThere()) return undefined;
  if (!existsSync('/etc/debian_version')) return `${name} is a package of Debian and Ubuntu, this is neither`;
  if (process.getuid?.() !== 0) return `${name} is not installed, and only root can install it`;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const runApt = (...args: string[]) => spawnSync('apt-get', args, { env, encoding: 'utf8' });
  const install = ['install', '-y', '--no-install-recommends', name];
  let ended = runApt(...install);
  if (ended.status !== 0 && runApt('update').status === 0) ended = runApt(...install);
  return isThere() ? undefined : `${name} could not be installed: ${ended.stderr.trim().slice(-300)}`;
}

/** The same for packages that bring programs, in the usual folders. */
export function programProblem(name: string, ...files: readonly string[]): string | undefined {
  return packageProblem(name, () => files.every((file) => existsSync(file)));
}
