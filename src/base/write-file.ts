import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError, problemOf } from './errors.ts';

/** Writes a text file in one step, making its folder: whoever reads it sees the old or the new text. FILE_UNWRITABLE. */
export function writeFile(file: string, text: string): void {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (thrown) {
    removeIfThere(draft);
    throw new AppError('FILE_UNWRITABLE', { path: file, problem: problemOf(thrown) }, thrown);
  }
}

/** For a file that is written at the end of long work: could it be written now? Makes its folder. FILE_UNWRITABLE. */
export function checkWritable(file: string): void {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    writeFileSync(draft, '');
    rmSync(draft);
  } catch (thrown) {
    throw new AppError('FILE_UNWRITABLE', { path: file, problem: problemOf(thrown) }, thrown);
  }
}

/** `rmSync` with `force` still throws where the folder itself is none. */
function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Then there is nothing to remove.
  }
}
