import type { Framing } from '../model/exchange.ts';
import { mediaType } from '../model/content-shape.ts';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import { type ClientRequest, type ClientResponse, reasonOf } from './client-side.ts';
import type { HopObserver } from './hop-observer.ts';
import { countReadBytes } from './read-buffers.ts';
import { StallWatch } from './stall-watch.ts';
import type { UpstreamAnswer } from './upstream-call.ts';

/**
 * Streams that have no end of their own. Their reader leaves by closing the connection, which looks like the half-close
 * of a client that still wants its answer; for these it is the end, or upstream would go on for nobody.
 */
const endlessTypes: ReadonlySet<string> = new Set(['text/event-stream', 'multipart/x-mixed-replace']);

export interface RelayOptions {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly observer: HopObserver;
  /** `stored`: the client gets the last byte of an answer only when the exchange is durable. */
  readonly lastByte: 'at-once' | 'stored';
  readonly mapHeaders: ((headers: string[], request: ClientRequest) => string[]) | undefined;
  /** The response is complete and the observer knows. */
  readonly onEnd: () => void;
  readonly idleTimeoutMs: number;
  /** The client read nothing of what is there for it for `idleTimeoutMs`. */
  readonly onStall: () => void;
}

/** Streams one response from upstream to the client: head, body with back-pressure, trailers, and its end. */
export class AnswerRelay {
  readonly #answer: UpstreamAnswer;
  readonly #options: RelayOptions;
  readonly #framing: Framing;
  readonly #watch: StallWatch;
  /** Bytes of a response with Content-Length still to come. */
  #bytesLeft: number;
  /** The last chunk of a response of known length: it goes out together with the end. */
  #lastChunk: Buffer | undefined;
  #headIsOut = false;
  #isOver = false;
  #clientIsFull = false;
  #observerIsFull = false;

  constructor(answer: UpstreamAnswer, options: RelayOptions) {
    this.#answer = answer;
    this.#options = options;
    this.#framing = answer.framing;
    this.#watch = new StallWatch(options.idleTimeoutMs, options.onStall);
    this.#bytesLeft = this.#framing === 'length' ? Number(headerValue(answer.rawHeaders, 'content-length')) : 0;
  }

  /** The body lasts until the connection ends. Node takes any end for its end then, a reset too. */
  get isOpenEnded(): boolean {
    return this.#framing === 'close' && !this.#answer.isComplete;
  }

  /** Passes the head on and lets the body flow. Throws when the head cannot be written; then nothing was. */
  start(): void {
    const { request, response, observer, mapHeaders } = this.#options;
    const answer = this.#answer;
    const { rawHeaders, httpVersion, status, reason } = answer;
    const framing = this.#framing;
    const headers = mapHeaders ? mapHeaders([...rawHeaders], request) : rawHeaders;
    response.start({ status, reason: reasonOf(answer), headers, framing });
    observer.responseHead({ status, reason, httpVersion, headers: rawHeaders, framing });
    if (endlessTypes.has(mediaType(rawHeaders))) response.cutWithClient();
    answer.on('data', (chunk: Buffer) => this.#onData(chunk));
    answer.on('end', () => this.#onEnd());
    response.onClose(() => this.#watch.rest());
    response.onDrain(() => {
      this.#clientIsFull = false;
      if (!this.#isOver) this.#watch.rest();
      if (!this.#observerIsFull) answer.resume();
    });
    // A head is not kept waiting for a body that takes its time; most bodies are here already and share its packet.
    setImmediate(() => this.#flushHead());
  }

  /** Nothing more goes to the client; it sees the response cut as we saw it cut: never a clean end, never a hang. */
  cut(resetCode: number | undefined): void {
    this.#isOver = true;
    this.#watchTheRest();
    this.#options.response.cut(resetCode);
  }

  /** Nothing more goes to the client, but for a cut. */
  stop(): void {
    this.#isOver = true;
  }

  /** What was written has still to be read: until the response closes. */
  #watchTheRest(): void {
    if (!this.#options.response.isGone) this.#watch.begin();
  }

  #flushHead(): void {
    const { response, lastByte } = this.#options;
    if (this.#headIsOut || this.#isOver || response.isGone) return;
    const headIsAll = this.#framing === 'none' || (this.#framing === 'length' && this.#bytesLeft === 0);
    if (headIsAll && lastByte === 'stored') return;
    this.#headIsOut = true;
    response.flush();
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
    if (this.#clientIsFull) this.#watch.begin();
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
    this.#watchTheRest();
    this.#options.response.end(this.#lastChunk, trailers);
  }
}
