import { problemOf } from '../base/errors.ts';
import { mediaType } from '../model/content-shape.ts';
import {
  type BodyFacts,
  emptyBody,
  type ExchangeSummary,
  type FailureOutcome,
  type Outcome,
  type ResponseFacts,
} from '../model/exchange.ts';
import type { SessionTarget } from '../model/session.ts';
import type { Redactor } from '../redact/redactor.ts';
import type { CassetteWriter } from '../store/cassette-writer.ts';
import type { BodyCollector } from './body-collector.ts';
import type { Frame } from './capture-frames.ts';
import { recordRequest, type RequestRecord, recordResponse, type ResponseRecord } from './message-record.ts';
import { type CollectorPool, isScannable, OpenExchange } from './open-exchange.ts';

/** Over all exchanges; beyond it bodies are streamed to the disk without being looked into. */
const maxHeldBytes = 64 * 1024 * 1024;

export interface AssemblerOptions {
  readonly writer: CassetteWriter;
  readonly sessionId: number;
  readonly session: string;
  readonly targets: readonly SessionTarget[];
  /** Undefined: traffic is stored as it is. */
  readonly redactor: Redactor | undefined;
}

/** What one group of frames came to. */
export interface GroupResult {
  /** Of the exchanges that ended and are stored now. */
  readonly summaries: readonly ExchangeSummary[];
  readonly lostCount: number;
  /** Why exchanges were lost. */
  readonly problem: string | undefined;
  /** Bodies that were stored without being looked into, in words. */
  readonly notes: readonly string[];
}

/**
 * Puts exchanges together from frames and writes them: one insert for an exchange that has ended when its group is
 * committed, else a running row now and its end later. Redaction happens here, before anything reaches the disk.
 */
export class ExchangeAssembler {
  readonly #options: AssemblerOptions;
  readonly #open = new Map<number, OpenExchange>();
  readonly #pool: CollectorPool;
  /** Rows of exchanges that were given up, to be taken out as soon as writing works. */
  #orphans: number[] = [];
  #summaries: ExchangeSummary[] = [];
  #lostCount = 0;
  #problem: string | undefined;
  #notes: string[] = [];

  constructor(options: AssemblerOptions) {
    this.#options = options;
    const { writer } = options;
    this.#pool = { openSink: () => writer.openBody(), held: { total: 0 }, maxHeldBytes };
  }

  /** Writes one group of frames in one transaction. A failure of the store is part of the result, never thrown. */
  write(frames: Iterable<Frame>): GroupResult {
    this.#summaries = [];
    this.#lostCount = 0;
    this.#problem = undefined;
    this.#notes = [];
    const orphans = this.#orphans;
    this.#orphans = [];
    let endedCount = 0;
    try {
      this.#options.writer.transaction(() => {
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
    return { summaries: this.#summaries, lostCount: this.#lostCount, problem: this.#problem, notes: this.#notes };
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
      const record = this.#attempt(exchange, () => this.#recordRequest(exchange, streamed));
      if (!record) return;
      exchange.rowId = writer.insertRunning({
        ...this.#placeOf(exchange),
        ...this.#requestPart(exchange, record, streamed),
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
      request: requestIsStored ? undefined : this.#recordRequest(exchange, streamedRequest),
      response: response && this.#recordResponse(exchange),
    }));
    if (!records) return;
    const outcome = this.#outcome(exchange, records.response, streamedResponse);
    const { firstByteMs } = exchange;
    const ended = {
      ...(firstByteMs === undefined ? {} : { firstByteMs }),
      durationMs: exchange.end!.durationMs,
      outcome,
    };
    const requestPart = records.request && this.#requestPart(exchange, records.request, streamedRequest);
    if (exchange.rowId !== undefined) writer.finishExchange(exchange.rowId, { ...requestPart, ...ended });
    else exchange.rowId = writer.insertExchange({ ...this.#placeOf(exchange), ...requestPart!, ...ended });
    if (records.request) this.#keepSlots(exchange, 'request', records.request.slots);
    if (records.response) this.#keepSlots(exchange, 'response', records.response.slots);
    this.#keepEvents(exchange);
    exchange.requestBody.release();
    response?.body.release();
    this.#summaries.push(this.#summaryOf(exchange, outcome));
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

  #recordRequest(exchange: OpenExchange, streamed: BodyFacts | undefined): RequestRecord {
    const { method, target, requestHeaders: headers, requestTrailers: trailers, requestBody } = exchange;
    const body = exchange.requestIsWhole || exchange.end ? requestBody.whole() : undefined;
    const record = recordRequest(
      { method, target, headers, trailers, body },
      { targetName: this.#targetName(exchange), redactor: this.#options.redactor, streamed, cut: exchange.cutRequest },
    );
    exchange.shownTarget = record.message.target;
    this.#noteUnread(exchange, 'request', record.unread ?? (streamed && tooLarge(headers, streamed)));
    return record;
  }

  #recordResponse(exchange: OpenExchange): ResponseRecord {
    const { status, headers, body } = exchange.response!;
    const trailers = exchange.end!.responseTrailers;
    const whole = body.whole();
    const record = recordResponse({ status, headers, trailers, body: whole }, this.#options.redactor);
    const large = whole === undefined ? tooLarge(headers, { sizeBytes: body.sizeBytes }) : undefined;
    this.#noteUnread(exchange, 'response', record.unread ?? large);
    return record;
  }

  #placeOf(exchange: OpenExchange) {
    const { position, epoch, startedAt } = exchange;
    return { sessionId: this.#options.sessionId, position, epoch, startedAt, targetName: this.#targetName(exchange) };
  }

  #requestPart(exchange: OpenExchange, record: RequestRecord, streamed: BodyFacts | undefined) {
    const { method, target, headers, trailers } = record.message;
    const { httpVersion, end } = exchange;
    const stored = streamed ?? this.#putBody(record.message.body);
    const body = exchange.cutRequest ? { ...stored, truncated: true, fullSizeBytes: end!.requestBytes } : stored;
    return {
      request: { method, target, httpVersion, headers, trailers, body },
      requestKey: record.key,
      slots: record.keySlots,
    };
  }

  #outcome(exchange: OpenExchange, record: ResponseRecord | undefined, streamed: BodyFacts | undefined): Outcome {
    const end = exchange.end!;
    const response = record && this.#responseFacts(exchange, record, streamed);
    if (!end.failure) return { kind: 'response', ...response! };
    const failure: FailureOutcome = { kind: 'failure', ...end.failure };
    return response ? { ...failure, response } : failure;
  }

  #responseFacts(exchange: OpenExchange, record: ResponseRecord, streamed: BodyFacts | undefined): ResponseFacts {
    const { status, reason, httpVersion, framing, body } = exchange.response!;
    const { responseBytes } = exchange.end!;
    const stored = streamed ?? this.#putBody(record.message.body);
    const isCut = responseBytes > body.sizeBytes;
    return {
      status,
      reason,
      httpVersion,
      headers: record.message.headers,
      trailers: record.message.trailers,
      body: isCut ? { ...stored, truncated: true, fullSizeBytes: responseBytes } : stored,
      framing,
      informational: exchange.informational.map((interim) => this.#redactInterim(interim)),
    };
  }

  #redactInterim<T extends { readonly status: number; readonly headers: readonly string[] }>(interim: T): T {
    const message = { status: interim.status, headers: interim.headers, trailers: [], body: undefined };
    return { ...interim, headers: recordResponse(message, this.#options.redactor).message.headers };
  }

  #putBody(bytes: Buffer | undefined): BodyFacts {
    return bytes === undefined || bytes.length === 0 ? emptyBody : this.#options.writer.putBody(bytes);
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

  #noteUnread(exchange: OpenExchange, side: 'request' | 'response', why: string | undefined): void {
    if (why === undefined || !this.#options.redactor) return;
    this.#notes.push(`${side} body of ${exchange.method} ${exchange.shownTarget} may hold secrets: ${why}`);
  }

  #targetName(exchange: OpenExchange): string {
    return this.#options.targets[exchange.targetIndex]!.name;
  }

  #summaryOf(exchange: OpenExchange, outcome: Outcome): ExchangeSummary {
    const { position, method, startedAt, response, end, cutRequest } = exchange;
    const stored = outcome.kind === 'response' ? outcome : outcome.response;
    return {
      sessionId: this.#options.sessionId,
      session: this.#options.session,
      position,
      method,
      target: exchange.shownTarget,
      targetName: this.#targetName(exchange),
      startedAt,
      durationMs: end!.durationMs,
      ...(outcome.kind === 'response' ? { status: outcome.status } : { failure: outcome.code }),
      requestBytes: end!.requestBytes,
      responseBytes: end!.responseBytes,
      ...(cutRequest || stored?.body.truncated ? { truncated: true } : {}),
      contentType: response ? mediaType(response.headers) : '',
    };
  }
}

function finishStreamed(body: BodyCollector): BodyFacts | undefined {
  return body.isStreamed ? body.finish() : undefined;
}

function tooLarge(headers: readonly string[], body: { readonly sizeBytes: number }): string | undefined {
  return isScannable(headers) ? `its ${body.sizeBytes} bytes are too many to be looked into` : undefined;
}
