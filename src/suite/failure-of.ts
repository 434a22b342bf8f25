import type { FailureCode } from '../model/exchange.ts';

const codes: Readonly<Record<string, FailureCode>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  ETIMEDOUT: 'timeout',
  EPROTO: 'tls',
  RETAKE_INTERRUPTED: 'interrupted',
  RETAKE_TRUNCATED: 'truncated',
};

const certificateProblem = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** What Node says when a request ends without a response, as one of our failure codes with its words. */
export function failureOf(problem: Error): { readonly code: FailureCode; readonly message: string } {
  const errno = (problem as NodeJS.ErrnoException).code ?? '';
  const code = codes[errno] ?? (certificateProblem.test(errno) ? 'tls' : 'protocol');
  // Several addresses tried (`localhost` as ::1 and 127.0.0.1): Node's own text is then empty.
  const inner = problem instanceof AggregateError ? (problem.errors as Error[]).map((one) => one.message) : [];
  return { code, message: problem.message || inner.join('; ') || errno };
}
