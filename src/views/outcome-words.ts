import type { FailureCode } from '../model/exchange.ts';

/** Colour family of a status or verdict. Always shown beside words, never alone. */
export type Tone = 'good' | 'info' | 'warn' | 'bad';

export function statusTone(status: number): Tone {
  if (status < 200) return 'info';
  if (status < 300) return 'good';
  if (status < 400) return 'info';
  return status < 500 ? 'warn' : 'bad';
}

interface FailureWords {
  /** Fits into a table cell. */
  readonly short: string;
  /** What happened, in one sentence. */
  readonly sentence: string;
}

const words: Readonly<Record<FailureCode, FailureWords>> = {
  dns: { short: 'no such host', sentence: 'The name of the upstream host could not be resolved.' },
  refused: { short: 'refused', sentence: 'Upstream refused the connection: nothing listened on that port.' },
  unreachable: { short: 'unreachable', sentence: 'The upstream host could not be reached.' },
  reset: { short: 'reset', sentence: 'Upstream reset the connection before the response was complete.' },
  timeout: { short: 'timeout', sentence: 'Upstream did not answer in time.' },
  tls: { short: 'TLS error', sentence: 'The TLS handshake with upstream failed.' },
  protocol: { short: 'not HTTP', sentence: 'What upstream sent was not valid HTTP.' },
  truncated: { short: 'cut off', sentence: 'Upstream closed the connection in the middle of the body.' },
  'client-aborted': {
    short: 'client left',
    sentence: 'The client closed its connection before the response was complete.',
  },
  interrupted: { short: 'interrupted', sentence: 'The recorder stopped while this exchange was running.' },
};

export function failureWords(code: FailureCode): FailureWords {
  return words[code];
}
