import type { ServerResponse } from 'node:http';
import { problemOf } from '../base/errors.ts';
import type { FailureCode } from '../model/exchange.ts';

/**
 * Why the hop to upstream brought no complete response. Code and message are recorded, and are all that the answer to
 * the client is made of, so that a replayed failure has the same bytes as the live one.
 */
export interface HopFailure {
  readonly code: FailureCode;
  /** Names the upstream and the cause in words. */
  readonly message: string;
}

const byErrno: Readonly<Record<string, readonly [code: FailureCode, words: string]>> = {
  ECONNREFUSED: ['refused', 'refused the connection'],
  ENOTFOUND: ['dns', 'has no address: the name does not resolve'],
  EAI_AGAIN: ['dns', 'has no address: the name server did not answer'],
  EHOSTUNREACH: ['unreachable', 'cannot be reached: no route to the host'],
  ENETUNREACH: ['unreachable', 'cannot be reached: no route to the network'],
  EADDRNOTAVAIL: ['unreachable', 'cannot be reached: the address is not available'],
  EACCES: ['unreachable', 'cannot be reached: connecting is not permitted'],
  ETIMEDOUT: ['timeout', 'did not accept the connection in time'],
  ECONNRESET: ['reset', 'closed the connection without an answer'],
  ECONNABORTED: ['reset', 'closed the connection without an answer'],
  EPIPE: ['reset', 'closed the connection while the request was being sent'],
  HPE_HEADER_OVERFLOW: ['protocol', 'sent a response head over the limit of 256 KiB'],
};

/** An error of Node's HTTP client or of the TLS layer in our words. `upstream` is the target's origin. */
export function hopFailureOf(error: unknown, upstream: string): HopFailure {
  const cause = firstCause(error);
  const errno = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  const known = byErrno[errno];
  if (known) return { code: known[0], message: `upstream ${upstream} ${known[1]} (${errno})` };
  if (errno.startsWith('HPE_')) {
    const reason = (cause as { reason?: string }).reason ?? errno;
    return { code: 'protocol', message: `upstream ${upstream} did not answer in HTTP: ${reason} (${errno})` };
  }
  if (isTlsProblem(errno)) {
    return { code: 'tls', message: `upstream ${upstream} has no valid TLS: ${problemOf(cause)} (${errno})` };
  }
  return { code: 'reset', message: `upstream ${upstream} failed: ${problemOf(cause)}` };
}

/** With several addresses Node reports one error for all of them; the first says what a person needs. */
function firstCause(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
}

function isTlsProblem(errno: string): boolean {
  return /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH$|INVALID_CA$|CRL_)/.test(
    errno,
  );
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
export function answerHopFailure(response: ServerResponse, failure: HopFailure): void {
  answerProblem(response, statusOfFailure(failure.code), { code: failure.code, detail: failure.message });
}

/** Answers with a problem of our own; does nothing when a head is already out. */
export function answerProblem(
  response: ServerResponse,
  status: number,
  problem: { readonly code: string; readonly detail: string },
): void {
  if (response.headersSent || response.destroyed) return;
  const { reason, headers, body } = formatProblem(status, problem);
  response.sendDate = false;
  response.writeHead(status, reason, [...headers]);
  response.end(body);
}
