import type { KeyedRequest } from './canonical-request.ts';
import { type Counting, type DescribedDifferences, describeDifferences } from './describe-differences.ts';

/** A recording that failed to match. */
export interface NearMiss<R extends KeyedRequest> extends DescribedDifferences {
  readonly recorded: R;
}

/**
 * The recordings nearest to an incoming request, nearest first; equally near ones in the order given. They explain a
 * miss: nothing is ever served because it is near.
 */
export function nearest<R extends KeyedRequest>(
  incoming: { readonly request: KeyedRequest; readonly countingFor: (recorded: R) => Counting },
  recorded: readonly R[],
  limit: number,
): NearMiss<R>[] {
  return recorded
    .map((candidate) => ({
      recorded: candidate,
      ...describeDifferences(candidate, incoming.request, incoming.countingFor(candidate)),
    }))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, limit);
}
