import type { ResponseFacts } from '../model/exchange.ts';
import { headerValue, type RawHeaders, toPairs } from '../model/headers.ts';
import { mediaType } from '../model/content-shape.ts';
import type { Severity } from '../model/verdict.ts';

const ok = '0';
const statusNames = new Set(['grpc-status', 'grpc-message', 'grpc-status-details-bin']);

/** A call that fails where it did not, or no longer fails, is another outcome, as a 500 is another than a 200. */
export function grpcStatusSeverity(before: string | undefined, after: string | undefined): Severity {
  if (before === undefined && after === ok) return 'added';
  return (before === ok) === (after === ok) && before !== undefined && after !== undefined ? 'changed' : 'broken';
}

type HeadAndEnd = Pick<ResponseFacts, 'headers' | 'trailers'>;

/**
 * Headers and trailers of two answers with the status of a gRPC call at one place: an answer without messages has it in
 * its head ("Trailers-Only" of gRPC over HTTP/2), any other at its end. Where one has it here and the other there, both
 * have it at the end.
 */
export function withStatusAtEnd(before: HeadAndEnd, after: HeadAndEnd): readonly [HeadAndEnd, HeadAndEnd] {
  const isElsewhere = isTrailersOnly(before) !== isTrailersOnly(after);
  return isElsewhere ? [statusAtEnd(before), statusAtEnd(after)] : [before, after];
}

function isTrailersOnly({ headers }: HeadAndEnd): boolean {
  return mediaType(headers).startsWith('application/grpc') && headerValue(headers, 'grpc-status') !== undefined;
}

function statusAtEnd(side: HeadAndEnd): HeadAndEnd {
  if (!isTrailersOnly(side)) return side;
  const take = (wanted: 'status' | 'rest'): RawHeaders =>
    toPairs(side.headers)
      .filter(([name]) => statusNames.has(name.toLowerCase()) === (wanted === 'status'))
      .flat();
  return { headers: take('rest'), trailers: [...side.trailers, ...take('status')] };
}
