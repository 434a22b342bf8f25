import { createHash } from 'node:crypto';
import type { ClientRequest } from './client-side.ts';

/** Up to here a body is matched by its content; a larger one by size and sha256 of its bytes. */
export const maxMatchedBodyBytes = 8 * 1024 * 1024;

/** A request body as matching needs it; undefined when there is none. */
export type RequestBody = Buffer | { readonly sha256: string; readonly sizeBytes: number } | undefined;

/**
 * Stands in a request key for a body of which only a part was recorded, because the answer came before its end or a
 * limit cut it: only its size can be compared, where that is known.
 */
export function cutBody(sizeBytes: number | undefined): { readonly sha256: string; readonly sizeBytes: number } {
  return { sha256: `cut:${sizeBytes ?? 'unknown'}`, sizeBytes: sizeBytes ?? 1 };
}

export interface ReadBody {
  readonly body: RequestBody;
  /** Raw trailers, flat. */
  readonly trailers: readonly string[];
}

export function sizeOfBody(body: RequestBody): number {
  if (body === undefined) return 0;
  return Buffer.isBuffer(body) ? body.length : body.sizeBytes;
}

/**
 * Reads a request to its end, holding at most `maxMatchedBodyBytes`. Nothing comes of it when the client leaves before.
 * A callback, not a promise: this is done for every request with a body.
 */
export function readRequestBody(request: ClientRequest, done: (read: ReadBody) => void): void {
  let held: Buffer[] = [];
  let sizeBytes = 0;
  let digest: ReturnType<typeof createHash> | undefined;
  request.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (digest) {
      digest.update(chunk);
      return;
    }
    held.push(chunk);
    if (sizeBytes <= maxMatchedBodyBytes) return;
    digest = createHash('sha256');
    for (const piece of held) digest.update(piece);
    held = [];
  });
  request.on('end', () => {
    const body = digest ? { sha256: digest.digest('hex'), sizeBytes } : joined(held);
    done({ body, trailers: request.rawTrailers });
  });
  // Without a listener Node would throw what a client that leaves means.
  request.on('error', ignore);
}

function ignore(): void {}

function joined(pieces: readonly Buffer[]): Buffer | undefined {
  if (pieces.length === 0) return undefined;
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}
