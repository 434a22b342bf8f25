import type { ExchangeSummary } from './exchange.ts';

/** An exchange that was stored or served. */
export interface LiveExchange extends ExchangeSummary {
  /** Of a replay: the number of the answer, to ask why it was given. */
  readonly answer?: number;
}

export type Mode = 'record' | 'replay' | 'passthrough';

export interface LiveStatus {
  readonly mode: Mode;
  readonly cassettePath: string;
  readonly session: string;
  readonly targets: readonly { readonly name: string; readonly url: string; readonly upstream?: string }[];
  /** Exchanges stored (record) or served (replay) since the start. */
  readonly exchanges: number;
  readonly misses: number;
  /** Warning in force, for example that recording is paused. */
  readonly warning?: string;
}

/** What happens in the running proxy, for the review UI beside it. Wired by cli; never a socket between them. */
export interface LiveFeed {
  readonly status: () => LiveStatus;
  /** Calls back with each group of stored or served exchanges; the returned function ends the subscription. */
  readonly subscribe: (onExchanges: (exchanges: readonly LiveExchange[]) => void) => () => void;
}
