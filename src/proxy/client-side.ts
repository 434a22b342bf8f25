import { STATUS_CODES } from 'node:http';
import type { Framing } from '../model/exchange.ts';
import { headerValue, type RawHeaders } from '../model/headers.ts';

/** How a request got to us. The requests of one connection share one of these. */
export interface Arrival {
  readonly scheme: 'http' | 'https';
  /** `host:port` of the CONNECT it came through; undefined for a client that talks to us directly. */
  readonly connectedTo: string | undefined;
  /** User name that the client gave with that CONNECT. */
  readonly proxyUser?: string;
}

/** A request as its client sent it, over HTTP/1.x or HTTP/2: the head now, the body as events. */
export interface ClientRequest {
  readonly method: string;
  /** Request target as sent; in HTTP/2 the `:path`. */
  readonly url: string;
  readonly httpVersion: string;
  /** In HTTP/2 without pseudo headers; `:authority` stands first, as `host`. */
  readonly rawHeaders: RawHeaders;
  /** Complete once `end` has come. */
  readonly rawTrailers: RawHeaders;
  readonly readableEnded: boolean;
  /** HTTP/2 only: the head was the whole request. */
  readonly endsWithHead?: boolean;
  readonly on: {
    (event: 'data', listener: (chunk: Buffer) => void): unknown;
    (event: 'end' | 'close', listener: () => void): unknown;
    (event: 'error', listener: (error: Error) => void): unknown;
  };
  readonly pause: () => unknown;
  readonly resume: () => unknown;
}

export interface AnswerHead {
  readonly status: number;
  /** Has no place in HTTP/2. */
  readonly reason: string;
  /** Upstream's own; what belongs to its connection only is taken out. */
  readonly headers: RawHeaders;
  readonly framing: Framing;
  /** This object is handed over again and again: what is derived from it may be kept with it. */
  readonly isLasting?: true;
}

/** The way back to one client, over HTTP/1.x or HTTP/2. */
export interface ClientResponse {
  /** A head was handed over. */
  readonly isStarted: boolean;
  /** Closed: answered to the end, or the client left. */
  readonly isGone: boolean;
  /** Calls back at once, or when the requests pipelined before this one have been answered. */
  readonly onTurn: (begin: () => void) => void;
  /** These two: the returned function takes the listener away again. */
  readonly onClose: (listener: () => void) => () => void;
  readonly onDrain: (listener: () => void) => () => void;
  /** `100 Continue`. */
  readonly sendContinue: () => void;
  /** Another 1xx; left out where the client's protocol has none. Throws when it cannot be written. */
  readonly sendInterim: (interim: {
    readonly status: number;
    readonly reason: string;
    readonly headers: RawHeaders;
  }) => void;
  /** Hands the head over; it leaves with the first bytes or with `flush`. Throws when it cannot be written; then nothing was. */
  readonly start: (head: AnswerHead) => void;
  readonly flush: () => void;
  /** False when the client is full: `onDrain` tells when there is room again. */
  readonly write: (chunk: Buffer) => boolean;
  /**
   * Trailers are left out where they have no place. Ones that cannot be written throw over HTTP/1.x, where the end is
   * still to be told; over HTTP/2 the stream is reset.
   */
  readonly end: (chunk: Buffer | undefined, trailers: RawHeaders) => void;
  /**
   * Sends what was written, then breaks off so that nobody takes it for the whole: never a clean end, never a hang.
   * `resetCode`: the error code for a client over HTTP/2.
   */
  readonly cut: (resetCode?: number) => void;
  /**
   * Sends what was written, then resets: the connection over HTTP/1.x, this stream over HTTP/2. Before the head nothing
   * is sent.
   */
  readonly reset: () => void;
  /** Over HTTP/2: one request can be reset, before its answer too, without harm to the others. */
  readonly canReset: boolean;
  /** At once, whatever is still on its way to the client. */
  readonly destroy: () => void;
  /** Nothing more will come: a client that ends its side, which otherwise may still wait for an answer, has left. */
  readonly cutWithClient: () => void;
  /**
   * Before the head: finds out whether a client that has ended its side left or waits for the answer, which looks the
   * same. One that left then closes.
   */
  readonly askWhetherThere: () => void;
  /** Nothing more is read from this connection once the answer is out. */
  readonly endConnection: () => void;
}

/** Does the head announce a body (RFC 9112 §6.3, RFC 9113 §8.1)? */
export function hasBody(request: Pick<ClientRequest, 'rawHeaders' | 'endsWithHead'>): boolean {
  if (request.endsWithHead !== undefined) return !request.endsWithHead;
  const length = headerValue(request.rawHeaders, 'content-length');
  return (length !== undefined && length !== '0') || headerValue(request.rawHeaders, 'transfer-encoding') !== undefined;
}

/** HTTP/2 has no reason phrases; a client over HTTP/1.x is used to one. */
export function reasonOf(head: {
  readonly status: number;
  readonly reason: string;
  readonly httpVersion: string;
}): string {
  return head.httpVersion === '2.0' ? (STATUS_CODES[head.status] ?? '') : head.reason;
}

/** In the shape Node's `addTrailers` takes, order and duplicates kept. */
export function trailerPairs(trailers: RawHeaders): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < trailers.length; i += 2) pairs.push([trailers[i]!, trailers[i + 1]!]);
  return pairs;
}

/** Resolves at the next drain, or when the client is gone. */
export function drained(response: ClientResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      forgetDrain();
      forgetClose();
      resolve();
    };
    const forgetDrain = response.onDrain(done);
    const forgetClose = response.onClose(done);
    if (response.isGone) done();
  });
}
