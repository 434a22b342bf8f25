import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { AppError, problemOf } from '../base/errors.ts';
import { ensureRetakeFolder, keyFile } from './retake-folder.ts';

/**
 * The project's key for pseudonyms, 32 bytes: the environment's RETAKE_REDACT_KEY (any text), else `.retake/key` below
 * the folder, made at the first use and readable by its owner only. It belongs beside the cassettes, never into them.
 * Throws CONFIG_INVALID for a damaged key file, FILE_UNWRITABLE when none can be made.
 */
export function redactionKey(folder: string, env: Readonly<Record<string, string | undefined>>): Buffer {
  const text = env['RETAKE_REDACT_KEY'];
  if (text) return createHash('sha256').update(text, 'utf8').digest();
  const file = keyFile(folder);
  return readKey(file) ?? makeKey(folder, file);
}

function readKey(file: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AppError('CONFIG_INVALID', {
      path: file,
      problem: `cannot be read (${problemOf(thrown)})`,
      hint: 'give its owner the right to read it, or set RETAKE_REDACT_KEY',
    });
  }
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new AppError('CONFIG_INVALID', {
      path: file,
      problem: 'is not a key of 64 hexadecimal digits',
      hint: 'restore it, or delete it: a new one is made, whose pseudonyms differ from those recorded so far',
    });
  }
  return Buffer.from(text, 'hex');
}

function makeKey(folder: string, file: string): Buffer {
  const key = randomBytes(32);
  try {
    ensureRetakeFolder(folder);
    writeFileSync(file, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    return key;
  } catch (thrown) {
    // Two programs may start at once: the first one's key counts for both.
    const existing = (thrown as NodeJS.ErrnoException).code === 'EEXIST' ? readKey(file) : undefined;
    if (existing) return existing;
    throw new AppError('FILE_UNWRITABLE', { path: file, problem: problemOf(thrown) }, thrown);
  }
}
