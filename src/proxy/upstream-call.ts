import type { Framing } from '../model/exchange.ts';
import type { RawHeaders } from '../model/headers.ts';

/** The head of a request as upstream shall get it. */
export interface CallHead {
  readonly method: string;
  /** Path and query, behind the target's base path. */
  readonly path: string;
  /** Without what belongs to the client's connection; Host in its place. */
  readonly headers: RawHeaders;
  readonly hasBody: boolean;
  /** HTTP version the client speaks. */
  readonly clientVersion: string;
}

/** Upstream's response: the head now, the body as events. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly reason: string;
  readonly httpVersion: string;
  readonly rawHeaders: RawHeaders;
  readonly framing: Framing;
  /** Complete once `end` has come. */
  readonly rawTrailers: RawHeaders;
  /** The end of the body was seen, not just the end of the connection. */
  readonly isComplete: boolean;
  readonly on: {
    (event: 'data', listener: (chunk: Buffer) => void): unknown;
    (event: 'end', listener: () => void): unknown;
    (event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  };
  readonly pause: () => unknown;
  readonly resume: () => unknown;
}

export interface CallEvents {
  readonly onAnswer: (answer: UpstreamAnswer, call: UpstreamCall) => void;
  /** 1xx other than 100 and 101. */
  readonly onInterim: (interim: {
    readonly status: number;
    readonly reason: string;
    readonly headers: RawHeaders;
  }) => void;
  readonly onContinue: () => void;
  readonly onDrain: () => void;
  readonly onError: (error: NodeJS.ErrnoException, call: UpstreamCall) => void;
  readonly onClose: (call: UpstreamCall) => void;
}

/** One request on its way to upstream, whatever carries it. */
export interface UpstreamCall {
  readonly isDestroyed: boolean;
  readonly isEnded: boolean;
  /** The connection has carried requests before: it may be dead without anybody's fault. */
  readonly isOnReusedConnection: boolean;
  /** False when upstream is full: `onDrain` tells when there is room again. */
  readonly write: (chunk: Buffer) => boolean;
  /** Sends the head without waiting for a body. */
  readonly flushHead: () => void;
  readonly end: (trailers: RawHeaders) => void;
  /** At once, without a clean end. */
  readonly destroy: () => void;
}

/** Begins a call. `fresh`: on a connection of its own. Throws when the head cannot be written; then nothing was. */
export type OpenCall = (head: CallHead, events: CallEvents, connection: 'kept' | 'fresh') => UpstreamCall;
