import { createHash } from 'node:crypto';
import type { BodyHash } from '../match/canonical-request.ts';
import { mediaType } from '../model/content-shape.ts';
import type { RawHeaders } from '../model/headers.ts';
import { prefixBytes } from '../model/grpc-messages.ts';

/**
 * A call of gRPC over HTTP/2, whose messages may go on while it is answered. In gRPC-Web a request is one message, and
 * ends before its answer.
 */
export function isGrpcCall(headers: RawHeaders): boolean {
  return /^application\/grpc(\+|$)/.test(mediaType(headers));
}

/**
 * Stands for the body of a gRPC call in its request key: the answer may have to begin before the request has ended, so
 * only its first message can tell the calls of one method apart. Feed it the body as it comes.
 */
export class FirstMessage {
  readonly #prefix = Buffer.alloc(prefixBytes);
  readonly #digest = createHash('sha256');
  #sizeBytes = 0;
  /** Prefix included; known once that has come. */
  #wantedBytes = Number.POSITIVE_INFINITY;
  /** Size and checksum, prefix included, once it has come whole. */
  hash: BodyHash | undefined;

  push(chunk: Buffer): void {
    if (this.hash || chunk.length === 0) return;
    if (this.#sizeBytes < prefixBytes) {
      const known = this.#sizeBytes + chunk.copy(this.#prefix, this.#sizeBytes);
      if (known >= prefixBytes) this.#wantedBytes = prefixBytes + this.#prefix.readUInt32BE(1);
    }
    const taken = chunk.subarray(0, this.#wantedBytes - this.#sizeBytes);
    this.#digest.update(taken);
    this.#sizeBytes += taken.length;
    if (this.#sizeBytes === this.#wantedBytes) {
      this.hash = { sha256: this.#digest.digest('hex'), sizeBytes: this.#sizeBytes };
    }
  }
}

/** Of a whole body; undefined when it holds no whole message. */
export function firstMessageOf(body: Buffer): BodyHash | undefined {
  const first = new FirstMessage();
  first.push(body);
  return first.hash;
}
