import { mayHoldValues } from '../correlate/body-leaves.ts';
import type { CorrelatedExchange } from '../correlate/correlated-exchange.ts';
import { FlowFinder } from '../correlate/flow-finder.ts';
import { UsedFilter } from '../correlate/used-filter.ts';
import { draftNameOf, isDraftName } from '../model/address.ts';
import {
  type BodyFacts,
  type Exchange,
  isComplete,
  type Outcome,
  type ResponseFacts,
  wasLeft,
} from '../model/exchange.ts';
import type { ValueFlow } from '../model/flow.ts';
import type { RawHeaders } from '../model/headers.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';

type Reads = Pick<CassetteReads, 'exchanges' | 'body' | 'sessions' | 'redactedSlots'>;

/** Larger documents issue lists, not the ids and tokens that later requests need; parsing them would delay the stop. */
const maxBodyBytes = 1024 * 1024;

/** Of another recording this much is looked at, to confirm what this one only suggests: a fraction of a second. */
const maxWitnessed = 1000;

/**
 * The value flows of a recorded session, in two passes over what is stored: what requests use, then what of it responses
 * had issued. Another session of the cassette confirms ways that names do not explain.
 *
 * `pseudonym`: of the project's key. A value that is a secret by name in a request may have been issued where nothing
 * says so, in a page for example, and stands there as it is.
 */
export function findFlows(reads: Reads, sessionId: number, pseudonym?: (value: string) => string): ValueFlow[] {
  const filter = new UsedFilter();
  for (const exchange of reads.exchanges(sessionId)) filter.addRequest(requestOf(reads, exchange));
  const pseudonymOf = pseudonym && secretsSent(reads, sessionId, pseudonym);
  const finder = new FlowFinder({ isUsed: (value) => filter.has(value), pseudonymOf });
  for (const exchange of reads.exchanges(sessionId)) finder.addExchange(correlated(reads, exchange));
  const other = witnessFor(reads, sessionId);
  if (!other) return finder.flows();
  const witness = new FlowFinder();
  let seen = 0;
  for (const exchange of reads.exchanges(other.id)) {
    witness.addExchange(correlated(reads, exchange));
    if (++seen === maxWitnessed) break;
  }
  return finder.flows({ session: other.name, witness: witness.witness() });
}

/** Pseudonyms that requests hold, by raw value. They are as long as what they stand for, so few values are asked about. */
function secretsSent(
  reads: Reads,
  sessionId: number,
  pseudonym: (value: string) => string,
): ((value: string) => string | undefined) | undefined {
  const slots = reads.redactedSlots(sessionId).filter(({ side }) => side === 'request');
  const sent = new Set(slots.map((slot) => slot.pseudonym));
  const lengths = new Set(Array.from(sent, ({ length }) => length));
  if (sent.size === 0) return undefined;
  return (value) => {
    if (!lengths.has(value.length) || sent.has(value)) return undefined;
    const stand = pseudonym(value);
    return sent.has(stand) ? stand : undefined;
  };
}

/** The newest other recording that has ended; never the one that this one is about to replace. */
function witnessFor(reads: Reads, sessionId: number): { readonly id: number; readonly name: string } | undefined {
  const sessions = reads.sessions();
  const own = sessions.find(({ id }) => id === sessionId)?.name ?? '';
  return sessions.findLast(
    ({ id, name, endedAt }) =>
      id !== sessionId && endedAt !== undefined && !isDraftName(name) && draftNameOf(name) !== own,
  );
}

function requestOf(reads: Pick<CassetteReads, 'body'>, { position, request }: Exchange): CorrelatedExchange {
  return {
    position,
    method: request.method,
    target: request.target,
    requestHeaders: request.headers,
    requestBody: bodyOf(reads, request.headers, request.body),
  };
}

/** One exchange as correlation sees it. */
export function correlated(reads: Pick<CassetteReads, 'body'>, exchange: Exchange): CorrelatedExchange {
  const response = issuing(exchange.outcome);
  if (!response) return requestOf(reads, exchange);
  const { status, headers, body } = response;
  return { ...requestOf(reads, exchange), response: { status, headers, body: bodyOf(reads, headers, body) } };
}

/** What issued values: a complete response, or what came of one that its client left, as clients of streams do. */
function issuing(outcome: Outcome | undefined): ResponseFacts | undefined {
  if (isComplete(outcome)) return outcome;
  const response = wasLeft(outcome) ? outcome.response : undefined;
  return response && response.body.sizeBytes === response.body.fullSizeBytes ? response : undefined;
}

function bodyOf(reads: Pick<CassetteReads, 'body'>, headers: RawHeaders, body: BodyFacts): Buffer | undefined {
  if (body.sizeBytes === 0 || body.sizeBytes > maxBodyBytes || !mayHoldValues(headers)) return undefined;
  return reads.body(body.sha256);
}
