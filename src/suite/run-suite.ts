import { type BlindSpotBudget, isOverBudget } from '../model/blind-spot.ts';
import type { Check } from '../model/run.ts';
import type { Step } from './plan.ts';
import { type SuiteResult, checkFails } from './suite-result.ts';
import { type SuiteRunOptions, defaultConcurrency } from './prepare-run.ts';
import { blindSpotBudget } from './blind-spot-budget.ts';
import { compareRulesOf } from './session-judge.ts';
import { type Attempt, SuiteRun } from './suite-run.ts';
import { Timeline } from './timeline.ts';

export interface RunSuiteOptions extends SuiteRunOptions {
  /** Stop after this many failing checks. */
  readonly bail?: number;
  /** Share of the compared fields (from 0 to 1) that rules may hide; more fails the run. */
  readonly maxBlindSpot?: number;
  /** The run is in the run store; `total` checks are to come. */
  readonly onStart?: (runId: number, total: number) => void;
  /** One check is judged and stored; called in recorded order. */
  readonly onCheck?: (check: Check) => void;
}

/**
 * Sends a session's requests to a server, judges the responses, and keeps the run. Writes are barriers: everything
 * before one has been answered when it is sent, and nothing after it is sent until it was answered. Reads between two
 * writes run concurrently, but are judged and told in recorded order; what went on beside later requests is told last. Errors as SuiteRun.begin; interrupted through
 * `signal` the run is kept as interrupted.
 */
export async function runSuite(options: RunSuiteOptions): Promise<SuiteResult> {
  const { failOn = 'changed', signal, bail = Infinity } = options;
  const run = await SuiteRun.begin(options);
  const { steps } = run.plan;
  const judged = steps.filter((step) => step.purpose === 'judged').length;
  options.onStart?.(run.runId, judged);

  let failures = 0;
  const stopped = (): boolean => failures >= bail || signal?.aborted === true;
  const settle = (step: Step, attempt: Attempt): void => {
    // What was cut off by our own stop says nothing about the server.
    if (stopped()) return;
    const check = run.settle(step, attempt);
    if (!check) return;
    if (checkFails(check, failOn)) failures += 1;
    options.onCheck?.(check);
  };
  try {
    await sendAll({ run, concurrency: options.concurrency ?? defaultConcurrency, settle, stopped, signal });
  } catch (thrown) {
    run.finish('interrupted');
    throw thrown;
  }
  const budget = budgetOf(options, run);
  const hasFailed = failures > 0 || isOverBudget(budget);
  const verdict = signal?.aborted ? 'interrupted' : hasFailed ? 'failed' : 'passed';
  const incomplete = incompletenessOf(options);
  const finished = run.finish(verdict);
  return {
    run: finished,
    ...(incomplete === undefined ? {} : { incomplete }),
    ...(budget === undefined ? {} : { blindSpot: budget }),
    checks: run.checks,
    skipped: run.skipped,
    notRun: judged - run.checks.length,
    supporting: steps.length - judged,
    failOn,
  };
}

function budgetOf(
  { reader, session, compareRules = [], maxBlindSpot: most }: RunSuiteOptions,
  { checks }: SuiteRun,
): BlindSpotBudget | undefined {
  if (most === undefined) return undefined;
  return blindSpotBudget({ reader, session, rules: compareRulesOf(reader, compareRules), checks, most });
}

function incompletenessOf({ reader, session }: RunSuiteOptions): string | undefined {
  if (session.incomplete !== undefined || session.endedAt !== undefined) return session.incomplete;
  return reader.currentWriter() ? 'it is still being recorded' : 'its recorder was killed';
}

interface SendAll {
  readonly run: SuiteRun;
  readonly concurrency: number;
  readonly settle: (step: Step, attempt: Attempt) => void;
  readonly stopped: () => boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * At most `concurrency` steps are between being sent and being settled, so that memory stays bounded. Streams and
 * conversations that went on beside later requests do so again, and are judged when all others have been.
 */
async function sendAll({ run, concurrency, settle, stopped, signal }: SendAll): Promise<void> {
  const { steps } = run.plan;
  const timeline = steps.some(({ pace }) => pace === 'beside') ? new Timeline(steps) : undefined;
  const stop = (): void => timeline?.stop();
  signal?.addEventListener('abort', stop);
  const inFlight: Promise<void>[] = [];
  const beside: { readonly step: Step; readonly sending: Promise<Attempt> }[] = [];
  const settleOldest = async (): Promise<void> => inFlight.shift();
  let previous = Promise.resolve();
  const send = async (step: Step): Promise<Attempt> => {
    timeline?.sent(step.position);
    return run.send(step, timeline).finally(() => timeline?.ended(step.position));
  };
  try {
    for (const step of steps) {
      const isBeside = step.pace === 'beside';
      const isBarrier = !isBeside && step.effect === 'write';
      const mayRemain = isBarrier || isBeside ? 0 : concurrency - 1;
      while (inFlight.length > mayRemain) await settleOldest();
      await timeline?.besides(step.startedAt);
      if (stopped()) break;
      const sending = send(step);
      // Awaited below, in order; without this a failure while an earlier one is awaited would end the process.
      sending.catch(() => {});
      if (isBeside) {
        beside.push({ step, sending });
        continue;
      }
      // Judged after the one before it, whichever answers first.
      previous = Promise.all([sending, previous]).then(([attempt]) => settle(step, attempt));
      previous.catch(() => {});
      inFlight.push(previous);
      if (isBarrier) await settleOldest();
    }
    await Promise.all(inFlight);
    if (stopped()) run.close();
    for (const { step, sending } of beside) settle(step, await sending);
  } finally {
    stop();
    signal?.removeEventListener('abort', stop);
  }
}
