import { chmodSync, closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { explainWriting } from './cassette-error.ts';
import { Connection } from './connection.ts';

const busyTimeoutMs = 5000;

/**
 * Puts a compact copy in the place of a cassette that we hold the writer lock of, and returns a connection to it, in
 * rollback-journal mode. `prepare` may change the copy first; if it throws, the original stays. Whoever has the original
 * open keeps it. The given connection is closed when this succeeds.
 *
 * The order matters. The copy carries our lock, so nobody else starts to write at any moment. The original's journal
 * must be empty and gone before the copy gets its name, or SQLite would replay it onto the copy. And our connection must
 * be closed before that, or closing it could take away a journal that by then belongs to somebody else.
 */
export function replaceByCopy(connection: Connection, file: string, prepare?: (copy: Connection) => void): Connection {
  // Behind a link: SQLite keeps the journal beside the file itself.
  const original = realpathSync(file);
  const copyFile = `${original}-copy`;
  rmSync(copyFile, { force: true });
  const open = (name: string): Connection =>
    new Connection(name, { access: 'write', busyTimeoutMs, explain: explainWriting(file) });
  try {
    connection.pragma('wal_checkpoint(TRUNCATE)');
    connection.run('VACUUM INTO ?', copyFile);
    chmodSync(copyFile, statSync(original).mode);
    if (prepare) {
      const copy = open(copyFile);
      try {
        prepare(copy);
      } finally {
        copy.close();
      }
    }
    sync(copyFile);
  } catch (thrown) {
    rmSync(copyFile, { force: true });
    throw thrown;
  }
  connection.close();
  for (const suffix of ['-wal', '-shm']) rmSync(original + suffix, { force: true });
  renameSync(copyFile, original);
  if (process.platform !== 'win32') sync(path.dirname(original));
  return open(original);
}

function sync(name: string): void {
  const descriptor = openSync(name, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
