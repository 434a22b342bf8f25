import { headerValue, headerValues, type RawHeaders } from './headers.ts';

/** A body as stored: bytes as sent on the wire (still content-encoded, no longer chunked). */
export interface BodyFacts {
  /** Bytes stored. */
  readonly sizeBytes: number;
  /** SHA-256 of the stored bytes, lower-case hex. */
  readonly sha256: string;
  /**
   * Not all of it is here. More of it went over the wire (`fullSizeBytes`): a capture limit cut it. No more did: its end
   * was never seen.
   */
  readonly truncated: boolean;
  /** Bytes that went over the wire; equal to `sizeBytes` unless truncated. */
  readonly fullSizeBytes: number;
}

export const emptyBodySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export const emptyBody: BodyFacts = { sizeBytes: 0, sha256: emptyBodySha256, truncated: false, fullSizeBytes: 0 };

export interface RequestFacts {
  readonly method: string;
  /** Request target as received: path and query, byte for byte. */
  readonly target: string;
  readonly httpVersion: string;
  readonly headers: RawHeaders;
  readonly trailers: RawHeaders;
  readonly body: BodyFacts;
}

/** How the end of a response body was marked on the wire. */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/** The framing of a response to a request of this method (RFC 9112 §6.3). */
export function framingOf(headers: RawHeaders, status: number, method: string): Framing {
  if (method === 'HEAD' || status === 204 || status === 304 || status < 200) return 'none';
  if (headerValue(headers, 'transfer-encoding') !== undefined) {
    // Other codings alone do not mark the end.
    return /(?:^|,)\s*chunked\s*$/i.test(headerValues(headers, 'transfer-encoding').join(',')) ? 'chunked' : 'close';
  }
  return headerValue(headers, 'content-length') === undefined ? 'close' : 'length';
}

export interface InformationalResponse {
  readonly status: number;
  /** Absent in older recordings. */
  readonly reason?: string;
  readonly headers: RawHeaders;
}

export interface ResponseFacts {
  readonly status: number;
  readonly reason: string;
  readonly httpVersion: string;
  readonly headers: RawHeaders;
  readonly trailers: RawHeaders;
  readonly body: BodyFacts;
  readonly framing: Framing;
  /** 1xx responses seen before this one, in order; 100 only where the request did not ask for it. */
  readonly informational: readonly InformationalResponse[];
}

/**
 * Why there is no complete response.
 * `client-aborted`: the client left first. `interrupted`: we stopped or crashed while it ran. `truncated`: upstream
 * closed in the middle of a body without a reset. `protocol`: upstream did not speak HTTP.
 */
export type FailureCode =
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'reset'
  | 'timeout'
  | 'tls'
  | 'protocol'
  | 'truncated'
  | 'client-aborted'
  | 'interrupted';

export interface ResponseOutcome extends ResponseFacts {
  readonly kind: 'response';
}

export interface FailureOutcome {
  readonly kind: 'failure';
  readonly code: FailureCode;
  readonly message: string;
  /** What had arrived when it failed, if a response head had. Its body is what arrived. */
  readonly response?: ResponseFacts;
  /** 1xx responses that came although no response head did. */
  readonly informational?: readonly InformationalResponse[];
}

/** What ended an exchange. `running` while nothing has yet. */
export type Outcome = ResponseOutcome | FailureOutcome;

/** The response, or what had arrived of one when it failed. */
export function responseOf(outcome: Outcome | undefined): ResponseFacts | undefined {
  return outcome?.kind === 'failure' ? outcome.response : outcome;
}

/** One request and its outcome, as a cassette holds it. */
export interface Exchange {
  /** Row id inside its cassette; never shown to people. */
  readonly id: number;
  readonly sessionId: number;
  readonly position: number;
  /** Name of the recorded target, `default` for a single one. */
  readonly targetName: string;
  /** Milliseconds since the epoch: arrival of the request head. */
  readonly startedAt: number;
  /** From the request head's arrival to the response head. Undefined while running or when none came. */
  readonly firstByteMs?: number;
  /** From the request head's arrival to the end. Undefined while running. */
  readonly durationMs?: number;
  readonly request: RequestFacts;
  /** Undefined while the exchange runs. */
  readonly outcome?: Outcome;
  /** Default match rules' key of the request (16 bytes, hex), with redacted slots masked. */
  readonly requestKey: string;
  /** Pseudonyms in the masked slots of the key, in canonical order; empty when nothing was redacted there. */
  readonly slots: readonly string[];
}

/** One line of a list: enough for a terminal line or a table row, no bodies. */
export interface ExchangeSummary {
  readonly sessionId: number;
  readonly session: string;
  readonly position: number;
  readonly method: string;
  /** After redaction. */
  readonly target: string;
  readonly targetName: string;
  readonly startedAt: number;
  readonly durationMs?: number;
  /** Undefined while running or when it failed without a response. */
  readonly status?: number;
  readonly failure?: FailureCode;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** A capture limit cut one of the bodies. */
  readonly truncated?: true;
  /** Content type of the response without parameters, lower case; empty when there is none. */
  readonly contentType: string;
}

/** One chunk of a streamed response: when it arrived and how long it was. */
export interface StreamMark {
  readonly offsetMs: number;
  readonly sizeBytes: number;
}

/** Methods that only read (RFC 9110 §9.2.1, RFC 4918 PROPFIND, RFC 3253 REPORT, RFC 5323 SEARCH, QUERY). All others are writes. */
const safeMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'PROPFIND',
  'REPORT',
  'SEARCH',
]);

export function isWrite(method: string): boolean {
  return !safeMethods.has(method);
}

/** Only a response that arrived whole and was stored whole may be served or judged as complete. */
export function isComplete(outcome: Outcome | undefined): outcome is ResponseOutcome {
  return outcome?.kind === 'response' && !outcome.body.truncated;
}

/** Its client or the end of the recording ended it, not the server: what had come of the response is not all there was. */
export function wasLeft(outcome: Outcome | undefined): outcome is FailureOutcome {
  return outcome?.kind === 'failure' && (outcome.code === 'client-aborted' || outcome.code === 'interrupted');
}
