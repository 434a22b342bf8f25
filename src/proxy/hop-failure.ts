import { problemOf } from '../base/errors.ts';
import type { FailureCode } from '../model/exchange.ts';
import { failureCodeOf } from '../model/failure-code.ts';
import type { ClientResponse } from './client-side.ts';
import { resetCodeOf } from './http2-reset.ts';

/** `code` of the error a connection to ourselves ends with. */
export const loopErrno = 'RETAKE_LOOP';

/** `code` of the error for a proxy that does not let us through. */
export const proxyErrno = 'RETAKE_PROXY';

/**
 * Why the hop to upstream brought no complete response. Code and message are recorded, and are all that the answer to
 * the client is made of, so that a replayed failure has the same bytes as the live one.
 */
export interface HopFailure {
  readonly code: FailureCode;
  /** Names the upstream and the cause in words. */
  readonly message: string;
}

const wordsOfErrno: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'has no address: the name does not resolve',
  EAI_AGAIN: 'has no address: the name server did not answer',
  EHOSTUNREACH: 'cannot be reached: no route to the host',
  ENETUNREACH: 'cannot be reached: no route to the network',
  EHOSTDOWN: 'cannot be reached: the host is down',
  EADDRNOTAVAIL: 'cannot be reached: the address is not available',
  EACCES: 'cannot be reached: connecting is not permitted',
  ETIMEDOUT: 'did not accept the connection in time',
  ECONNRESET: 'closed the connection without an answer',
  ECONNABORTED: 'closed the connection without an answer',
  EPIPE: 'closed the connection while the request was being sent',
  H2_NOT_SPOKEN: 'does not speak HTTP/2',
  H2_NOT_SENT: 'closed the connection before the request was sent',
  HPE_HEADER_OVERFLOW: 'sent a response head over the limit of 256 KiB',
};

/** An error of Node's HTTP client or of the TLS layer in our words. `upstream` is the target's origin. */
export function hopFailureOf(error: unknown, upstream: string): HopFailure {
  const cause = firstCause(error);
  const errno = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  const via = (error as { readonly via?: string } | undefined)?.via;
  const who = via === undefined ? `upstream ${upstream}` : `proxy ${via} on the way to ${upstream}`;
  if (errno === proxyErrno) return { code: 'unreachable', message: `${who} ${problemOf(cause)}` };
  const code = failureCodeOf(errno) ?? 'reset';
  return { code, message: `${who} ${wordsOf(code, errno, cause)}` };
}

/** A connection that led back to us, through which no request may go; undefined for other errors. */
export function loopFailureOf(error: NodeJS.ErrnoException, upstream: string): HopFailure | undefined {
  if (error.code !== loopErrno) return undefined;
  const { via } = error as { readonly via?: string };
  const message =
    via === undefined
      ? `target ${upstream} leads back to this proxy`
      : `proxy ${via} on the way to ${upstream} is this proxy itself; name another with --upstream-proxy, or none`;
  return { code: 'unreachable', message };
}

/**
 * What broke a response body off: `error` is told by the body itself, `connection` by its connection, if that had one.
 * `upstream` is the target's origin.
 */
export function bodyFailureOf(error: Error, connection: Error | undefined, upstream: string): HopFailure {
  const cause = (connection ?? error) as NodeJS.ErrnoException;
  if (cause.code?.startsWith('H2_')) return hopFailureOf(cause, upstream);
  if (cause.code?.startsWith('HPE_') || cause.code === 'ERR_HTTP2_ERROR') {
    return { code: 'protocol', message: `upstream ${upstream} broke the framing of its response: ${cause.message}` };
  }
  return connection
    ? { code: 'reset', message: `upstream ${upstream} reset the connection in the middle of the response body` }
    : { code: 'truncated', message: `upstream ${upstream} closed the connection in the middle of the response body` };
}

function wordsOf(code: FailureCode, errno: string, cause: unknown): string {
  const known = wordsOfErrno[errno];
  if (known !== undefined) return `${known} (${errno})`;
  if (errno.startsWith('H2_')) return `reset the stream (${errno})`;
  if (code === 'protocol') {
    return `did not answer in HTTP: ${(cause as { reason?: string }).reason ?? errno} (${errno})`;
  }
  if (code === 'tls') return `has no valid TLS: ${tlsProblem(errno, cause)} (${errno})`;
  return `failed: ${problemOf(cause)}`;
}

const wordsOfTlsErrno: Readonly<Record<string, string>> = {
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'it asks for a certificate of its client; show one with --client-cert FILE --client-key FILE',
  ERR_SSL_WRONG_VERSION_NUMBER: 'what came back is not TLS; perhaps it speaks http:// there',
};

/** OpenSSL's own text holds a pointer, places in its source and a line feed; the reason is the part a person needs. */
function tlsProblem(errno: string, cause: unknown): string {
  return wordsOfTlsErrno[errno] ?? (cause as { reason?: string }).reason ?? problemOf(cause).trim();
}

/** With several addresses Node reports one error for all of them; the first says what a person needs. */
function firstCause(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
}

/** 504 when time ran out, else 502 (RFC 9110 §15.6.3 and §15.6.5). */
export function statusOfFailure(code: FailureCode): 502 | 504 {
  return code === 'timeout' ? 504 : 502;
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
  504: 'Gateway Timeout',
  508: 'Loop Detected',
};

/** A complete problem+json message (RFC 9457): the flat headers and the body. */
export function formatProblem(
  status: number,
  problem: { readonly code: string; readonly detail: string },
): { readonly reason: string; readonly headers: readonly string[]; readonly body: Buffer } {
  const reason = titles[status] ?? 'Error';
  const body = Buffer.from(
    `${JSON.stringify({ type: 'about:blank', title: reason, status, code: problem.code, detail: problem.detail })}\n`,
  );
  const headers = [
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    String(body.length),
    'x-retake-failure',
    problem.code,
  ];
  return { reason, headers, body };
}

/** Answers the client for a hop that failed before a response head was passed on. */
export function answerHopFailure(response: ClientResponse, failure: HopFailure): void {
  const resetCode = response.canReset ? resetCodeOf(failure) : undefined;
  if (resetCode !== undefined) {
    response.cut(resetCode);
    return;
  }
  answerProblem(response, statusOfFailure(failure.code), { code: failure.code, detail: failure.message });
}

/** Answers with a problem of our own; does nothing when a head is already out. */
export function answerProblem(
  response: ClientResponse,
  status: number,
  problem: { readonly code: string; readonly detail: string },
): void {
  if (response.isStarted || response.isGone) return;
  const { reason, headers, body } = formatProblem(status, problem);
  response.start({ status, reason, headers, framing: 'length' });
  response.end(body, []);
}
