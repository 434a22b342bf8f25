import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Connection } from './connection.ts';

/**
 * Does a folder carry a cassette that is written and read at once? One row is written in WAL mode and read back by
 * another connection; the file is removed. Returns `works`, or why not in words. A folder nobody may write to throws the
 * system's error.
 */
export function probeWal(folder: string): 'works' | (string & {}) {
  const file = path.join(folder, `.retake-probe-${randomBytes(6).toString('hex')}`);
  const open = (access: 'read' | 'write'): Connection =>
    new Connection(file, { access, busyTimeoutMs: 1000, explain: (thrown) => thrown });
  const opened: Connection[] = [];
  try {
    const writer = open('write');
    opened.push(writer);
    const mode = writer.pragma('journal_mode = WAL');
    if (mode !== 'wal') return `SQLite keeps its journal in mode ${String(mode)} there`;
    writer.script('CREATE TABLE probe (value TEXT)');
    writer.run('INSERT INTO probe VALUES (?)', 'written');
    const reader = open('read');
    opened.push(reader);
    return reader.get<{ value: string }>('SELECT value FROM probe')?.value === 'written'
      ? 'works'
      : 'what was written is not read back';
  } finally {
    for (const connection of opened.reverse()) connection.close();
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
  }
}
