import { Worker } from 'node:worker_threads';
import { AppError, problemOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { type ExchangeSummary, isWrite } from '../model/exchange.ts';
import type { RawHeaders } from '../model/headers.ts';
import type { RecordingMode } from '../model/proxy-control.ts';
import type { SessionTarget } from '../model/session.ts';
import type { ClientRequest } from './client-side.ts';
import { Capture, type CaptureSink, fields } from './capture.ts';
import type { FrameKind } from './capture-frames.ts';
import { FrameQueue, type Share } from './frame-queue.ts';
import { heldWords, incompleteWords } from './incomplete-words.ts';
import type {
  FromWorker,
  PlainError,
  RewriteEnd,
  StopResult,
  StoredReport,
  ToWorker,
  WorkerOptions,
} from './recorder-messages.ts';
import { originForm } from '../model/target.ts';

/** Longer without a sign from the disk, and capture pauses (behaviour.md §4). */
const defaultStallMs = 5000;
/** For the last commit, the search for value flows in a very long session, and closing. */
const stopPatienceMs = 120_000;
/** For a thread with nothing left to do, also on a machine that is busy with other things; and for one that hangs. */
const endPatienceMs = 10_000;
const hungPatienceMs = 1000;

/** What the worker makes is garbage at once; V8 would let it pile up to a hundred megabytes before looking. */
const youngGenerationMb = 12;

export interface RecorderOptions extends WorkerOptions {
  readonly log: Log;
  /** Captured bytes after which nothing new is stored. */
  readonly maxTotalBytes?: number;
  /** Time after which nothing new is stored. */
  readonly maxDurationMs?: number;
  readonly stallMs?: number;
}

export interface RecorderResult extends StopResult {
  readonly lostCount: number;
}

export type OnStored = (summaries: readonly ExchangeSummary[]) => void;

/**
 * The main thread's side of recording: gives every exchange its position and epoch by arrival, hands what passes to the
 * worker, and never waits for it. What cannot be stored is counted and said; traffic goes on in any case.
 */
export class Recorder implements CaptureSink {
  readonly session: string;
  readonly #options: RecorderOptions;
  readonly #worker: Worker;
  readonly #queue: FrameQueue;
  readonly #watchers = new Set<OnStored>();
  readonly #stopped = Promise.withResolvers<StopResult>();
  readonly #startedAtMs = performance.now();
  /** By their place in the session. */
  readonly #targets: SessionTarget[];
  #nextPosition = 0;
  #writes = 0;
  #capturedBytes = 0;
  #openCount = 0;
  #lostCount = 0;
  #incomplete: string | undefined;
  #state: 'recording' | 'paused' | 'broken' | 'at-limit' = 'recording';
  #hasWarned = false;
  #hasStopped = false;
  #noteCount = 0;
  #heldCount = 0;
  #isHeld = false;
  generation = 0;
  isInterrupting = false;
  /** Exchanges that are in the cassette. */
  storedCount = 0;
  /** What is wrong right now, for people; undefined when nothing is. */
  warning: string | undefined;

  private constructor(worker: Worker, session: string, options: RecorderOptions) {
    this.#worker = worker;
    this.session = session;
    this.#options = options;
    this.#targets = [...options.session.targets];
    this.#queue = new FrameQueue({
      post: (batch) => this.#tell({ kind: 'batch', ...batch }, [batch.slab]),
      onStall: () => this.#pause('the disk did not answer for 5 s'),
      stallMs: options.stallMs ?? defaultStallMs,
    });
    worker.on('message', (message: FromWorker) => this.#onMessage(message));
    worker.on('error', (error) => this.#onBroken(problemOf(error)));
    worker.on('exit', () => this.#onBroken('the recorder thread ended'));
  }

  /** Opens the cassette in a thread of its own and begins the session. Throws the store's AppErrors. */
  static async start(options: RecorderOptions): Promise<Recorder> {
    const { cassettePath, plan, session, redactionKey, maxBodyBytes } = options;
    const limit = maxBodyBytes === undefined ? {} : { maxBodyBytes };
    const workerData: WorkerOptions = { cassettePath, plan, session, redactionKey, ...limit };
    const here = import.meta.url;
    const file = here.endsWith('.ts') ? './recorder-worker.ts' : './recorder-worker.js';
    const worker = new Worker(new URL(file, here), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    });
    const first = await firstMessage(worker);
    if (first.kind === 'ready') return new Recorder(worker, first.session, options);
    await endOf(worker, endPatienceMs);
    throw first.kind === 'refused' ? revived(first.error) : new AppError('INTERNAL', { problem: 'recorder thread' });
  }

  /** The place of a server among the session's targets, which it joins now if it is new. Known by its URL. */
  indexOf(target: SessionTarget): number {
    const known = this.#targets.findIndex(({ url }) => url === target.url);
    if (known !== -1) return known;
    // Two servers on one host and port: plain http, and https.
    const isTaken = this.#targets.some(({ name }) => name === target.name);
    const added = { name: isTaken ? target.url : target.name, url: target.url };
    this.#targets.push(added);
    // Overtakes the frames that are gathered, never the other way round.
    this.#tell({ kind: 'target', target: added });
    return this.#targets.length - 1;
  }

  /**
   * An exchange begins; undefined when it cannot or shall not be recorded. Position and epoch are its own from here on.
   */
  open(
    request: Pick<ClientRequest, 'method' | 'url' | 'httpVersion' | 'rawHeaders'>,
    options: { readonly targetIndex: number; readonly admitsResponse?: (headers: RawHeaders) => boolean },
  ): Capture | undefined {
    const { method, httpVersion, rawHeaders } = request;
    const target = originForm(request.url);
    if (this.#isHeld) {
      this.#heldCount += 1;
      return undefined;
    }
    if (this.#state !== 'recording' || this.#isOverLimit()) {
      if (this.#state !== 'at-limit') this.#lostCount += 1;
      return undefined;
    }
    const position = this.#nextPosition;
    const epoch = this.#writes;
    this.#nextPosition += 1;
    if (isWrite(method)) this.#writes += 1;
    this.#openCount += 1;
    const text = fields(epoch, Date.now(), options.targetIndex, method, target, httpVersion, rawHeaders);
    this.text('open', position, text);
    return new Capture(this, {
      position,
      requestHeaders: rawHeaders,
      arrivedAtMs: performance.now(),
      maxBodyBytes: this.#options.maxBodyBytes ?? Number.POSITIVE_INFINITY,
      admitsResponse: options.admitsResponse,
    });
  }

  text(kind: FrameKind, position: number, text: string): void {
    this.#capturedBytes += text.length;
    this.#queue.text(kind, position, text);
  }

  data(kind: FrameKind, position: number, chunk: Buffer, share: Share): boolean {
    this.#capturedBytes += chunk.length;
    return this.#queue.data(kind, position, chunk, share);
  }

  end(kind: 'end' | 'failed' | 'dropped', position: number, text: string, stored?: () => void): void {
    this.#openCount -= 1;
    this.#queue.end(kind, position, text, stored);
  }

  whenRoom(share: Share, resume: () => void): void {
    this.#queue.whenRoom(share, resume);
  }

  /** Notes something with the session, such as what a test made up while it was recorded. */
  tag(name: string, value: string): void {
    this.#tell({ kind: 'tag', name, value });
  }

  /** A person's wish: exchanges that begin from now on pass unrecorded, or are recorded again. */
  set mode(mode: RecordingMode) {
    this.#isHeld = mode === 'passthrough';
  }

  get mode(): RecordingMode {
    return this.#isHeld ? 'passthrough' : 'record';
  }

  /** Calls back with every group of exchanges once they are stored. The returned function ends it. */
  subscribe(onStored: OnStored): () => void {
    this.#watchers.add(onStored);
    this.#tell({ kind: 'watch', watchers: this.#watchers.size });
    return () => {
      if (this.#watchers.delete(onStored)) this.#tell({ kind: 'watch', watchers: this.#watchers.size });
    };
  }

  /** Writes what is left, ends the session and closes the cassette. Call once, when traffic has ended. */
  async stop(rewrite: RewriteEnd = 'swap'): Promise<RecorderResult> {
    if (this.#state !== 'broken') {
      this.#queue.flushNow();
      this.#tell({ kind: 'stop', endedAt: Date.now(), incomplete: this.#incompleteText(), rewrite });
    }
    // A disk that has already stalled once gets no more time than that.
    const patienceMs = this.#state === 'paused' ? (this.#options.stallMs ?? defaultStallMs) : stopPatienceMs;
    const timer = setTimeout(() => this.#onBroken('the disk did not answer at the end'), patienceMs);
    const result = await this.#stopped.promise;
    clearTimeout(timer);
    this.#queue.dispose();
    await endOf(this.#worker, this.#hasStopped ? endPatienceMs : hungPatienceMs);
    // What was asked for is no problem.
    const problem = result.problem === heldWords(this.#heldCount) ? undefined : result.problem;
    return { ...result, problem: this.#incomplete ?? problem, lostCount: this.#lostCount };
  }

  #tell(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  #incompleteText(): string | undefined {
    return incompleteWords({ lost: this.#lostCount, problem: this.#incomplete, held: this.#heldCount });
  }

  #isOverLimit(): boolean {
    const { maxTotalBytes = Number.POSITIVE_INFINITY, maxDurationMs = Number.POSITIVE_INFINITY } = this.#options;
    const limit =
      this.#capturedBytes >= maxTotalBytes
        ? '--max-size'
        : performance.now() - this.#startedAtMs >= maxDurationMs
          ? '--max-duration'
          : undefined;
    if (limit === undefined) return false;
    this.#state = 'at-limit';
    this.#options.log.info(`${limit} is reached: traffic goes on, nothing more is recorded`);
    return true;
  }

  #onMessage(message: FromWorker): void {
    switch (message.kind) {
      case 'stored':
        this.#onStored(message);
        return;
      case 'stopped':
        this.#hasStopped = true;
        this.#stopped.resolve(message.result);
        return;
      case 'ready':
      case 'refused':
        return;
    }
  }

  #onStored(report: StoredReport): void {
    this.storedCount += report.storedCount;
    this.#lostCount += report.lostCount;
    if (report.problem !== undefined) this.#warn(report.problem);
    else if (report.storedCount > 0 && this.#state === 'recording') this.warning = undefined;
    this.#note(report.notes);
    this.#queue.acknowledge(report.sequence, report.slabs);
    // Whatever it was, it answers again: exchanges from now on are recorded.
    if (this.#state === 'paused') this.#resume();
    if (report.summaries.length > 0) for (const onStored of this.#watchers) onStored(report.summaries);
  }

  #warn(problem: string): void {
    this.#incomplete ??= problem;
    this.warning = `exchanges are not being stored: ${problem}`;
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.log.warn(
      `${this.warning}; traffic goes on, recording resumes when it can (${this.#options.cassettePath})`,
    );
  }

  #note(notes: readonly string[]): void {
    for (const note of notes) {
      this.#noteCount += 1;
      if (this.#noteCount === 1) this.#options.log.warn(`${note} (further bodies like this are not reported)`);
    }
  }

  #pause(problem: string): void {
    if (this.#state === 'broken') return;
    this.#state = 'paused';
    this.#abandonOpen(problem);
  }

  #resume(): void {
    this.#state = 'recording';
    this.warning = undefined;
    // The worker still waits for the rest of what was given up.
    this.#queue.text('forget-open', 0, '');
  }

  #onBroken(problem: string): void {
    if (this.#state === 'broken' || this.#hasStopped) return;
    this.#state = 'broken';
    this.#abandonOpen(problem);
    this.#stopped.resolve({
      session: this.session,
      exchangeCount: this.storedCount,
      outcome: 'written',
      problem: this.#incompleteText(),
    });
  }

  #abandonOpen(problem: string): void {
    this.generation += 1;
    this.#lostCount += this.#openCount;
    this.#openCount = 0;
    this.#warn(problem);
    this.#queue.releaseAll();
  }
}

/**
 * A worker that has told its result ends by itself. Ending it from outside while V8 compiles in it can crash the whole
 * process, so that is only for one that hangs.
 */
async function endOf(worker: Worker, patienceMs: number): Promise<void> {
  // -1: it is gone already.
  if (worker.threadId === -1) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  worker.once('exit', () => resolve());
  const timer = setTimeout(() => void worker.terminate(), patienceMs);
  await promise;
  clearTimeout(timer);
}

function firstMessage(worker: Worker): Promise<FromWorker> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (message: FromWorker) => {
      worker.off('error', reject);
      resolve(message);
    });
  });
}

function revived(plain: PlainError): AppError {
  return Object.assign(new AppError(plain.code), { message: plain.message, hint: plain.hint });
}
