import { isWrite } from '../model/exchange.ts';
import type { Check } from '../model/run.ts';
import type { Step } from './plan.ts';
import { type SuiteResult, checkFails } from './suite-result.ts';
import { type SuiteRunOptions, defaultConcurrency } from './prepare-run.ts';
import { type Attempt, SuiteRun } from './suite-run.ts';

export interface RunSuiteOptions extends SuiteRunOptions {
  /** Stop after this many failing checks. */
  readonly bail?: number;
  /** The run is in the run store; `total` checks are to come. */
  readonly onStart?: (runId: number, total: number) => void;
  /** One check is judged and stored; called in recorded order. */
  readonly onCheck?: (check: Check) => void;
}

/**
 * Sends a session's requests to a server, judges the responses, and keeps the run. Writes are barriers: everything
 * before one has been answered when it is sent, and nothing after it is sent until it was answered. Reads between two
 * writes run concurrently, but are judged and told in recorded order. Errors as SuiteRun.begin; interrupted through
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
    await sendAll({ run, concurrency: options.concurrency ?? defaultConcurrency, settle, stopped });
  } catch (thrown) {
    run.finish('interrupted');
    throw thrown;
  }
  const verdict = signal?.aborted ? 'interrupted' : failures > 0 ? 'failed' : 'passed';
  const incomplete = incompletenessOf(options);
  const finished = run.finish(verdict);
  return {
    run: finished,
    ...(incomplete === undefined ? {} : { incomplete }),
    checks: run.checks,
    skipped: run.skipped,
    notRun: judged - run.checks.length,
    supporting: steps.length - judged,
    failOn,
  };
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
}

/** At most `concurrency` steps are between being sent and being settled, so that memory stays bounded. */
async function sendAll({ run, concurrency, settle, stopped }: SendAll): Promise<void> {
  const inFlight: Promise<void>[] = [];
  const settleOldest = async (): Promise<void> => inFlight.shift();
  let previous = Promise.resolve();
  for (const step of run.plan.steps) {
    const isBarrier = isWrite(step.method);
    const mayRemain = isBarrier ? 0 : concurrency - 1;
    while (inFlight.length > mayRemain) await settleOldest();
    if (stopped()) break;
    const sending = run.send(step);
    // Judged after the one before it, whichever answers first.
    previous = Promise.all([sending, previous]).then(([attempt]) => settle(step, attempt));
    // Awaited below, in order; without this a failure while an earlier one is awaited would end the process.
    previous.catch(() => {});
    inFlight.push(previous);
    if (isBarrier) await settleOldest();
  }
  await Promise.all(inFlight);
}
