import { type FailureOutcome, type Outcome, type ResponseFacts, responseOf } from '../model/exchange.ts';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import type { Difference } from '../model/verdict.ts';
import { parseTimestamp } from '../model/volatile.ts';
import type { Anchor } from './clock.ts';
import { BodyPair, type ComparableBody } from './compare-body.ts';
import { ConversationPair, type Spoken } from './compare-conversation.ts';
import { compareHeaders, type HeaderContext } from './compare-headers.ts';
import { Explainer, type CaptureWindow } from './explain.ts';
import { withStatusAtEnd } from './grpc-status.ts';
import {
  besides,
  compareKeptValues,
  type KeptContext,
  standingAlone,
  type StandingValues,
  valuesInHeaders,
  valuesInJson,
} from './kept-values.ts';
import { isLeftStream } from './open-stream.ts';
import type { Renames } from './renames.ts';
import { allRulings, type ComparedValues, type ArrayPairing, type RulingsFor } from './rulings.ts';
import { type ServersAhead, serverWindows } from './server-clock.ts';
import type { Comparison } from './comparison.ts';
import { DifferenceList } from './difference-list.ts';

/** One side of a comparison: an outcome with its body as stored, and when it was captured (ms since the epoch). */
export interface Comparable {
  readonly outcome: Outcome;
  readonly body: Buffer;
  /** What was said after a switch to WebSocket. */
  readonly messages?: readonly Spoken[];
  /** When the request was sent. */
  readonly capturedAt: number;
  /** When the outcome was complete; `capturedAt` when unknown. */
  readonly endedAt?: number;
  /** When the session or run it belongs to began: timestamps from then on are its own. `capturedAt` when unknown. */
  readonly sinceMs?: number;
}

export interface CompareContext {
  /** Baseline values in this run, for every value flow established so far. */
  readonly renames: Renames;
  /** Rules, invariants and what repeats have shown; the first that speaks of a difference counts. */
  readonly rulings?: readonly RulingsFor[];
  /** What is known of the clocks of the servers, where the responses do not tell. */
  readonly ahead?: ServersAhead;
}

/**
 * Every difference between the outcome accepted as right and a new one, in the order status, headers, body, trailers, messages;
 * none when they mean the same. Of streams that their clients left only whole events count, and no more of the new one
 * than of the other. What is explained (see `Explainer`) or ignored by default is listed as `equivalent`
 * with its rule. Pure; time is bounded, roughly linear in the size of both bodies.
 */
export function compareOutcomes(baseline: Comparable, fresh: Comparable, context: CompareContext): Difference[] {
  const responses = judgedResponses(baseline.outcome, fresh.outcome);
  if (!responses) return compareEnds(baseline.outcome, fresh.outcome);
  const [before, after] = responses;
  const { renames } = context;
  const explainer = new Explainer({
    renames,
    ...serverWindows(
      { headers: before.headers, window: windowOf(baseline) },
      { headers: after.headers, window: windowOf(fresh) },
      context.ahead,
    ),
    dates: () => datesOf(before.headers, after.headers),
  });
  const bodies = new BodyPair(bodyOf(baseline, before), bodyOf(fresh, after));
  // Where only one side speaks after the same switch, the other has said nothing.
  const talk =
    (baseline.messages && fresh.messages) || (before.status === after.status && (baseline.messages ?? fresh.messages))
      ? new ConversationPair(baseline.messages ?? [], fresh.messages ?? [])
      : undefined;
  const rulings = allRulings(context.rulings ?? [], () => (talk ?? bodies).values());
  const comparison: Comparison = { explainer, rulings };
  const body = bodies.compare(comparison);
  const bodiesDiffer = body.length > 0 || before.body.sha256 !== after.body.sha256;
  const [first, second] = withStatusAtEnd(before, after);
  const headerContext = (part: 'header' | 'trailer'): HeaderContext => {
    return { part, bodiesDiffer, rulings, explainer: explainer.for(part) };
  };
  const spoken = talk?.compare({ ...comparison, explainer: explainer.for('event') }) ?? [];
  const differences = [
    ...compareStatus(before, after, comparison),
    ...compareHeaders(first.headers, second.headers, headerContext('header')),
    ...body,
    ...compareHeaders(first.trailers, second.trailers, headerContext('trailer')),
    ...spoken,
  ];
  const kept = [
    ...keptHeaders([before.headers, after.headers], { part: 'header', renames, rulings }),
    ...keptValues(bodies.standingValues(renames, body), { part: 'body', renames, rulings }),
    ...keptValues(talk && standingInTalk(talk.values(), spoken, renames), { part: 'event', renames, rulings }),
  ];
  const pairing: ArrayPairing = {
    namesAt: (path) => explainer.namesAt(path),
    arrayAt: (keys) => rulings.arrayAt(keys),
  };
  return [...rulings.conclude(besides(differences, kept), pairing)];
}

/** The `Date` of both sides: expiries are told from there. */
function datesOf(before: RawHeaders, after: RawHeaders): Anchor | undefined {
  const [first, second] = [before, after].map((headers) => parseTimestamp(headerValue(headers, 'date') ?? ''));
  return first && second && { baselineMs: first.fromMs, freshMs: second.fromMs };
}

function keptHeaders([before, after]: readonly [RawHeaders, RawHeaders], context: KeptContext): Difference[] {
  const { renames } = context;
  return compareKeptValues(valuesInHeaders(before, renames), valuesInHeaders(after, renames), context);
}

function keptValues(values: readonly [StandingValues, StandingValues | 'same'] | undefined, context: KeptContext) {
  return values ? compareKeptValues(...values, context) : [];
}

function standingInTalk(
  { baseline = null, fresh = null }: ComparedValues,
  differences: readonly Difference[],
  renames: Renames,
): readonly [StandingValues, StandingValues] {
  const { removed, added } = standingAlone(differences);
  return [valuesInJson(baseline, { renames, without: removed }), valuesInJson(fresh, { renames, without: added })];
}

/**
 * The responses of two outcomes that can be compared whole: both are complete, or they are streams that the client left,
 * or conversations that broke off in the same way.
 */
function judgedResponses(
  baseline: Outcome,
  fresh: Outcome,
): readonly [before: ResponseFacts, after: ResponseFacts] | undefined {
  const [before, after] = [responseOf(baseline), responseOf(fresh)];
  if (!before || !after) return undefined;
  const isComplete = baseline.kind === 'response' && fresh.kind === 'response';
  const isLeft = isLeftStream(baseline) && (isLeftStream(fresh) || fresh.kind === 'response');
  const areBroken = baseline.kind === 'failure' && fresh.kind === 'failure' && baseline.code === fresh.code;
  const isTalk = areBroken && before.status === 101 && after.status === 101;
  return isComplete || isLeft || isTalk ? [before, after] : undefined;
}

/** Of a stream that its client left, what is there is all there was. */
function bodyOf({ outcome, body }: Comparable, { headers, body: facts }: ResponseFacts): ComparableBody {
  const isOpen = isLeftStream(outcome);
  const isCut = facts.truncated && !(isOpen && facts.fullSizeBytes === facts.sizeBytes);
  return { headers, facts: { ...facts, truncated: isCut }, bytes: body, ...(isOpen && { isOpen }) };
}

function windowOf({ capturedAt, endedAt, sinceMs = capturedAt }: Comparable): CaptureWindow {
  return { startMs: capturedAt, endMs: Math.max(capturedAt, endedAt ?? capturedAt), sinceMs };
}

/**
 * At least one side has no complete response. Two failures of the same kind are the same if the answers they cut off
 * had one status; their words are not compared.
 */
function compareEnds(before: Outcome, after: Outcome): Difference[] {
  if (before.kind === 'failure' && after.kind === 'failure' && before.code === after.code) {
    return before.response && after.response ? compareStatus(before.response, after.response, {}) : [];
  }
  return [
    {
      part: 'failure',
      path: '',
      pattern: '',
      kind: before.kind === after.kind ? 'changed' : 'type',
      severity: 'broken',
      before: endWords(before),
      after: endWords(after),
    },
  ];
}

function endWords(outcome: Outcome): string {
  return outcome.kind === 'response' ? `response ${outcome.status}` : failureWords(outcome);
}

function failureWords({ code, message }: FailureOutcome): string {
  return message === '' ? code : `${code}: ${message}`;
}

function compareStatus(before: ResponseFacts, after: ResponseFacts, { rulings }: Partial<Comparison>): Difference[] {
  if (before.status === after.status) return [];
  const sameClass = Math.floor(before.status / 100) === Math.floor(after.status / 100);
  const differences = new DifferenceList('status', rulings);
  differences.add({
    path: '',
    kind: 'changed',
    severity: sameClass ? 'changed' : 'broken',
    before: String(before.status),
    after: String(after.status),
  });
  return differences.list();
}
