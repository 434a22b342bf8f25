import { type AppError, toAppError } from '../base/errors.ts';
import type { RunTestsRequest, UiActions } from './ui-options.ts';

export type TestJobRequest = Pick<RunTestsRequest, 'cassettePath' | 'session' | 'targets' | 'secrets' | 'writes'>;

/** A run started from the UI in this process. */
export interface TestJob {
  readonly request: TestJobRequest;
  /** Checks the run will have. */
  readonly total: number;
  /** Why it ended early, if it did. */
  readonly problem?: AppError;
}

/** Runs started by the button, at most one at a time. */
export class TestJobs {
  private readonly runTests: NonNullable<UiActions['runTests']>;
  private readonly jobs = new Map<number, TestJob>();
  private readonly stopping = new AbortController();
  private ended: Promise<void> = Promise.resolve();

  constructor(runTests: NonNullable<UiActions['runTests']>) {
    this.runTests = runTests;
  }

  /**
   * Starts a run after those before it have ended. Resolves with its id once it is in the run store; rejects with an
   * AppError when it cannot begin.
   */
  async start(request: TestJobRequest): Promise<number> {
    const before = this.ended;
    const started = Promise.withResolvers<number>();
    this.ended = before.then(() => this.run(request, started));
    return started.promise;
  }

  job(runId: number): TestJob | undefined {
    return this.jobs.get(runId);
  }

  /** Cuts the run under way; it is kept as interrupted. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
  }

  private async run(request: TestJobRequest, started: PromiseWithResolvers<number>): Promise<void> {
    let id: number | undefined;
    const onStart = (runId: number, total: number): void => {
      id = runId;
      this.jobs.set(runId, { request, total });
      started.resolve(runId);
    };
    try {
      this.stopping.signal.throwIfAborted();
      await this.runTests({ ...request, onStart, signal: this.stopping.signal });
    } catch (thrown) {
      const problem = toAppError(thrown);
      const job = id === undefined ? undefined : this.jobs.get(id);
      if (id !== undefined && job) this.jobs.set(id, { ...job, problem });
      started.reject(problem);
    }
  }
}
