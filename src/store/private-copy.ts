import { chmodSync, constants, copyFileSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A copy that belongs to this process alone: readable and writable, gone after `remove`. */
export interface PrivateCopy {
  readonly path: string;
  readonly remove: () => void;
}

/**
 * Copies a SQLite file with the journal a crash may have left beside it (not the `-shm`, which is only an index of the
 * journal). A WAL file in a folder we cannot write to can be read in no other way: SQLite wants to create the index.
 */
export function privateCopy(file: string): PrivateCopy {
  // Behind a link: SQLite keeps the journal beside the file itself.
  const original = realpathSync(file);
  const folder = mkdtempSync(path.join(tmpdir(), 'retake-'));
  const copy = path.join(folder, path.basename(file));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    for (const suffix of ['', '-wal', '-journal']) {
      if (suffix === '' || existsSync(original + suffix)) {
        copyFileSync(original + suffix, copy + suffix, constants.COPYFILE_FICLONE);
        // The copy has the mode of the file: one that nobody may write would make a copy that SQLite cannot open either.
        chmodSync(copy + suffix, 0o600);
      }
    }
    return { path: copy, remove };
  } catch (thrown) {
    remove();
    throw thrown;
  }
}
