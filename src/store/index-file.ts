import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Connection } from './connection.ts';
import { type IndexedRecording, ReplayIndex, replayIndexSql, writeReplayIndex } from './replay-index.ts';

const busyTimeoutMs = 5000;

/** The index of some sessions in a file of its own, or only in memory. */
export interface IndexFile {
  readonly index: ReplayIndex;
  readonly close: () => void;
}

export interface SessionToIndex {
  readonly sessionId: number;
  readonly recordings: () => Iterable<IndexedRecording>;
}

/**
 * Opens an index file, made first if there is none. The name must say what it depends on: what is there is taken as it
 * is. Where no file can be written (a read-only checkout) the index is kept in memory.
 */
export function openIndexFile(file: string, sessions: readonly SessionToIndex[]): IndexFile {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    try {
      makeIndexFile(file, sessions);
    } catch {
      return inMemory(sessions);
    }
  }
  return toIndexFile(new Connection(file, { access: 'read', busyTimeoutMs, explain: (thrown) => thrown }));
}

function inMemory(sessions: readonly SessionToIndex[]): IndexFile {
  const connection = new Connection(':memory:', { access: 'write', busyTimeoutMs, explain: (thrown) => thrown });
  fill(connection, sessions);
  return toIndexFile(connection);
}

/** Several processes may make the same file at once: each its own, and the last one to be ready stays. */
function makeIndexFile(file: string, sessions: readonly SessionToIndex[]): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  rmSync(draft, { force: true });
  try {
    const connection = new Connection(draft, { access: 'write', busyTimeoutMs, explain: (thrown) => thrown });
    try {
      // Can be made anew at any time: not worth waiting for the disk.
      connection.pragma('journal_mode = OFF');
      connection.pragma('synchronous = OFF');
      fill(connection, sessions);
    } finally {
      connection.close();
    }
    renameSync(draft, file);
  } catch (thrown) {
    rmSync(draft, { force: true });
    throw thrown;
  }
}

function fill(connection: Connection, sessions: readonly SessionToIndex[]): void {
  for (const statement of replayIndexSql('')) connection.script(statement);
  connection.transaction(() => {
    for (const { sessionId, recordings } of sessions) writeReplayIndex(connection, sessionId, recordings());
  });
}

function toIndexFile(connection: Connection): IndexFile {
  return { index: new ReplayIndex(connection), close: () => connection.close() };
}
