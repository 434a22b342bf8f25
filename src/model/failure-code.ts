import type { FailureCode } from './exchange.ts';

const byErrno: Readonly<Record<string, FailureCode>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  EPROTO: 'tls',
  ERR_HTTP2_ERROR: 'protocol',
  H2_NOT_SPOKEN: 'protocol',
  H2_PROTOCOL_ERROR: 'protocol',
};

const tlsErrno = /^(?:ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH$|INVALID_CA$|CRL_)/;

/** The failure that the `code` of an error of Node's sockets, HTTP parser or TLS layer stands for; undefined for others. */
export function failureCodeOf(errno: string): FailureCode | undefined {
  if (errno.startsWith('HPE_')) return 'protocol';
  return byErrno[errno] ?? (tlsErrno.test(errno) ? 'tls' : undefined);
}
