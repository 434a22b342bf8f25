import type { Comparable } from '../compare/compare-outcomes.ts';
import { type ServersAhead, serversAhead, type TimedHeaders } from '../compare/server-clock.ts';
import { headerValue } from '../model/headers.ts';
import { responseOf } from '../model/exchange.ts';

type Timed = Omit<Comparable, 'body'>;

/**
 * By how much the clocks of the servers are ahead of ours, in the recording and in the run, as the last response of each
 * with a `Date` told: answers to WebSockets often have none.
 */
export class ServerClocks {
  readonly #ahead = new Map<string, ServersAhead>();

  /** Of a server by the name of its target. */
  of(target: string): ServersAhead {
    return this.#ahead.get(target) ?? {};
  }

  remember(target: string, baseline: Timed, fresh: Timed): void {
    const [before, after] = [timedHeaders(baseline), timedHeaders(fresh)];
    const known = this.of(target);
    const seen = before && after ? serversAhead(before, after) : {};
    this.#ahead.set(target, { baseline: seen.baseline ?? known.baseline, fresh: seen.fresh ?? known.fresh });
  }
}

/** What came out of a cache tells when it was put in. */
function timedHeaders({ outcome, capturedAt, endedAt = capturedAt }: Timed): TimedHeaders | undefined {
  const headers = responseOf(outcome)?.headers;
  if (!headers || headerValue(headers, 'age') !== undefined) return undefined;
  return { headers, window: { startMs: capturedAt, endMs: endedAt } };
}
