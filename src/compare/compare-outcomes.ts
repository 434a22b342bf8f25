import { type FailureOutcome, type Outcome, type ResponseFacts, responseOf } from '../model/exchange.ts';
import type { Difference } from '../model/verdict.ts';
import { BodyPair, type ComparableBody } from './compare-body.ts';
import { ConversationPair, type Spoken } from './compare-conversation.ts';
import { compareHeaders } from './compare-headers.ts';
import { Explainer, type CaptureWindow } from './explain.ts';
import { withStatusAtEnd } from './grpc-status.ts';
import { isLeftStream } from './open-stream.ts';
import type { Renames } from './renames.ts';
import { allRulings, type RulingsFor } from './rulings.ts';
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
}

/**
 * Every difference between the outcome accepted as right and a new one, in the order status, headers, body, trailers, messages;
 * none when they mean the same. Of streams that their clients left only whole events count, and no more of the new one
 * than of the other. What is explained (see `Explainer`) or ignored by default is listed as `equivalent`
 * with its rule. Pure; time is bounded, roughly linear in the size of both bodies.
 */
export function compareOutcomes(baseline: Comparable, fresh: Comparable, context: CompareContext): Difference[] {
  const explainer = new Explainer({
    renames: context.renames,
    baselineWindow: windowOf(baseline),
    freshWindow: windowOf(fresh),
  });
  const responses = judgedResponses(baseline.outcome, fresh.outcome);
  if (!responses) return compareEnds(baseline.outcome, fresh.outcome);
  const [before, after] = responses;
  const bodies = new BodyPair(bodyOf(baseline, before), bodyOf(fresh, after));
  const talk =
    baseline.messages && fresh.messages ? new ConversationPair(baseline.messages, fresh.messages) : undefined;
  const rulings = allRulings(context.rulings ?? [], () => (talk ?? bodies).values());
  const comparison: Comparison = { explainer, rulings };
  const body = bodies.compare(comparison);
  const bodiesDiffer = body.length > 0 || before.body.sha256 !== after.body.sha256;
  const [first, second] = withStatusAtEnd(before, after);
  const differences = [
    ...compareStatus(before, after, comparison),
    ...compareHeaders(first.headers, second.headers, { ...comparison, part: 'header', bodiesDiffer }),
    ...body,
    ...compareHeaders(first.trailers, second.trailers, { ...comparison, part: 'trailer', bodiesDiffer }),
    ...(talk?.compare(comparison) ?? []),
  ];
  return [...rulings.conclude(differences, explainer)];
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
