import { type Dirent, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../base/errors.ts';
import { CassetteReader } from '../store/cassette-reader.ts';

/** A cassette the UI may show, under the name it has in URLs. */
export interface KnownCassette {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

const extension = '.cassette';
/** Deeper folders hold other things; a home folder given by mistake must not be walked whole. */
const maxDepth = 5;
const maxFolders = 1_000;
/** A page asks for the list several times, an open one every half second; the disk need not be walked for each. */
const walkedForMs = 3_000;

/**
 * The cassettes below a folder and those named besides. Names from URLs are only ever looked up in this list, never
 * turned into paths.
 */
export class CassetteLibrary {
  private readonly folder: string;
  private readonly always: readonly string[];
  private walked: { readonly at: number; readonly files: readonly string[] } | undefined;

  constructor(folder: string, always: readonly string[]) {
    this.folder = folder;
    this.always = always;
  }

  /** By name. A bare name where it is unique, else the path relative to the folder without its extension. */
  list(): readonly KnownCassette[] {
    const files = [...new Set([...this.always, ...this.walk()])].filter(exists);
    const bare = files.map((file) => path.basename(file, extension));
    return files
      .map((file, index) => {
        const isUnique = bare.indexOf(bare[index]!) === bare.lastIndexOf(bare[index]!);
        return { name: isUnique ? bare[index]! : this.longName(file), path: file };
      })
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  }

  /** @throws AppError CASSETTE_MISSING */
  named(name: string): KnownCassette {
    const byName = (): KnownCassette | undefined => this.list().find((cassette) => cassette.name === name);
    const found = byName();
    if (found) return found;
    // It may have been recorded since the last walk.
    this.walked = undefined;
    const fresh = byName();
    if (!fresh) throw new AppError('CASSETTE_MISSING', { path: name });
    return fresh;
  }

  at(file: string): KnownCassette | undefined {
    return this.list().find((cassette) => cassette.path === file);
  }

  /** Relative to the folder where it lies below it: what a person reads and types. */
  shownPath(cassette: KnownCassette): string {
    const relative = path.relative(this.folder, cassette.path);
    return relative.startsWith('..') ? cassette.path : relative;
  }

  private walk(): readonly string[] {
    const now = performance.now();
    if (!this.walked || now - this.walked.at > walkedForMs)
      this.walked = { at: now, files: cassettesBelow(this.folder) };
    return this.walked.files;
  }

  private longName(file: string): string {
    const relative = path.relative(this.folder, file);
    const shown = relative.startsWith('..') ? file : relative;
    return shown
      .slice(0, -path.extname(shown).length || undefined)
      .split(path.sep)
      .join('/');
  }
}

/**
 * Opens a cassette for the length of one piece of work. Nothing stays open in between: a reader that lingers would keep
 * the recorder from leaving a single file behind when it stops.
 */
export function readCassette<T>(cassette: KnownCassette, work: (reader: CassetteReader) => T): T {
  const reader = CassetteReader.open(cassette.path);
  try {
    return work(reader);
  } finally {
    reader.close();
  }
}

/** Changes whenever somebody writes to the file or puts another in its place; empty when there is none. */
export function fileSignature(file: string): string {
  const facts = [file, `${file}-wal`].map((each) => statSync(each, { throwIfNoEntry: false }));
  return facts.map((fact) => (fact ? `${fact.ino}:${fact.size}:${fact.mtimeMs}` : '')).join('|');
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function cassettesBelow(folder: string): string[] {
  const found: string[] = [];
  let level = [folder];
  let walked = 0;
  for (let depth = 0; depth <= maxDepth && level.length > 0; depth++) {
    const next: string[] = [];
    for (const place of level) {
      if (++walked > maxFolders) return found;
      for (const entry of entriesOf(place)) {
        const file = path.join(place, entry.name);
        if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')) next.push(file);
        else if (entry.isFile() && entry.name.endsWith(extension)) found.push(file);
      }
    }
    level = next;
  }
  return found;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that may not be read holds no cassette for us.
    return [];
  }
}
