import type { ExchangeSummary } from '../model/exchange.ts';
import type { InjectedFault } from '../model/fault.ts';
import type { WhyServed } from '../model/why-served.ts';
import type { AnswerChange } from './answer-body.ts';
import type { MissAnswer } from './ledger.ts';
import type { MissReport } from './miss.ts';
import type { ReplayRelaxation } from './replay-found.ts';

/** What a replay tells of single requests. */
export type ReplayEvent =
  | {
      readonly kind: 'hit';
      readonly address: string;
      readonly lane: string;
      /** The recording, with the time and duration of this answer. */
      readonly exchange: ExchangeSummary;
      readonly relaxations: readonly ReplayRelaxation[];
      /** What of the answer was not as recorded. */
      readonly changes: readonly AnswerChange[];
      /** Why this recording. Made when it is asked for. */
      readonly why: () => WhyServed;
    }
  | { readonly kind: 'miss'; readonly report: MissReport; readonly answer: MissAnswer }
  | { readonly kind: 'fault'; readonly injected: InjectedFault };
