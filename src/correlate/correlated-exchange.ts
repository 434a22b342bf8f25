import type { RawHeaders } from '../model/headers.ts';

/** One exchange as the search for value flows needs it, as it is stored (redacted). */
export interface CorrelatedExchange {
  readonly position: number;
  readonly method: string;
  readonly target: string;
  readonly requestHeaders: RawHeaders;
  /** Undefined: none, or too large to look into. */
  readonly requestBody: Buffer | undefined;
  /** Undefined when there was no complete response. */
  readonly response?: {
    readonly status: number;
    readonly headers: RawHeaders;
    readonly body: Buffer | undefined;
  };
}
