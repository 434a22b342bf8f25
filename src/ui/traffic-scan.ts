import { setImmediate } from 'node:timers/promises';
import type { ExchangeSummary } from '../model/exchange.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';

/** Rows on one page of the list. */
export const pageRows = 200;

/** Read between two turns of the event loop: a recorder in this process must not wait for a search. */
const batchRows = 1_000;

export interface ScanRequest {
  readonly sessionId: number;
  /** First position of the rows wanted. */
  readonly from: number;
  /** First position that counts for `matching`; at most `from`. */
  readonly countFrom: number;
  /** All rows match when undefined. */
  readonly matches: ((exchange: ExchangeSummary) => boolean) | undefined;
  readonly limit: number;
}

export interface Scanned {
  readonly rows: readonly ExchangeSummary[];
  /** Position after the last row looked at for `rows`: where the next page begins. */
  readonly next: number;
  /** Rows that match, from `countFrom` to the end of the session. */
  readonly matching: number;
  /** Is there a match after `rows`? */
  readonly hasMore: boolean;
}

/** One page of a session's exchanges, in order of position, and how many there are. */
export async function scanTraffic(reader: CassetteReader, request: ScanRequest): Promise<Scanned> {
  const { sessionId, from, matches, limit } = request;
  if (!matches) {
    const rows = reader.summaries(sessionId, { from, limit });
    // While a session is recorded its positions may have gaps, so the last one stands for the number.
    const end = (reader.tail(sessionId, 1)[0]?.position ?? -1) + 1;
    const next = (rows.at(-1)?.position ?? from - 1) + 1;
    return { rows, next, matching: Math.max(0, end - request.countFrom), hasMore: next < end };
  }
  const rows: ExchangeSummary[] = [];
  let next = from;
  let matching = 0;
  let hasMore = false;
  for (let at = request.countFrom; ; await setImmediate()) {
    const batch = reader.summaries(sessionId, { from: at, limit: batchRows });
    for (const row of batch) {
      if (!matches(row)) continue;
      matching++;
      if (row.position < from) continue;
      if (rows.length < limit) {
        rows.push(row);
        next = row.position + 1;
      } else hasMore = true;
    }
    if (batch.length < batchRows) return { rows, next, matching, hasMore };
    at = batch.at(-1)!.position + 1;
  }
}
