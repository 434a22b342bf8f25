import type { FailureOutcome, Outcome, ResponseFacts } from '../model/exchange.ts';
import type { Difference } from '../model/verdict.ts';
import { BodyPair } from './compare-body.ts';
import { compareHeaders } from './compare-headers.ts';
import { Explainer, type CaptureWindow } from './explain.ts';
import { withStatusAtEnd } from './grpc-status.ts';
import type { Renames } from './renames.ts';
import { allRulings, type RulingsFor } from './rulings.ts';
import type { Comparison } from './comparison.ts';
import { DifferenceList } from './difference-list.ts';

/** One side of a comparison: an outcome with its body as stored, and when it was captured (ms since the epoch). */
export interface Comparable {
  readonly outcome: Outcome;
  readonly body: Buffer;
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
 * Every difference between the outcome accepted as right and a new one, in the order status, headers, body, trailers;
 * none when they mean the same. What is explained (see `Explainer`) or ignored by default is listed as `equivalent`
 * with its rule. Pure; time is bounded, roughly linear in the size of both bodies.
 */
export function compareOutcomes(baseline: Comparable, fresh: Comparable, context: CompareContext): Difference[] {
  const explainer = new Explainer({
    renames: context.renames,
    baselineWindow: windowOf(baseline),
    freshWindow: windowOf(fresh),
  });
  const before = baseline.outcome;
  const after = fresh.outcome;
  if (before.kind === 'failure' || after.kind === 'failure') return compareEnds(before, after);
  const bodies = new BodyPair(
    { headers: before.headers, facts: before.body, bytes: baseline.body },
    { headers: after.headers, facts: after.body, bytes: fresh.body },
  );
  const rulings = allRulings(context.rulings ?? [], () => bodies.values());
  const comparison: Comparison = { explainer, rulings };
  const body = bodies.compare(comparison);
  const bodiesDiffer = body.length > 0 || before.body.sha256 !== after.body.sha256;
  const [first, second] = withStatusAtEnd(before, after);
  const differences = [
    ...compareStatus(before, after, comparison),
    ...compareHeaders(first.headers, second.headers, { ...comparison, part: 'header', bodiesDiffer }),
    ...body,
    ...compareHeaders(first.trailers, second.trailers, { ...comparison, part: 'trailer', bodiesDiffer }),
  ];
  return [...rulings.conclude(differences, explainer)];
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
