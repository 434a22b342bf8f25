import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { Connection, sqliteCode } from './connection.ts';
import { type IndexedRecording, ReplayIndex, replayIndexSql, writeReplayIndex } from './replay-index.ts';

const busyTimeoutMs = 5000;

/** "RTKI": marks a SQLite file as an index. */
const applicationId = 0x52544b49;
const formatVersion = 1;
const schema: readonly string[] = [...replayIndexSql(''), 'CREATE TABLE made_of (stamp TEXT NOT NULL) STRICT'];

/** Each set of rules and each state of a cassette has its own; what was not used for a month will not be missed. */
const kept = { files: 50, days: 30 };
const dayMs = 24 * 60 * 60 * 1000;
/** A draft that is older belongs to a process that crashed. */
const draftMs = 60 * 60 * 1000;

/** The index of some sessions in a file of its own, or only in memory. */
export interface IndexFile {
  readonly index: ReplayIndex;
  readonly close: () => void;
}

export interface SessionToIndex {
  readonly sessionId: number;
  readonly recordings: () => Iterable<IndexedRecording>;
}

export interface IndexContent {
  /** Everything that the index depends on. What is there with another stamp is made anew. */
  readonly stamp: string;
  readonly sessions: readonly SessionToIndex[];
}

/**
 * Opens an index file, made first if there is none, or none that can be trusted: it must be ours, whole, and made of the
 * same. Where no file can be written (a read-only checkout) the index is kept in memory.
 */
export function openIndexFile(file: string, content: IndexContent): IndexFile {
  const known = openMade(file, content.stamp);
  if (known) {
    touch(file);
    return known;
  }
  try {
    makeIndexFile(file, content);
    removeOld(path.dirname(file), file);
  } catch {
    return inMemory(content);
  }
  return openMade(file, content.stamp) ?? inMemory(content);
}

function openMade(file: string, stamp: string): IndexFile | undefined {
  let connection: Connection | undefined;
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile()) return undefined;
    connection = new Connection(file, { access: 'read', busyTimeoutMs, explain: explainFor(file) });
    if (isWhole(connection, stat.size) && isMadeOf(connection, stamp)) return toIndexFile(connection);
  } catch {
    // Whatever it is, it is not an index.
  }
  connection?.close();
  return undefined;
}

function isWhole(connection: Connection, sizeBytes: number): boolean {
  if (connection.pragma('application_id') !== applicationId) return false;
  if (connection.pragma('user_version') !== formatVersion) return false;
  // A file that was cut off is told here, not by the request that needs its end.
  const pages = connection.pragma('page_count') as number;
  return pages * (connection.pragma('page_size') as number) === sizeBytes;
}

function isMadeOf(connection: Connection, stamp: string): boolean {
  const found = connection
    .all<{ sql: string }>(`SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`)
    .map(({ sql }) => sql);
  if (found.toSorted().join('\n') !== schema.toSorted().join('\n')) return false;
  const stamps = connection.all<{ stamp: string }>('SELECT stamp FROM made_of');
  return stamps.length === 1 && stamps[0]!.stamp === stamp;
}

/** Damage that shows only when a page is read: the file goes, so that the next replay makes it anew. */
function explainFor(file: string): (thrown: unknown) => unknown {
  return (thrown) => {
    const code = sqliteCode(thrown) ?? '';
    if (!code.startsWith('SQLITE_CORRUPT') && !code.startsWith('SQLITE_NOTADB')) return thrown;
    rmSync(file, { force: true });
    return new Error(`the index ${file} was damaged and has been removed; start the replay again`, { cause: thrown });
  };
}

function inMemory(content: IndexContent): IndexFile {
  const connection = new Connection(':memory:', { access: 'write', busyTimeoutMs, explain: (thrown) => thrown });
  fill(connection, content);
  return toIndexFile(connection);
}

/** Several processes may make the same file at once: each its own, and the last one to be ready stays. */
function makeIndexFile(file: string, content: IndexContent): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  try {
    const connection = new Connection(draft, { access: 'write', busyTimeoutMs, explain: (thrown) => thrown });
    try {
      // Can be made anew at any time: not worth waiting for the disk.
      connection.pragma('journal_mode = OFF');
      connection.pragma('synchronous = OFF');
      fill(connection, content);
    } finally {
      connection.close();
    }
    renameSync(draft, file);
  } catch (thrown) {
    rmSync(draft, { force: true });
    throw thrown;
  }
}

function fill(connection: Connection, { stamp, sessions }: IndexContent): void {
  connection.pragma(`application_id = ${applicationId}`);
  connection.pragma(`user_version = ${formatVersion}`);
  for (const statement of schema) connection.script(statement);
  connection.transaction(() => {
    for (const { sessionId, recordings } of sessions) writeReplayIndex(connection, sessionId, recordings());
    connection.run('INSERT INTO made_of (stamp) VALUES (?)', stamp);
  });
}

/** Its time says when it was last used. */
function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Of a checkout that can only be read.
  }
}

function removeOld(folder: string, newest: string): void {
  const now = Date.now();
  const found = readdirSync(folder)
    .filter((name) => name.startsWith('index-'))
    .map((name) => path.join(folder, name))
    .map((file) => ({ file, ageMs: now - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now) }))
    .toSorted((a, b) => a.ageMs - b.ageMs);
  const drafts = found.filter(({ file }) => isDraft(file));
  const files = found.filter(({ file }) => !isDraft(file) && file !== newest);
  const old = [
    ...drafts.filter(({ ageMs }) => ageMs > draftMs),
    ...files.filter(({ ageMs }, i) => i >= kept.files - 1 || ageMs > kept.days * dayMs),
  ];
  for (const { file } of old) rmSync(file, { force: true });
}

function isDraft(file: string): boolean {
  return path.basename(file).includes('.');
}

function toIndexFile(connection: Connection): IndexFile {
  return { index: new ReplayIndex(connection), close: () => connection.close() };
}
