import { createHash, hash } from 'node:crypto';
import { AppError } from '../base/errors.ts';
import { type BodyFacts, emptyBody, emptyBodySha256 } from '../model/exchange.ts';
import type { Connection } from './connection.ts';

/** Up to here a body is one blob: SQLite reads it in one go. Larger ones never have to be in memory as a whole. */
const smallBodyBytes = 256 * 1024;

/** Pieces of a large body that is already in memory; a streamed one is cut at `smallBodyBytes` to hold less. */
const chunkBytes = 1024 * 1024;

/**
 * Pieces deleted in one statement: what is deleted is overwritten, at some 200 MB a second, and whoever waits for the
 * writer should not wait for a whole body.
 */
const sweepPieces = 32;

/** In place of its size, on a body without a sha256: nobody wants it any longer, `sweep` deletes it. */
const unwanted = -1;

/** A large body on its way into the cassette. `finish` or `abandon` must be called once. */
export interface BodySink {
  /** The chunk's memory may be used again when this returns. */
  write(chunk: Buffer): void;
  finish(): BodyFacts;
  abandon(): void;
}

interface BodyRow {
  readonly id: number;
  readonly size: number;
  readonly content: Buffer | null;
}

/** Content-addressed bodies: equal bytes are stored once. */
export class Bodies {
  readonly #connection: Connection;
  readonly #path: string;
  #mayHaveUnwanted = false;

  constructor(connection: Connection, path: string) {
    this.#connection = connection;
    this.#path = path;
  }

  put(bytes: Buffer): BodyFacts {
    if (bytes.length === 0) return emptyBody;
    const sha256 = hash('sha256', bytes, 'buffer');
    if (bytes.length <= smallBodyBytes) {
      this.#connection.run(
        'INSERT INTO bodies (sha256, size, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        sha256,
        bytes.length,
        bytes,
      );
    } else if (this.#row(sha256) === undefined) {
      this.#connection.transaction(() => {
        const { id } = this.#connection.run('INSERT INTO bodies (sha256, size) VALUES (?, ?)', sha256, bytes.length);
        for (let from = 0, position = 0; from < bytes.length; from += chunkBytes, position += 1) {
          this.#putChunk(id, position, bytes.subarray(from, from + chunkBytes));
        }
      });
    }
    return facts(bytes.length, sha256.toString('hex'));
  }

  /** A body whose end is not known yet. While it is open its row has no sha256, so nothing can refer to it. */
  open(): BodySink {
    const digest = createHash('sha256');
    let id: number | undefined;
    /** The piece being filled, copied so that the caller may reuse its memory; one for the whole body. */
    let piece: Buffer | undefined;
    let filledBytes = 0;
    let sizeBytes = 0;
    let position = 0;
    const filled = (): Buffer => piece?.subarray(0, filledBytes) ?? Buffer.alloc(0);
    const flush = (): void => {
      id ??= this.#connection.run('INSERT INTO bodies (size) VALUES (0)').id;
      this.#putChunk(id, position, filled());
      position += 1;
      filledBytes = 0;
    };
    const abandon = (): void => {
      if (id !== undefined) this.#discard(id, position);
      id = undefined;
      piece = undefined;
      filledBytes = 0;
    };
    return {
      write: (chunk) => {
        digest.update(chunk);
        sizeBytes += chunk.length;
        for (let from = 0; from < chunk.length;) {
          // Only when more is coming: a body of exactly the limit is still a small one.
          if (filledBytes === smallBodyBytes) flush();
          piece ??= Buffer.allocUnsafe(smallBodyBytes);
          const taken = chunk.copy(piece, filledBytes, from);
          filledBytes += taken;
          from += taken;
        }
      },
      finish: () => {
        if (id === undefined) return this.put(filled());
        if (filledBytes > 0) flush();
        const sha256 = digest.digest();
        if (this.#row(sha256) === undefined) {
          this.#connection.run('UPDATE bodies SET sha256 = ?, size = ? WHERE id = ?', sha256, sizeBytes, id);
        } else abandon();
        return facts(sizeBytes, sha256.toString('hex'));
      },
      abandon,
    };
  }

  /** The whole body, checked against its sha256. */
  get(sha256: string): Buffer {
    if (sha256 === emptyBodySha256) return Buffer.alloc(0);
    const row = this.#needed(sha256);
    return this.checked(sha256, row.content ?? Buffer.concat([...this.#chunks(row.id)]));
  }

  /** What was read of a body elsewhere, once it fits its sha256. */
  checked(sha256: string, bytes: Buffer): Buffer {
    if (hash('sha256', bytes, 'hex') !== sha256) throw this.#altered(sha256);
    return bytes;
  }

  /** The body in pieces of at most 1 MiB; the last piece is given only when the whole fits the sha256. */
  *chunks(sha256: string): IterableIterator<Buffer> {
    if (sha256 === emptyBodySha256) return;
    const row = this.#needed(sha256);
    const digest = createHash('sha256');
    let last: Buffer | undefined;
    for (const chunk of row.content ? [row.content] : this.#chunks(row.id)) {
      if (last) yield last;
      digest.update(chunk);
      last = chunk;
    }
    if (digest.digest('hex') !== sha256) throw this.#altered(sha256);
    if (last) yield last;
  }

  /** Deletes a part of what was abandoned; true while there may be more. */
  sweep(): boolean {
    if (!this.#mayHaveUnwanted) return false;
    const sql = 'SELECT id FROM bodies WHERE sha256 IS NULL AND size = ? LIMIT 1';
    const id = this.#connection.get<{ id: number }>(sql, unwanted)?.id;
    if (id === undefined) {
      this.#mayHaveUnwanted = false;
      return false;
    }
    const { changes } = this.#connection.run(
      `DELETE FROM body_chunks WHERE rowid IN (SELECT rowid FROM body_chunks WHERE body_id = ? LIMIT ${sweepPieces})`,
      id,
    );
    if (changes < sweepPieces) this.#connection.run('DELETE FROM bodies WHERE id = ?', id);
    return true;
  }

  #discard(id: number, pieceCount: number): void {
    if (pieceCount <= sweepPieces) {
      this.#connection.run('DELETE FROM bodies WHERE id = ?', id);
      return;
    }
    // In the file, so that it is undone together with the row should the transaction be.
    this.#connection.run('UPDATE bodies SET size = ? WHERE id = ?', unwanted, id);
    this.#mayHaveUnwanted = true;
  }

  #row(sha256: Buffer): BodyRow | undefined {
    return this.#connection.get<BodyRow>('SELECT id, size, content FROM bodies WHERE sha256 = ?', sha256);
  }

  #needed(sha256: string): BodyRow {
    const row = this.#row(Buffer.from(sha256, 'hex'));
    if (row) return row;
    throw new AppError('CASSETTE_CORRUPT', { path: this.#path, problem: `body ${sha256} is not there` });
  }

  #altered(sha256: string): AppError {
    return new AppError('CASSETTE_CORRUPT', { path: this.#path, problem: `body ${sha256} does not fit its checksum` });
  }

  *#chunks(id: number): IterableIterator<Buffer> {
    for (let position = 0; ; position += 1) {
      const row = this.#connection.get<{ content: Buffer }>(
        'SELECT content FROM body_chunks WHERE body_id = ? AND position = ?',
        id,
        position,
      );
      if (!row) return;
      yield row.content;
    }
  }

  #putChunk(id: number, position: number, content: Buffer): void {
    this.#connection.run(
      'INSERT INTO body_chunks (body_id, position, content) VALUES (?, ?, ?)',
      id,
      position,
      content,
    );
  }
}

function facts(sizeBytes: number, sha256: string): BodyFacts {
  return { sizeBytes, sha256, truncated: false, fullSizeBytes: sizeBytes };
}
