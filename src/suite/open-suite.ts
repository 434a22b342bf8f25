import { AppError } from '../base/errors.ts';
import { visible } from '../base/log.ts';
import { formatAddress } from '../model/address.ts';
import type { Check, Run } from '../model/run.ts';
import type { SuiteRunOptions } from './prepare-run.ts';
import { SuiteRun } from './suite-run.ts';
import { type FailOn, checkFails, describeDifference } from './suite-result.ts';

/** A check with its failures in words: an empty list means that it passed. */
export interface SuiteCheck extends Check {
  readonly failures: readonly string[];
}

/** One exchange that can be checked. */
export interface SuiteEntry {
  readonly position: number;
  readonly address: string;
  readonly method: string;
  readonly target: string;
}

/**
 * A recorded session opened for a test program: one check per exchange, sent when it is asked for. Requests go out in
 * recorded order, whatever order they are asked in: asking for one sends everything recorded before it first.
 */
export class Suite {
  readonly #run: SuiteRun;
  readonly #options: SuiteRunOptions & { readonly onClose: () => void };
  readonly #failOn: FailOn;
  readonly #done = new Map<number, SuiteCheck>();
  #next = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #closed: Promise<Run> | undefined;
  /** What can be checked, in recorded order. */
  readonly checks: readonly SuiteEntry[];

  private constructor(run: SuiteRun, options: SuiteRunOptions & { readonly onClose: () => void }) {
    this.#run = run;
    this.#options = options;
    this.#failOn = options.failOn ?? 'changed';
    this.checks = run.plan.steps
      .filter((step) => step.purpose === 'judged')
      .map(({ position, method, target }) => ({ position, address: this.#address(position), method, target }));
  }

  /** Errors as SuiteRun.begin. `onClose` is called once, when the suite is closed or could not be opened. */
  static async open(options: SuiteRunOptions & { readonly onClose: () => void }): Promise<Suite> {
    try {
      return new Suite(await SuiteRun.begin(options), options);
    } catch (thrown) {
      options.onClose();
      throw thrown;
    }
  }

  /** Sends what is due and judges the exchange at a position. Throws EXCHANGE_MISSING, USAGE (it cannot be judged). */
  check(position: number): Promise<SuiteCheck> {
    const result = this.#queue.then(() => this.#advanceTo(position));
    this.#queue = result.catch(() => {});
    return result;
  }

  /** Ends the run and keeps it in the run store. Closing again changes nothing. */
  close(): Promise<Run> {
    this.#closed ??= this.#queue.then(() => {
      const checks = [...this.#done.values()];
      const verdict = checks.some((check) => checkFails(check, this.#failOn)) ? 'failed' : 'passed';
      const run = this.#run.finish(checks.length === 0 ? 'interrupted' : verdict);
      this.#options.onClose();
      return run;
    });
    return this.#closed;
  }

  async #advanceTo(position: number): Promise<SuiteCheck> {
    const { steps } = this.#run.plan;
    for (let step = steps[this.#next]; step && step.position <= position; step = steps[this.#next]) {
      const check = this.#run.settle(step, await this.#run.send(step));
      if (check) this.#done.set(step.position, { ...check, failures: this.#failures(check) });
      this.#next += 1;
    }
    const check = this.#done.get(position);
    if (check) return check;
    const skipped = this.#run.skipped.find(({ address }) => address === this.#address(position));
    if (!skipped) {
      throw new AppError('EXCHANGE_MISSING', { selector: this.#address(position), cassette: this.#options.cassette });
    }
    throw new AppError('USAGE', {
      problem: `${skipped.method} ${skipped.target} (${skipped.address}) cannot be judged: ${skipped.reason}`,
      hint: 'leave it out, or record the session again',
    });
  }

  #failures(check: Check): string[] {
    if (!checkFails(check, this.#failOn)) return [];
    const failing = check.differences.filter(
      ({ severity }) =>
        severity === 'broken' || severity === 'changed' || (severity === 'added' && this.#failOn === 'added'),
    );
    const lines = failing.map((difference) => `${difference.severity}: ${describeDifference(difference)}`);
    if (check.note !== undefined) lines.unshift(`${check.verdict}: ${check.note}`);
    return (lines.length > 0 ? lines : [check.verdict]).map(visible);
  }

  #address(position: number): string {
    return formatAddress({ cassette: this.#options.cassette, session: this.#options.session.name, position });
  }
}
