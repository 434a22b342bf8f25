import type { RawHeaders } from '../model/headers.ts';
import type { BodyHash } from '../match/canonical-request.ts';
import type { ClientRequest } from './client-side.ts';
import { FirstMessage } from './grpc-first-message.ts';
import { grpcMessageSizes } from '../model/grpc-messages.ts';

/** What a client says in a gRPC call. */
export interface Listener {
  /** With its prefix. */
  readonly onMessage: (message: Buffer) => void;
  /** The client has ended its side, in the middle of a message if there is a rest. */
  readonly onEnd: () => void;
}

/** A gRPC call as it comes in: what has come is kept until it is known who shall hear it. */
export class GrpcRequest {
  readonly #request: ClientRequest;
  #held: Buffer[] = [];
  #hasEnded = false;
  #onData: ((chunk: Buffer) => void) | undefined;
  #onEnd: (() => void) | undefined;
  readonly #first = new FirstMessage();
  readonly #known = Promise.withResolvers<BodyHash | undefined>();

  constructor(request: ClientRequest) {
    this.#request = request;
    request.on('data', (chunk: Buffer) => {
      if (this.#onData) this.#onData(chunk);
      else this.#hold(chunk);
    });
    request.on('end', () => {
      this.#hasEnded = true;
      this.#known.resolve(this.#first.hash);
      this.#onEnd?.();
    });
  }

  /** Resolves with the first message, or undefined at the end of a request without one. Never when the client leaves before. */
  get first(): Promise<BodyHash | undefined> {
    return this.#known.promise;
  }

  listen({ onMessage, onEnd }: Listener): void {
    const sizesIn = grpcMessageSizes();
    let pieces: Buffer[] = [];
    this.#go({
      onData: (chunk) => {
        const sizes = sizesIn(chunk);
        pieces.push(chunk);
        if (sizes.length === 0) return;
        let all = Buffer.concat(pieces);
        for (const size of sizes) {
          onMessage(all.subarray(0, size));
          all = all.subarray(size);
        }
        pieces = all.length > 0 ? [all] : [];
      },
      onEnd,
    });
  }

  /** Resolves at its end; what it says is dropped. */
  drained(): Promise<void> {
    return new Promise((resolve) => this.#go({ onData: () => {}, onEnd: resolve }));
  }

  /** The same call as if nothing of it had been read yet. */
  rewound(rawHeaders: RawHeaders): ClientRequest {
    const request = this.#request;
    const onData: ((chunk: Buffer) => void)[] = [];
    const onEnd: (() => void)[] = [];
    let isFlowing = false;
    const start = (): void => {
      if (isFlowing) return;
      isFlowing = true;
      setImmediate(() =>
        this.#go({
          onData: (chunk) => onData.forEach((listener) => listener(chunk)),
          onEnd: () => onEnd.forEach((listener) => listener()),
        }),
      );
    };
    return {
      method: request.method,
      url: request.url,
      httpVersion: request.httpVersion,
      rawHeaders,
      endsWithHead: false,
      get rawTrailers() {
        return request.rawTrailers;
      },
      get readableEnded() {
        return request.readableEnded;
      },
      on: (event: 'data' | 'end' | 'close' | 'error', listener: (argument: never) => void) => {
        if (event === 'data') {
          onData.push(listener as (chunk: Buffer) => void);
          start();
        } else if (event === 'end') onEnd.push(listener as () => void);
        else request.on(event as 'close', listener as () => void);
      },
      pause: () => request.pause(),
      resume: () => request.resume(),
    };
  }

  #hold(chunk: Buffer): void {
    this.#held.push(chunk);
    this.#first.push(chunk);
    if (!this.#first.hash) return;
    this.#request.pause();
    this.#known.resolve(this.#first.hash);
  }

  #go({ onData, onEnd }: { readonly onData: (chunk: Buffer) => void; readonly onEnd: () => void }): void {
    this.#onData = onData;
    this.#onEnd = onEnd;
    const held = this.#held;
    this.#held = [];
    for (const chunk of held) onData(chunk);
    if (this.#hasEnded) onEnd();
    else this.#request.resume();
  }
}
