import http2, { type ClientHttp2Stream } from 'node:http2';
import { type Framing, framingOf } from '../model/exchange.ts';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import { withoutPseudo } from './http2-headers.ts';
import type { UpstreamAnswer } from './upstream-call.ts';

const { NGHTTP2_FLAG_END_STREAM } = http2.constants;

/**
 * Tells whether upstream has marked the end of its stream. Node lets the readable side end in the same way when the
 * stream was reset without an error code, which is a cut. To be called at once for a new stream.
 */
export function endWatch(stream: ClientHttp2Stream): () => boolean {
  let hasEnded = false;
  const push = stream.push.bind(stream);
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    // A stream that is being closed is ended by Node itself.
    if (chunk === null && !stream.closed && !stream.destroyed) hasEnded = true;
    return push(chunk, encoding);
  };
  return () => hasEnded;
}

export interface AnswerParts {
  readonly status: number;
  readonly method: string;
  /** Of the frame the head came in. */
  readonly flags: number;
  readonly raw: RawHeaders;
  readonly hasEnded: () => boolean;
}

/**
 * A response on an HTTP/2 stream. What Node still holds of the body when the stream is gone is delivered all the same: a
 * server may close the connection behind an answer that our client is still reading.
 */
export class Http2Answer implements UpstreamAnswer {
  readonly status: number;
  readonly reason = '';
  readonly httpVersion = '2.0';
  readonly rawHeaders: RawHeaders;
  readonly framing: Framing;
  rawTrailers: RawHeaders = [];
  isComplete = false;
  readonly #stream: ClientHttp2Stream;
  readonly #hasEnded: () => boolean;
  /** Bytes still to come of a body of known length. */
  #bytesLeft: number | undefined;
  readonly #onData: ((chunk: Buffer) => void)[] = [];
  readonly #onEnd: (() => void)[] = [];
  readonly #onError: ((error: NodeJS.ErrnoException) => void)[] = [];
  #isPaused = false;
  /** What is left to tell once the stream is gone and nobody has asked us to pause. */
  #rest: (() => void) | undefined;

  constructor(stream: ClientHttp2Stream, { status, method, flags, raw, hasEnded }: AnswerParts) {
    this.#stream = stream;
    this.#hasEnded = hasEnded;
    this.status = status;
    this.rawHeaders = withoutPseudo(raw);
    this.framing = framingIn(this.rawHeaders, { status, method, isAll: (flags & NGHTTP2_FLAG_END_STREAM) !== 0 });
    if (this.framing === 'length') this.#bytesLeft = Number(headerValue(this.rawHeaders, 'content-length'));
    stream.on('trailers', (_headers: unknown, _flags: number, trailers?: readonly string[]) => {
      this.rawTrailers = withoutPseudo(trailers ?? []);
    });
    stream.on('data', (chunk: Buffer) => this.#data(chunk));
    stream.on('end', () => {
      if (hasEnded()) this.#end();
    });
  }

  on(event: 'data' | 'end' | 'error', listener: (argument: never) => void): void {
    if (event === 'data') this.#onData.push(listener as (chunk: Buffer) => void);
    else if (event === 'end') this.#onEnd.push(listener as () => void);
    else this.#onError.push(listener as (error: NodeJS.ErrnoException) => void);
  }

  pause(): void {
    this.#isPaused = true;
    this.#stream.pause();
  }

  resume(): void {
    this.#isPaused = false;
    const rest = this.#rest;
    if (rest) rest();
    else this.#stream.resume();
  }

  /** The stream is gone. `reason` counts if it was before the end of the body. */
  close(reason: NodeJS.ErrnoException | undefined): void {
    if (this.isComplete) return;
    const held = this.#stream.read() as Buffer | null;
    this.#rest = () => {
      this.#rest = undefined;
      if (held) this.#data(held);
      if (this.#hasEnded() || this.#bytesLeft === 0) this.#end();
      else for (const listener of this.#onError) listener(reason ?? new Error('the connection was closed'));
    };
    if (!this.#isPaused) this.#rest();
  }

  /** Nobody waits for it any more. */
  drop(): void {
    this.#rest = undefined;
  }

  #data(chunk: Buffer): void {
    if (this.#bytesLeft !== undefined) this.#bytesLeft -= chunk.length;
    for (const listener of this.#onData) listener(chunk);
  }

  #end(): void {
    if (this.isComplete) return;
    this.isComplete = true;
    for (const listener of this.#onEnd) listener();
  }
}

/** Frames mark the ends; what this means in HTTP/1.x is what a client of the other version will need. */
function framingIn(
  headers: RawHeaders,
  { status, method, isAll }: { readonly status: number; readonly method: string; readonly isAll: boolean },
): Framing {
  if (isAll) return 'none';
  const framing = framingOf(headers, status, method);
  return framing === 'close' ? 'chunked' : framing;
}
