import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Framing, framingOf } from '../model/exchange.ts';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import type { HopObserver } from './hop-observer.ts';
import { headersForClient } from './passed-headers.ts';
import { countReadBytes } from './read-buffers.ts';

export interface RelayOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly observer: HopObserver;
  /** `stored`: the client gets the last byte of an answer only when the exchange is durable. */
  readonly lastByte: 'at-once' | 'stored';
  readonly mapHeaders: ((headers: string[], request: IncomingMessage) => string[]) | undefined;
  /** The response is complete and the observer knows. */
  readonly onEnd: () => void;
}

const nothing = Buffer.alloc(0);

/** Streams one response from upstream to the client: head, body with back-pressure, trailers, and its end. */
export class AnswerRelay {
  readonly #answer: IncomingMessage;
  readonly #options: RelayOptions;
  readonly #framing: Framing;
  /** Bytes of a response with Content-Length still to come. */
  #bytesLeft: number;
  /** The last chunk of a response of known length: it goes out together with the end. */
  #lastChunk: Buffer | undefined;
  #headIsOut = false;
  #isOver = false;
  #clientIsFull = false;
  #observerIsFull = false;

  constructor(answer: IncomingMessage, options: RelayOptions) {
    this.#answer = answer;
    this.#options = options;
    this.#framing = framingOf(answer.rawHeaders, answer.statusCode ?? 0, options.request.method ?? '');
    this.#bytesLeft = this.#framing === 'length' ? Number(headerValue(answer.rawHeaders, 'content-length')) : 0;
  }

  /** The body lasts until the connection ends. Node takes any end for its end then, a reset too. */
  get isOpenEnded(): boolean {
    return this.#framing === 'close' && !this.#answer.complete;
  }

  /** Passes the head on and lets the body flow. Throws when the head cannot be written; then nothing was. */
  start(): void {
    const { request, response, observer, mapHeaders } = this.#options;
    const answer = this.#answer;
    const { rawHeaders, httpVersion, statusCode: status = 0, statusMessage: reason = '' } = answer;
    const passed = headersForClient(rawHeaders, status, request);
    response.sendDate = false;
    if (this.#framing === 'close') {
      // The end of the connection is the end of the body, here as there.
      response.shouldKeepAlive = false;
      response.useChunkedEncodingByDefault = false;
    }
    response.writeHead(status, reason, mapHeaders ? mapHeaders(passed, request) : passed);
    observer.responseHead({ status, reason, httpVersion, headers: rawHeaders, framing: this.#framing });
    answer.on('data', (chunk: Buffer) => this.#onData(chunk));
    answer.on('end', () => this.#onEnd());
    response.on('drain', () => {
      this.#clientIsFull = false;
      if (!this.#observerIsFull) answer.resume();
    });
    // A head is not kept waiting for a body that takes its time; most bodies are here already and share its packet.
    setImmediate(() => this.#flushHead());
  }

  /** Nothing more goes to the client; it sees the response cut as we saw it cut: never a clean end, never a hang. */
  cut(): void {
    this.#isOver = true;
    const { response } = this.#options;
    const { socket } = response;
    if (!socket) return;
    if (!this.#headIsOut) response.write(nothing);
    // Where the end of the connection would mean a complete body only a reset tells.
    if (this.#framing === 'close') socket.resetAndDestroy();
    else socket.destroySoon();
  }

  /** The client is gone. */
  stop(): void {
    this.#isOver = true;
  }

  #flushHead(): void {
    const { response, lastByte } = this.#options;
    if (this.#headIsOut || this.#isOver || response.destroyed) return;
    const headIsAll = this.#framing === 'none' || (this.#framing === 'length' && this.#bytesLeft === 0);
    if (headIsAll && lastByte === 'stored') return;
    this.#headIsOut = true;
    // Not flushHeaders(): it writes the head as UTF-8 and breaks Latin-1 values.
    response.write(nothing);
  }

  #onData(chunk: Buffer): void {
    countReadBytes(chunk.length);
    if (this.#isOver) return;
    const { response, observer } = this.#options;
    const observerHasRoom = observer.responseData(chunk);
    if (this.#framing === 'length') {
      this.#bytesLeft -= chunk.length;
      if (this.#bytesLeft === 0) {
        this.#lastChunk = chunk;
        return;
      }
    }
    this.#headIsOut = true;
    this.#clientIsFull = !response.write(chunk);
    if (!observerHasRoom && !this.#observerIsFull) this.#waitForObserver();
    if (this.#clientIsFull || this.#observerIsFull) this.#answer.pause();
  }

  #waitForObserver(): void {
    this.#observerIsFull = true;
    this.#options.observer.whenRoom(() => {
      this.#observerIsFull = false;
      if (!this.#clientIsFull) this.#answer.resume();
    });
  }

  #onEnd(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { observer, lastByte, onEnd } = this.#options;
    const trailers = this.#answer.rawTrailers;
    if (lastByte === 'stored') observer.responseEnd(trailers, () => this.#endResponse(trailers));
    else observer.responseEnd(trailers);
    onEnd();
    if (lastByte === 'at-once') this.#endResponse(trailers);
  }

  #endResponse(trailers: RawHeaders): void {
    const { response } = this.#options;
    if (trailers.length > 0 && response.chunkedEncoding) response.addTrailers(trailerPairs(trailers));
    if (this.#lastChunk) response.end(this.#lastChunk);
    else response.end();
  }
}

/** In the shape `addTrailers` takes, order and duplicates kept. */
export function trailerPairs(trailers: RawHeaders): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < trailers.length; i += 2) pairs.push([trailers[i]!, trailers[i + 1]!]);
  return pairs;
}
