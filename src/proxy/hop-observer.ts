import type { Framing } from '../model/exchange.ts';
import type { RawHeaders } from '../model/headers.ts';
import type { HopFailure } from './hop-failure.ts';

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly httpVersion: string;
  /** As upstream sent them. */
  readonly headers: RawHeaders;
  readonly framing: Framing;
}

/** An interim response (RFC 9110 §15.2). */
export interface InterimHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: RawHeaders;
}

/**
 * Sees one exchange pass by. The data methods answer false when reading should wait until `whenRoom` calls back.
 * Exactly one of `responseEnd` and `failed` is the last call; `stored` is called once the exchange is durable.
 */
export interface HopObserver {
  readonly requestData: (chunk: Buffer) => boolean;
  readonly requestEnd: (trailers: RawHeaders) => void;
  readonly informational: (interim: InterimHead) => void;
  readonly responseHead: (head: ResponseHead) => void;
  readonly responseData: (chunk: Buffer) => boolean;
  /** After a 101: bytes of the new protocol, until `responseEnd`; none of them when that side has ended. */
  readonly conversationData: (direction: 'request' | 'response', chunk: Buffer) => boolean;
  readonly responseEnd: (trailers: RawHeaders, stored?: () => void) => void;
  readonly failed: (failure: HopFailure, stored?: () => void) => void;
  readonly whenRoom: (resume: () => void) => void;
}

/** For traffic that is passed on without being captured. */
export const blindObserver: HopObserver = {
  requestData: () => true,
  requestEnd: () => {},
  informational: () => {},
  responseHead: () => {},
  responseData: () => true,
  conversationData: () => true,
  responseEnd: (_trailers, stored) => stored?.(),
  failed: (_failure, stored) => stored?.(),
  whenRoom: (resume) => resume(),
};
