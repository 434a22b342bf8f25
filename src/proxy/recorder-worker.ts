import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { problemOf, toAppError } from '../base/errors.ts';
import { createRedactor } from '../redact/redactor.ts';
import { CassetteWriter } from '../store/cassette-writer.ts';
import { type Frame, readFrames } from './capture-frames.ts';
import { ExchangeAssembler } from './exchange-assembler.ts';
import { maxEndedPerBatch } from './frame-queue.ts';
import { findFlows } from './find-flows.ts';
import type { FromWorker, RewriteEnd, StopResult, ToWorker, WorkerOptions } from './recorder-messages.ts';
import { reindex } from './reindex.ts';
import { beginRecording, type RecordingSession } from './recording-session.ts';

/** Batches that wait are committed together up to this size and 256 exchanges: one sync to the disk for all of them. */
const maxGroupBytes = 4 * 1024 * 1024;

type Batch = Extract<ToWorker, { kind: 'batch' }>;
type Stop = Extract<ToWorker, { kind: 'stop' }>;

const port = parentPort!;
const options = workerData as WorkerOptions;

function tell(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, [...transfer]);
}

/** Owns the cassette from the first batch to the stop. */
class RecorderWorker {
  readonly #writer: CassetteWriter;
  readonly #session: RecordingSession;
  readonly #assembler: ExchangeAssembler;
  /** Those that came while it ran; written at the end. */
  readonly #tags: Record<string, string> = {};
  #watchers = 0;
  #isSweepDue = false;
  readonly #redactor = options.redactionKey && createRedactor(Buffer.from(options.redactionKey));
  #hasStopped = false;

  constructor() {
    this.#writer = CassetteWriter.open(options.cassettePath, { create: 'if-missing' });
    try {
      this.#session = beginRecording(this.#writer, options.plan, options.session);
    } catch (thrown) {
      this.#writer.close();
      throw thrown;
    }
    this.#assembler = new ExchangeAssembler({
      writer: this.#writer,
      sessionId: this.#session.id,
      session: this.#session.name,
      targets: options.session.targets,
      maxMessageBytes: options.maxBodyBytes ?? Number.POSITIVE_INFINITY,
      redactor: this.#redactor,
    });
    tell({ kind: 'ready', session: this.#session.name });
  }

  handle(message: ToWorker): void {
    let at: ToWorker | undefined = message;
    // Under load batch follows batch without a return to the event loop.
    while (at?.kind === 'batch') at = this.#store(at);
    this.#sweepSoon();
    switch (at?.kind) {
      case 'target':
        this.#assembler.addTarget(at.target);
        return;
      case 'tag':
        this.#tags[at.name] = at.value;
        return;
      case 'watch':
        this.#watchers = at.watchers;
        return;
      case 'stop':
        tell({ kind: 'stopped', result: this.#stop(at) });
        port.close();
        return;
      case undefined:
        return;
    }
  }

  /** Large bodies that are not wanted go piece by piece, between the batches. */
  #sweepSoon(): void {
    if (this.#isSweepDue) return;
    this.#isSweepDue = true;
    setImmediate(() => {
      this.#isSweepDue = false;
      try {
        if (!this.#hasStopped && this.#writer.sweepBodies()) this.#sweepSoon();
      } catch {
        // A disk that fails is told by the batches; the next one brings us back here.
      }
    });
  }

  /** Commits a batch and those that wait behind it. Returns a message it took from the port and did not handle. */
  #store(first: Batch): ToWorker | undefined {
    const batches = [first];
    let next: ToWorker | undefined;
    let { used, endedCount } = first;
    while (used < maxGroupBytes && endedCount < maxEndedPerBatch) {
      next = receiveMessageOnPort(port)?.message as ToWorker | undefined;
      if (next?.kind !== 'batch' || endedCount + next.endedCount > maxEndedPerBatch) break;
      batches.push(next);
      used += next.used;
      endedCount += next.endedCount;
      next = undefined;
    }
    const result = this.#assembler.write(framesOf(batches));
    const slabs = batches.map((batch) => batch.slab);
    tell(
      {
        kind: 'stored',
        sequence: batches.at(-1)!.sequence,
        slabs,
        storedCount: result.summaries.length,
        lostCount: result.lostCount,
        problem: result.problem,
        notes: result.notes,
        summaries: this.#watchers > 0 ? result.summaries : [],
      },
      slabs,
    );
    return next;
  }

  #stop({ endedAt, incomplete, rewrite }: Stop): StopResult {
    this.#hasStopped = true;
    insist(() => {
      while (this.#writer.sweepBodies());
    });
    // Takes out what was given up and not yet taken out.
    const orphaned = insist(() => this.#assembler.write([]).problem);
    const because = incomplete ?? orphaned.problem ?? orphaned.value;
    const finished = insist(() => this.#finishSession(endedAt, because, rewrite));
    // It gives up the lock in any case and can be called only once.
    const closed = insist(() => this.#writer.close(), 1);
    return {
      session: this.#session.name,
      exchangeCount: finished.value?.exchangeCount ?? 0,
      outcome: finished.value?.outcome ?? 'written',
      problem: because ?? finished.problem ?? closed.problem,
    };
  }

  /** All or nothing: ends the session, finds its value flows, and lets a rewrite take the old one's place. */
  #finishSession(
    endedAt: number,
    incomplete: string | undefined,
    rewrite: RewriteEnd,
  ): Pick<StopResult, 'exchangeCount' | 'outcome'> {
    const { id, replaces } = this.#session;
    const writer = this.#writer;
    return writer.transaction(() => {
      writer.finishSession(id, { endedAt, ...(incomplete === undefined ? {} : { incomplete }) });
      const session = writer
        .reader()
        .sessions()
        .find((one) => one.id === id);
      const exchangeCount = session?.exchangeCount ?? 0;
      const isUnwanted =
        rewrite === 'discard' || (replaces !== undefined && (incomplete !== undefined || rewrite === 'keep-old'));
      if (exchangeCount === 0 || isUnwanted) {
        writer.deleteSession(id);
        return { exchangeCount, outcome: replaces === undefined ? 'none' : 'old-kept' };
      }
      writer.setTags(id, { ...options.session.tags, ...this.#tags });
      writer.addFlows(id, findFlows(writer.reader(), id, this.#redactor?.pseudonym));
      if (replaces !== undefined) writer.swapSession(replaces, id);
      this.#index(replaces);
      return { exchangeCount, outcome: 'written' };
    });
  }

  /** A recording without an index is whole: replay makes one of its own. */
  #index(replaced: string | undefined): void {
    try {
      reindex(this.#writer, { sessionId: this.#writer.reader().session(replaced ?? this.#session.name).id });
    } catch {
      // What was recorded is more than what was learned from it.
    }
  }
}

/** A disk that fails now and then gets three tries: a session that is not ended looks like one whose recorder crashed. */
function insist<T>(work: () => T, maxTries = 3): { readonly value?: T; readonly problem?: string } {
  let problem = '';
  for (let tries = 0; tries < maxTries; tries += 1) {
    try {
      return { value: work() };
    } catch (thrown) {
      problem = problemOf(thrown);
    }
  }
  return { problem };
}

function* framesOf(batches: readonly Batch[]): IterableIterator<Frame> {
  for (const batch of batches) yield* readFrames(batch.slab, batch.used);
}

try {
  const worker = new RecorderWorker();
  port.on('message', (message: ToWorker) => worker.handle(message));
} catch (thrown) {
  const { code, message, hint } = toAppError(thrown);
  tell({ kind: 'refused', error: { code, message, hint } });
}
