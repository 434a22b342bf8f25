import { AppError } from '../base/errors.ts';
import { isLeftStream } from '../compare/open-stream.ts';
import { type Exchange, responseOf } from '../model/exchange.ts';
import type { Check, FreshOutcome, Run } from '../model/run.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { CassetteWriter } from '../store/cassette-writer.ts';
import type { RunStore } from '../store/run-store.ts';
import { type CheckReview, type Decided, foldReview, needsDecision } from './fold.ts';

/** What was written into the cassette. */
export interface FinishedReview {
  readonly accepted: number;
  readonly rejected: number;
  /** Checks left as they were: nothing was decided, or only some of their failing differences. */
  readonly undecided: number;
  /** Checks whose decision could not be carried out, with the reason in words; the others were written. */
  readonly notWritten: readonly { readonly address: string; readonly reason: string }[];
}

export interface FinishReviewOptions {
  readonly runStore: RunStore;
  readonly runId: number;
  /** Milliseconds since the epoch, for the history. */
  readonly now: number;
}

export interface AcceptChecksOptions extends FinishReviewOptions {
  readonly checkIds: readonly number[];
  readonly author: string;
  readonly note?: string;
}

/**
 * Writes what was decided about a run into its cassette, in one transaction: an accepted check's fresh response becomes
 * the newest baseline, a rejection is kept with its author and note. Finishing again writes only what is new. Throws
 * RUN_MISSING, REVIEW_STALE (a baseline moved on since the run) and what CassetteWriter.open throws; then neither the
 * cassette nor the draft has changed.
 */
export function finishReview(options: FinishReviewOptions): FinishedReview {
  const { runStore, runId } = options;
  const run = runOf(runStore, runId);
  const checks = runStore.checks(runId);
  const state = foldReview(runStore.reviewEvents(runId), checks);
  const decided: DecidedCheck[] = checks.flatMap((check) => {
    const review = state.checks.get(check.id);
    return review && review.decision !== 'undecided' ? [{ check, review }] : [];
  });
  return write(options, run, { decided, undecided: state.undecided });
}

/** Accepts checks as a whole without a draft: the way of the command line. The rest of the review stays a draft. */
export function acceptChecks(options: AcceptChecksOptions): FinishedReview {
  const { runStore, runId, author, note, now } = options;
  const run = runOf(runStore, runId);
  const chosen = new Set(options.checkIds);
  const latest: Decided = {
    decision: 'accepted',
    eventId: 0,
    by: author,
    at: now,
    ...(note === undefined ? {} : { note }),
  };
  const decided = runStore
    .checks(runId)
    .filter((check) => chosen.has(check.id))
    .map((check): DecidedCheck => {
      return { check, review: { checkId: check.id, decision: 'accepted', latest, differences: new Map() } };
    });
  const open = runStore.checks(runId).filter((check) => needsDecision(check) && !chosen.has(check.id));
  return write(options, run, { decided, undecided: open.length });
}

interface DecidedCheck {
  readonly check: Check;
  readonly review: CheckReview;
}

function runOf(runStore: RunStore, runId: number): Run {
  const run = runStore.run(runId);
  if (!run) throw new AppError('RUN_MISSING', { run: runId, path: runStore.path });
  return run;
}

function write(
  options: FinishReviewOptions,
  run: Run,
  { decided, undecided }: { readonly decided: readonly DecidedCheck[]; readonly undecided: number },
): FinishedReview {
  const notWritten: FinishedReview['notWritten'][number][] = [];
  const counts = { accepted: 0, rejected: 0 };
  if (decided.length === 0) return { ...counts, undecided, notWritten };
  const writer = CassetteWriter.open(run.cassettePath, { create: 'never' });
  try {
    writer.transaction(() => {
      const found = decided.map((one) => ({ ...one, exchange: exchangeOf(writer.reader(), run, one.check) }));
      refuseStale(writer.reader(), run, found, options.runStore);
      for (const one of found) {
        const { decision } = one.review;
        const problem = (decision === 'rejected' ? reject : accept)(writer, run, one, options);
        if (problem !== undefined) notWritten.push({ address: one.check.address, reason: problem });
        else if (decision === 'rejected') counts.rejected += 1;
        else counts.accepted += 1;
      }
    });
  } finally {
    writer.close();
  }
  return { ...counts, undecided, notWritten };
}

type FoundCheck = DecidedCheck & { readonly exchange: Exchange | undefined };

/** The exchange a check was made from, if it is still what it was. */
function exchangeOf(reader: CassetteReads, run: Run, check: Check): Exchange | undefined {
  const session = reader.sessions().find(({ name }) => name === run.session);
  // A session of that name that began after the run is another recording.
  if (!session || session.startedAt > run.startedAt) return undefined;
  const exchange = reader.exchange(session.id, check.position);
  const isSame = exchange?.request.method === check.method && exchange.request.target === check.target;
  return isSame ? exchange : undefined;
}

function refuseStale(reader: CassetteReads, run: Run, found: readonly FoundCheck[], runStore: RunStore): void {
  const stale = found.filter(({ check, exchange }) => {
    if (!exchange) return true;
    const newest = reader.baselines(exchange.id).at(-1);
    return newest?.version !== check.baselineVersion && !isAcceptedFrom(newest, run, runStore.fresh(check.id));
  });
  if (stale.length === 0) return;
  const addresses = stale.map(({ check }) => check.address);
  const shown = addresses.length > 3 ? [...addresses.slice(0, 3), `${addresses.length - 3} more`] : addresses;
  throw new AppError('REVIEW_STALE', { run: run.id, addresses: shown.join(', ') });
}

/** Has this very response been accepted already? Run ids alone are not unique between checkouts. */
function isAcceptedFrom(
  baseline: { readonly run?: string; readonly capturedAt: number } | undefined,
  run: Run,
  fresh: FreshOutcome | undefined,
): boolean {
  return baseline?.run === runName(run) && baseline.capturedAt === Math.round(fresh?.startedAt ?? Number.NaN);
}

function runName(run: Run): string {
  return String(run.id);
}

/** Keeps each rejection in force, by event. Returns why it cannot, or undefined when it has. */
function reject(
  writer: CassetteWriter,
  run: Run,
  { check, review, exchange }: FoundCheck,
  { runStore }: FinishReviewOptions,
): string | undefined {
  const id = exchange!.id;
  if (isAcceptedFrom(writer.reader().baselines(id).at(-1), run, runStore.fresh(check.id))) {
    return 'its response has been accepted from this run already: run the tests again to reject it';
  }
  const known = writer.reader().decisions(id);
  const decisions = [...review.differences.values(), review.latest!].filter(({ decision }) => decision === 'rejected');
  // An event on the whole check stands on each of its differences: it is kept once.
  for (const { by, at, note, difference } of new Map(decisions.map((one) => [one.eventId, one])).values()) {
    const isKept = known.some(
      (one) => one.run === runName(run) && one.at === Math.round(at) && one.difference === difference,
    );
    if (isKept) continue;
    writer.addDecision({
      exchangeId: id,
      action: 'reject',
      ...(difference === undefined ? {} : { difference }),
      author: by,
      ...(note === undefined ? {} : { note }),
      run: runName(run),
      at,
    });
  }
  return undefined;
}

/** Returns why the fresh response cannot become a baseline, or undefined when it has. */
function accept(
  writer: CassetteWriter,
  run: Run,
  { check, review, exchange }: FoundCheck,
  { runStore, now }: FinishReviewOptions,
): string | undefined {
  const fresh = runStore.fresh(check.id);
  if (fresh === undefined) return 'nothing was sent, so there is no response to accept';
  const { outcome, talk } = fresh;
  if (outcome.kind === 'failure' && !isLeftStream(outcome)) {
    return `there is no complete response to accept (${outcome.message})`;
  }
  const { body } = responseOf(outcome)!;
  if (body.truncated) return `its body (${body.fullSizeBytes} bytes) was too large to keep: record the session again`;
  const id = exchange!.id;
  if (isAcceptedFrom(writer.reader().baselines(id).at(-1), run, fresh)) return undefined;
  for (const { sizeBytes, sha256 } of [body, ...(talk ? [talk] : [])]) {
    if (sizeBytes > 0) writer.putBody(runStore.body(sha256));
  }
  const { by, note, at } = review.latest!;
  const words = { author: by, run: runName(run), ...(note === undefined ? {} : { note }) };
  const baselineVersion = writer.acceptBaseline(id, {
    outcome,
    ...(talk && { talk }),
    capturedAt: fresh.startedAt,
    renames: fresh.renames,
    acceptedAt: now,
    ...words,
  });
  writer.addDecision({ exchangeId: id, action: 'accept', baselineVersion, at, ...words });
  return undefined;
}
