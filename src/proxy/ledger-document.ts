import type { MissFacts } from '../model/proxy-control.ts';
import type { Ledger, LedgerSummary } from './ledger.ts';
import type { LayerSource } from './replay-layer.ts';
import { type FailReason, failuresOf } from './replay-verdict.ts';

/** A ledger as programs read it; fields are only ever added. */
export interface LedgerFacts extends Omit<LedgerSummary, 'missList'> {
  readonly missList: readonly MissFacts[];
}

export interface LedgerDocument extends LedgerFacts {
  readonly schema: 'retake.ledger/1';
  /** What is replayed, the one that is asked first at the front. */
  readonly sessions: readonly { readonly cassette: string; readonly session: string }[];
  readonly verdict: 'passed' | 'failed';
  readonly failOn: readonly FailReason[];
  /** What of `failOn` applies. */
  readonly failed: readonly FailReason[];
}

export function ledgerFacts({ missList, ...rest }: LedgerSummary): LedgerFacts {
  return { ...rest, missList: missList.map(({ report, answer, count }) => ({ ...report, answer, count })) };
}

/** What one lane did; undefined where nothing came into it. */
export function laneLedgerDocument(ledger: Ledger, lane: string): object | undefined {
  const { lanes, missList, relaxationList } = ledgerFacts(ledger.summary([]));
  const counts = lanes.find(({ name }) => name === lane);
  if (!counts) return undefined;
  const { name: _, ...rest } = counts;
  return {
    schema: 'retake.ledger/1',
    lane,
    ...rest,
    missList: missList.filter((miss) => miss.lane === lane),
    relaxationList: relaxationList.filter((relaxation) => relaxation.lane === lane),
  };
}

/** The whole ledger, for a file or for the API. */
export function ledgerDocument(
  summary: LedgerSummary,
  { layers, failOn }: { readonly layers: readonly LayerSource[]; readonly failOn: ReadonlySet<FailReason> },
): LedgerDocument {
  const failed = failuresOf(summary, failOn);
  return {
    schema: 'retake.ledger/1',
    sessions: layers.map(({ cassette, session }) => ({ cassette, session: session.name })),
    verdict: failed.length === 0 ? 'passed' : 'failed',
    failOn: [...failOn],
    failed,
    ...ledgerFacts(summary),
  };
}
