import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { problemOf } from '../../base/errors.ts';
import { keyFile } from '../../store/retake-folder.ts';
import { formatDuration, formatSize } from '../../views/quantities.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** Less than this, and a recording of some length will not fit. */
const scarceBytes = 1024 ** 3;
/** Less than this, and the next one will not. */
const exhaustedBytes = 64 * 1024 ** 2;
/** Coarse file systems keep times to two seconds. */
const tolerableSkewMs = 2500;

/** Where cassettes go: may it be written, does SQLite work there, is there space? */
export async function cassetteFolderChecks(cwd: string): Promise<Check[]> {
  const wanted = path.join(cwd, 'cassettes');
  const folder = existsSync(wanted) ? wanted : cwd;
  const shown = folder === wanted ? folder : `${folder} (cassettes/ is made there)`;
  return [await writableCheck(folder, shown), spaceCheck(folder)];
}

async function writableCheck(folder: string, shown: string): Promise<Check> {
  const name = 'cassettes';
  try {
    writeProbe(folder, () => {});
    // Loaded late: where its native part is broken the other checks still tell what they found.
    const { probeWal } = await import('../../store/probe-wal.ts');
    const result = probeWal(folder);
    if (result === 'works') return ok(name, `${shown} takes cassettes`);
    return fail(name, `${shown} cannot take cassettes: ${result}`, 'use a folder on a local disk');
  } catch (thrown) {
    return fail(
      name,
      `${shown} cannot take cassettes: ${problemOf(thrown)}`,
      'check its rights, or choose another with --cwd',
    );
  }
}

function spaceCheck(folder: string): Check {
  const { bavail, bsize } = statfsSync(folder);
  return spaceVerdict(bavail * bsize);
}

/** What an amount of free space means. */
export function spaceVerdict(freeBytes: number): Check {
  const name = 'disk space';
  const detail = `${formatSize(freeBytes)} free`;
  if (freeBytes >= scarceBytes) return ok(name, detail);
  const hint = 'free some, or record with --max-body';
  return freeBytes >= exhaustedBytes ? warn(name, detail, hint) : fail(name, detail, hint);
}

/** `.retake`: keys and runs of this checkout. */
export function retakeFolderCheck(cwd: string): Check {
  const name = '.retake';
  const key = keyFile(cwd);
  const folder = path.dirname(key);
  if (!existsSync(folder)) return ok(name, 'is not there yet; made at the first use');
  try {
    writeProbe(folder, () => {});
  } catch (thrown) {
    return fail(
      name,
      `${folder} cannot be written: ${problemOf(thrown)}`,
      `give your user the right: chmod u+rwx ${folder}`,
    );
  }
  const mode = statSync(key, { throwIfNoEntry: false })?.mode ?? 0;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    return warn(name, `others may read ${key}, which pseudonyms are made with`, `chmod 600 ${key}`);
  }
  return ok(name, folder);
}

/** Does the clock of the file system agree with this process's? Both stand in recordings. */
export function fileClockCheck(cwd: string, now: () => number = Date.now): Check {
  const name = 'file times';
  try {
    const before = now();
    const mtimeMs = writeProbe(cwd, (file) => statSync(file).mtimeMs);
    const skewMs = mtimeMs < before ? before - mtimeMs : Math.max(0, mtimeMs - now());
    if (skewMs <= tolerableSkewMs) return ok(name, 'agree with the clock');
    return warn(
      name,
      `are ${formatDuration(skewMs)} off the clock`,
      'set the clock of this machine or of its file server right',
    );
  } catch (thrown) {
    return fail(
      name,
      `cannot be checked: ${problemOf(thrown)}`,
      `make ${cwd} writable, or choose another folder with --cwd`,
    );
  }
}

/** Writes a file into a folder, looks at it, and removes it. A question to the system is no proof: some file systems say yes. */
function writeProbe<T>(folder: string, look: (file: string) => T): T {
  const file = path.join(folder, `.retake-probe-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(file, 'probe', { flag: 'wx' });
    return look(file);
  } finally {
    rmSync(file, { force: true });
  }
}
