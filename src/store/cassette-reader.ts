import { statSync } from 'node:fs';
import { CassetteReads } from './cassette-reads.ts';
import { type OpenedForReading, openForReading } from './open-for-reading.ts';
import { cassetteSteps } from './schema.ts';

/** A cassette for reading. The file is never changed, may lie in a read-only folder, and may be recorded into meanwhile. */
export class CassetteReader extends CassetteReads {
  readonly #opened: OpenedForReading;

  private constructor(path: string, opened: OpenedForReading) {
    super(opened.connection, path);
    this.#opened = opened;
  }

  /**
   * Opens a cassette by path, in milliseconds whatever its size. CASSETTE_MISSING, CASSETTE_NOT_SQLITE,
   * CASSETTE_CORRUPT, CASSETTE_NEWER, CASSETTE_UNREADABLE.
   */
  static open(path: string): CassetteReader {
    return new CassetteReader(path, openForReading(path, cassetteSteps));
  }

  /** Format of the file itself; what is read is always the newest. */
  get formatVersion(): number {
    return this.#opened.formatVersion;
  }

  /** False once another file stands at the path (a writer that closes may replace it): open it anew to see the news. */
  isCurrent(): boolean {
    return statSync(this.path, { throwIfNoEntry: false })?.ino === this.#opened.inode;
  }

  close(): void {
    this.#opened.close();
  }
}
