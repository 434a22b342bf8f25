import type { ClientRequest } from './client-side.ts';
import type { HopObserver } from './hop-observer.ts';
import { countReadBytes } from './read-buffers.ts';
import type { UpstreamCall } from './upstream-call.ts';

export interface RequestPumpOptions {
  readonly request: ClientRequest;
  readonly upstream: UpstreamCall;
  readonly observer: HopObserver;
  /** The exchange has ended: only the client's connection matters, what still comes is read and dropped. */
  readonly isOver: () => boolean;
  /** Upstream and the observer have the whole request. */
  readonly onEnd: () => void;
}

/** Streams the body of one request to upstream, no faster than upstream and the observer take it. */
export class RequestPump {
  readonly #options: RequestPumpOptions;
  #headIsOut = false;
  #upstreamIsFull = false;
  #observerIsFull = false;

  constructor(options: RequestPumpOptions) {
    this.#options = options;
  }

  start(): void {
    const { request, upstream } = this.#options;
    request.on('data', (chunk: Buffer) => this.#onData(chunk));
    request.on('end', () => this.#onEnd());
    // Upstream may want to judge the head before it sees a body.
    setImmediate(() => {
      if (!this.#headIsOut && !upstream.isDestroyed && !upstream.isEnded) upstream.flushHead();
    });
  }

  /** Upstream has room again, or is gone: nothing waits for a socket that will never drain. */
  upstreamHasRoom(): void {
    this.#upstreamIsFull = false;
    this.#goOn();
  }

  #onData(chunk: Buffer): void {
    const { request, upstream, observer, isOver } = this.#options;
    this.#headIsOut = true;
    countReadBytes(chunk.length);
    if (isOver()) return;
    const observerHasRoom = observer.requestData(chunk);
    this.#upstreamIsFull = !upstream.isDestroyed && !upstream.write(chunk);
    if (!observerHasRoom && !this.#observerIsFull) this.#waitForObserver();
    if (this.#upstreamIsFull || this.#observerIsFull) request.pause();
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
    if (!this.#upstreamIsFull && !this.#observerIsFull && !request.readableEnded) request.resume();
  }

  #onEnd(): void {
    const { request, upstream, observer, isOver, onEnd } = this.#options;
    if (isOver()) return;
    const trailers = request.rawTrailers;
    observer.requestEnd(trailers);
    upstream.end(trailers);
    onEnd();
  }
}
