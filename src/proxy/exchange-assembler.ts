import { problemOf } from '../base/errors.ts';
import type { BodyFacts, ExchangeSummary } from '../model/exchange.ts';
import type { SessionTarget } from '../model/session.ts';
import type { CassetteWriter } from '../store/cassette-writer.ts';
import type { BodyCollector } from './body-collector.ts';
import type { Frame } from './capture-frames.ts';
import { type ContentOptions, ExchangeContent } from './exchange-content.ts';
import type { RequestRecord } from './message-record.ts';
import { type ExchangePool, OpenExchange } from './open-exchange.ts';

/** Over all exchanges; beyond it bodies are streamed to the disk without being looked into. */
const maxHeldBytes = 64 * 1024 * 1024;

export interface AssemblerOptions extends ContentOptions {
  readonly writer: CassetteWriter;
  /** Bytes kept of a message of a conversation. */
  readonly maxMessageBytes: number;
}

/** What one group of frames came to. */
export interface GroupResult {
  /** Of the exchanges that ended and are stored now. */
  readonly summaries: readonly ExchangeSummary[];
  readonly lostCount: number;
  /** Why exchanges were lost. */
  readonly problem: string | undefined;
  /** Content that was stored without being looked into, in words. */
  readonly notes: readonly string[];
}

/**
 * Puts exchanges together from frames and writes them: one insert for an exchange that has ended when its group is
 * committed, else a running row now and its end later. Redaction happens here, before anything reaches the disk.
 */
export class ExchangeAssembler {
  readonly #options: AssemblerOptions;
  readonly #content: ExchangeContent;
  readonly #open = new Map<number, OpenExchange>();
  readonly #pool: ExchangePool;
  /** Grows; the content looks into it. */
  readonly #targets: SessionTarget[];
  #hasNewTargets = false;
  /** Rows of exchanges that were given up, to be taken out as soon as writing works. */
  #orphans: number[] = [];
  #summaries: ExchangeSummary[] = [];
  #lostCount = 0;
  #problem: string | undefined;

  constructor(options: AssemblerOptions) {
    this.#options = options;
    this.#targets = [...options.targets];
    this.#content = new ExchangeContent({ ...options, targets: this.#targets });
    const { writer, maxMessageBytes } = options;
    this.#pool = { openSink: () => writer.openBody(), held: { total: 0 }, maxHeldBytes, maxMessageBytes };
  }

  /** Goes into the cassette together with the exchanges that come after. */
  addTarget(target: SessionTarget): void {
    this.#targets.push(target);
    this.#hasNewTargets = true;
  }

  /** Writes one group of frames in one transaction. A failure of the store is part of the result, never thrown. */
  write(frames: Iterable<Frame>): GroupResult {
    this.#summaries = [];
    this.#lostCount = 0;
    this.#problem = undefined;
    this.#content.notes = [];
    const orphans = this.#orphans;
    this.#orphans = [];
    let endedCount = 0;
    try {
      this.#options.writer.transaction(() => {
        if (this.#hasNewTargets) this.#options.writer.setTargets(this.#options.sessionId, this.#targets);
        for (const rowId of orphans) this.#options.writer.dropExchange(rowId);
        for (const frame of frames) {
          if (frame.kind === 'end' || frame.kind === 'failed') endedCount += 1;
          this.#apply(frame);
        }
        for (const exchange of this.#open.values()) this.#keepRunning(exchange);
      });
    } catch (thrown) {
      // The transaction is undone: what these exchanges wrote in it is gone, and with it they are.
      const lostCount = endedCount + this.#open.size;
      this.#orphans.push(...orphans);
      this.#forgetOpen();
      return { summaries: [], lostCount, problem: problemOf(thrown), notes: [] };
    }
    this.#hasNewTargets = false;
    const { notes } = this.#content;
    return { summaries: this.#summaries, lostCount: this.#lostCount, problem: this.#problem, notes };
  }

  #apply(frame: Frame): void {
    if (frame.kind === 'forget-open') {
      this.#forgetOpen();
      return;
    }
    if (frame.kind === 'open') {
      this.#open.set(frame.position, new OpenExchange(frame, this.#pool));
      return;
    }
    const exchange = this.#open.get(frame.position);
    // Given up earlier: the main thread goes on sending until it ends.
    if (!exchange) return;
    if (frame.kind === 'dropped') {
      this.#open.delete(frame.position);
      exchange.abandon();
      if (exchange.rowId !== undefined) this.#options.writer.dropExchange(exchange.rowId);
      return;
    }
    exchange.apply(frame);
    if (exchange.passed.length > 0) this.#keepPassed(exchange);
    if (exchange.end) this.#finish(exchange);
  }

  #forgetOpen(): void {
    for (const exchange of this.#open.values()) this.#giveUp(exchange);
    this.#open.clear();
  }

  #giveUp(exchange: OpenExchange): void {
    if (exchange.rowId !== undefined) this.#orphans.push(exchange.rowId);
    try {
      exchange.abandon();
    } catch {
      // The unfinished body stays without a name until the next writer clears it away.
    }
  }

  /** What is known so far goes into the cassette: readers see it, and a crash leaves a trace of it. */
  #keepRunning(exchange: OpenExchange): void {
    const { writer } = this.#options;
    if (exchange.rowId === undefined) {
      const streamed = exchange.requestIsWhole ? finishStreamed(exchange.requestBody) : undefined;
      const record = this.#attempt(exchange, () => this.#content.request(exchange, streamed));
      if (!record) return;
      exchange.rowId = writer.insertRunning({
        ...this.#content.place(exchange),
        ...this.#content.requestPart(exchange, record, streamed),
      });
      if (exchange.requestIsWhole) {
        exchange.requestIsStored = true;
        this.#keepSlots(exchange, 'request', record.slots);
        exchange.requestBody.release();
      }
    }
    this.#keepEvents(exchange);
    exchange.own();
  }

  #finish(exchange: OpenExchange): void {
    const { writer } = this.#options;
    const { requestIsStored, response } = exchange;
    this.#open.delete(exchange.position);
    const streamedRequest = requestIsStored ? undefined : finishStreamed(exchange.requestBody);
    const streamedResponse = response && finishStreamed(response.body);
    const records = this.#attempt(exchange, () => ({
      request: requestIsStored ? undefined : this.#content.request(exchange, streamedRequest),
      response: response && this.#content.response(exchange),
    }));
    if (!records) return;
    const outcome = this.#content.outcome(exchange, records.response, streamedResponse);
    const { firstByteMs } = exchange;
    const ended = {
      ...(firstByteMs === undefined ? {} : { firstByteMs }),
      durationMs: exchange.end!.durationMs,
      outcome,
    };
    const requestPart = records.request && this.#content.requestPart(exchange, records.request, streamedRequest);
    if (exchange.rowId !== undefined) writer.finishExchange(exchange.rowId, { ...requestPart, ...ended });
    else exchange.rowId = writer.insertExchange({ ...this.#content.place(exchange), ...requestPart!, ...ended });
    if (records.request) this.#keepSlots(exchange, 'request', records.request.slots);
    if (records.response) this.#keepSlots(exchange, 'response', records.response.slots);
    this.#keepEvents(exchange);
    exchange.requestBody.release();
    response?.body.release();
    this.#summaries.push(this.#content.summary(exchange, outcome));
  }

  /** Redaction that fails on some content loses this exchange only: better lost than stored with its secrets. */
  #attempt<T>(exchange: OpenExchange, work: () => T): T | undefined {
    try {
      return work();
    } catch (thrown) {
      this.#open.delete(exchange.position);
      this.#giveUp(exchange);
      this.#lostCount += 1;
      this.#problem = problemOf(thrown);
      return undefined;
    }
  }

  #keepSlots(exchange: OpenExchange, side: 'request' | 'response', slots: RequestRecord['slots']): void {
    if (slots.length === 0) return;
    const { position } = exchange;
    const rows = slots.map(({ place, rule, name, pseudonym }) => ({ position, side, place, rule, name, pseudonym }));
    this.#options.writer.addRedactedSlots(this.#options.sessionId, rows);
  }

  #keepEvents(exchange: OpenExchange): void {
    if (exchange.events.length === 0) return;
    this.#options.writer.addStreamEvents(exchange.rowId!, exchange.events);
    exchange.events = [];
  }

  /**
   * Messages are stored as they come: decompressed, those of one group could be more than fits into memory. The request
   * first, since its secrets must be known when they are looked into.
   */
  #keepPassed(exchange: OpenExchange): void {
    if (exchange.rowId === undefined) this.#keepRunning(exchange);
    const { passed } = exchange;
    exchange.passed = [];
    const redacted = this.#attempt(exchange, () => passed.map((one) => this.#content.redact(exchange, one)));
    if (redacted) exchange.events.push(...redacted.map((one) => this.#content.event(one)));
  }
}

function finishStreamed(body: BodyCollector): BodyFacts | undefined {
  return body.isStreamed ? body.finish() : undefined;
}
