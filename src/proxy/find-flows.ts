import { FlowFinder } from '../correlate/flow-finder.ts';
import { type BodyFacts, isComplete } from '../model/exchange.ts';
import type { ValueFlow } from '../model/flow.ts';
import type { RawHeaders } from '../model/headers.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { isScannable } from './open-exchange.ts';

/** Larger documents issue lists, not the ids and tokens that later requests need; parsing them would delay the stop. */
const maxBodyBytes = 1024 * 1024;

/** The value flows of a recorded session, in one pass over what is stored. */
export function findFlows(reads: Pick<CassetteReads, 'exchanges' | 'body'>, sessionId: number): ValueFlow[] {
  const finder = new FlowFinder();
  const bodyOf = (headers: RawHeaders, body: BodyFacts): Buffer | undefined => {
    if (body.sizeBytes === 0 || body.sizeBytes > maxBodyBytes || !isScannable(headers)) return undefined;
    return reads.body(body.sha256);
  };
  for (const { position, request, outcome } of reads.exchanges(sessionId)) {
    finder.addExchange({
      position,
      method: request.method,
      target: request.target,
      requestHeaders: request.headers,
      requestBody: bodyOf(request.headers, request.body),
      ...(isComplete(outcome)
        ? {
            response: {
              status: outcome.status,
              headers: outcome.headers,
              body: bodyOf(outcome.headers, outcome.body),
            },
          }
        : {}),
    });
  }
  return finder.flows();
}
