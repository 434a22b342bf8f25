import { mediaType } from '../model/content-shape.ts';
import { headerValue } from '../model/headers.ts';
import type { ClientRequest } from './client-side.ts';
import type { HopObserver } from './hop-observer.ts';
import { countReadBytes } from './read-buffers.ts';
import { StallWatch } from './stall-watch.ts';
import type { UpstreamCall } from './upstream-call.ts';

export interface RequestPumpOptions {
  readonly request: ClientRequest;
  readonly upstream: UpstreamCall;
  readonly observer: HopObserver;
  /** The exchange has ended: only the client's connection matters, what still comes is read and dropped. */
  readonly isOver: () => boolean;
  /** Upstream and the observer have the whole request. */
  readonly onEnd: () => void;
  readonly idleTimeoutMs: number;
  /** The client sent nothing of the body it announced, or upstream took nothing of it, for `idleTimeoutMs`. */
  readonly onStall: (peer: 'client' | 'upstream') => void;
}

/** Streams the body of one request to upstream, no faster than upstream and the observer take it. */
export class RequestPump {
  readonly #options: RequestPumpOptions;
  readonly #watch: StallWatch;
  /** A call of gRPC may be silent for as long as it likes: its body is a stream of messages. */
  readonly #isConversation: boolean;
  #headIsOut = false;
  #isAnswered = false;
  /** The client waits for our `100 Continue`. */
  #isHeldBack: boolean;
  #isGone = false;
  #upstreamIsFull = false;
  #observerIsFull = false;

  constructor(options: RequestPumpOptions) {
    this.#options = options;
    const { rawHeaders } = options.request;
    this.#isConversation = mediaType(rawHeaders).startsWith('application/grpc');
    this.#isHeldBack = headerValue(rawHeaders, 'expect') !== undefined;
    this.#watch = new StallWatch(options.idleTimeoutMs, () =>
      options.onStall(this.#upstreamIsFull ? 'upstream' : 'client'),
    );
  }

  start(): void {
    const { request, upstream } = this.#options;
    request.on('data', (chunk: Buffer) => this.#onData(chunk));
    request.on('end', () => this.#onEnd());
    request.on('close', () => {
      this.#isGone = true;
      this.#watch.rest();
    });
    // Upstream may want to judge the head before it sees a body.
    setImmediate(() => {
      if (!this.#headIsOut && !upstream.isDestroyed && !upstream.isEnded) upstream.flushHead();
    });
    this.#lookWhoseTurn();
  }

  /** The client has been told to go on. */
  mayGoOn(): void {
    this.#isHeldBack = false;
    this.#lookWhoseTurn();
  }

  /** The response has begun: how the rest of the body moves is between client and upstream. */
  answered(): void {
    this.#isAnswered = true;
    this.#watch.rest();
  }

  /** The exchange has ended: what the client still sends it should send, or the connection is of no use to anybody. */
  over(): void {
    this.#upstreamIsFull = false;
    if (!this.#options.request.readableEnded) this.#lookWhoseTurn();
  }

  /** Upstream has room again, or is gone: nothing waits for a socket that will never drain. */
  upstreamHasRoom(): void {
    this.#upstreamIsFull = false;
    this.#goOn();
  }

  #onData(chunk: Buffer): void {
    const { request, upstream, observer, isOver } = this.#options;
    this.#headIsOut = true;
    this.#isHeldBack = false;
    countReadBytes(chunk.length);
    if (isOver()) {
      this.#lookWhoseTurn();
      return;
    }
    const observerHasRoom = observer.requestData(chunk);
    this.#upstreamIsFull = !upstream.isDestroyed && !upstream.write(chunk);
    if (!observerHasRoom && !this.#observerIsFull) this.#waitForObserver();
    if (this.#upstreamIsFull || this.#observerIsFull) request.pause();
    this.#lookWhoseTurn();
  }

  #waitForObserver(): void {
    this.#observerIsFull = true;
    this.#options.observer.whenRoom(() => {
      this.#observerIsFull = false;
      this.#goOn();
    });
  }

  #goOn(): void {
    const { request } = this.#options;
    if (this.#upstreamIsFull || this.#observerIsFull || request.readableEnded) return;
    request.resume();
    this.#lookWhoseTurn();
  }

  #lookWhoseTurn(): void {
    const isClients = !this.#observerIsFull && !this.#isHeldBack && !this.#isConversation;
    const isSomebodys = !this.#isAnswered && (this.#upstreamIsFull || isClients);
    if (!this.#isGone && (this.#options.isOver() || isSomebodys)) this.#watch.begin();
    else this.#watch.rest();
  }

  #onEnd(): void {
    const { request, upstream, observer, isOver, onEnd } = this.#options;
    this.#watch.rest();
    if (isOver()) return;
    const trailers = request.rawTrailers;
    observer.requestEnd(trailers);
    upstream.end(trailers);
    onEnd();
  }
}
