import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError, problemOf } from '../base/errors.ts';

/** What a program that started us needs to know once we listen. */
export interface ReadyFile {
  readonly pid: number;
  /** Absolute path; left away by the UI over a whole folder. */
  readonly cassette?: string;
  readonly listeners: readonly {
    readonly name: string;
    readonly kind: 'reverse' | 'forward';
    readonly url: string;
    readonly target?: string;
    /** What comes there belongs to this lane of a replay. */
    readonly lane?: string;
  }[];
  /** Certificate of the authority that clients must trust for HTTPS. */
  readonly ca?: string;
  readonly control?: { readonly url: string; readonly token: string };
}

/**
 * Writes the file in one step, so that whoever sees it sees all of it, readable by its owner only (it holds a token).
 * The returned function removes it; so does the end of the process, if that comes first. Throws FILE_UNWRITABLE.
 */
export function writeReadyFile(file: string, contents: ReadyFile): () => void {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  try {
    writeFileSync(draft, `${JSON.stringify(contents)}\n`, { mode: 0o600 });
    // A draft left by a crash keeps the mode it was made with.
    chmodSync(draft, 0o600);
    renameSync(draft, file);
  } catch (thrown) {
    rmSync(draft, { force: true });
    throw new AppError('FILE_UNWRITABLE', { path: file, problem: problemOf(thrown) }, thrown);
  }
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(file, { force: true });
  };
  process.once('exit', remove);
  return remove;
}
