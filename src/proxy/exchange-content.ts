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
import type { StreamEvent } from '../model/stream-event.ts';
import type { Redactor } from '../redact/redactor.ts';
import type { CassetteWriter } from '../store/cassette-writer.ts';
import type { Passed } from './conversation-reader.ts';
import { recordRequest, type RequestRecord, recordResponse, type ResponseRecord } from './message-record.ts';
import { isScannable, type OpenExchange } from './open-exchange.ts';

export interface ContentOptions {
  readonly writer: Pick<CassetteWriter, 'putBody'>;
  readonly sessionId: number;
  readonly session: string;
  readonly targets: readonly SessionTarget[];
  /** Undefined: traffic is stored as it is. */
  readonly redactor: Redactor | undefined;
}

/** Makes what goes into the cassette of what was captured: redacted, with keys, bodies stored. */
export class ExchangeContent {
  readonly #options: ContentOptions;
  /** Content that was stored without being looked into, in words; whoever reads them empties the list. */
  notes: string[] = [];

  constructor(options: ContentOptions) {
    this.#options = options;
  }

  request(exchange: OpenExchange, streamed: BodyFacts | undefined): RequestRecord {
    const { method, target, requestHeaders: headers, requestTrailers: trailers, requestBody } = exchange;
    const body = exchange.requestIsWhole || exchange.end ? requestBody.whole() : undefined;
    const record = recordRequest(
      { method, target, headers, trailers, body },
      {
        targetName: this.#targetName(exchange),
        redactor: this.#options.redactor,
        streamed,
        cut: exchange.cutRequest,
        firstMessage: exchange.firstMessage,
      },
    );
    exchange.shownTarget = record.message.target;
    this.#noteUnread(exchange, 'request body', record.unread ?? (streamed && tooLarge(headers, streamed)));
    return record;
  }

  response(exchange: OpenExchange): ResponseRecord {
    const { status, headers, body } = exchange.response!;
    const trailers = exchange.end!.responseTrailers;
    const whole = body.whole();
    const record = recordResponse({ status, headers, trailers, body: whole }, this.#options.redactor);
    const large = whole === undefined ? tooLarge(headers, { sizeBytes: body.sizeBytes }) : undefined;
    this.#noteUnread(exchange, 'response body', record.unread ?? large);
    return record;
  }

  /** A message of a conversation without its secrets. */
  redact(exchange: OpenExchange, passed: Passed): Passed {
    const { direction, payload, sizeBytes } = passed;
    const isCut = payload.length < sizeBytes;
    if (isCut) this.#noteUnread(exchange, `${direction} message`, 'it is cut off');
    const redacted = this.#options.redactor?.payload(direction, payload) ?? payload;
    return { ...passed, payload: redacted, sizeBytes: isCut ? sizeBytes : redacted.length };
  }

  /** Stores the payload; the event refers to it. */
  event({ payload, ...event }: Passed): StreamEvent {
    return { ...event, sha256: this.#putBody(payload).sha256 };
  }

  place(exchange: OpenExchange) {
    const { position, epoch, startedAt } = exchange;
    return { sessionId: this.#options.sessionId, position, epoch, startedAt, targetName: this.#targetName(exchange) };
  }

  requestPart(exchange: OpenExchange, record: RequestRecord, streamed: BodyFacts | undefined) {
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

  outcome(exchange: OpenExchange, record: ResponseRecord | undefined, streamed: BodyFacts | undefined): Outcome {
    const end = exchange.end!;
    const response = record && this.#responseFacts(exchange, record, streamed);
    if (!end.failure) return { kind: 'response', ...response! };
    const failure: FailureOutcome = { kind: 'failure', ...end.failure };
    if (response) return { ...failure, response };
    const informational = exchange.informational.map((interim) => this.#redactInterim(interim));
    return informational.length > 0 ? { ...failure, informational } : failure;
  }

  summary(exchange: OpenExchange, outcome: Outcome): ExchangeSummary {
    const { position, method, startedAt, response, end, requestBody } = exchange;
    const isRequestCut = end!.requestBytes > requestBody.sizeBytes;
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
      ...(isRequestCut || stored?.body.truncated ? { truncated: true } : {}),
      contentType: response ? mediaType(response.headers) : '',
    };
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

  #noteUnread(exchange: OpenExchange, what: string, why: string | undefined): void {
    if (why === undefined || !this.#options.redactor) return;
    this.notes.push(`${what} of ${exchange.method} ${exchange.shownTarget} may hold secrets: ${why}`);
  }

  #targetName(exchange: OpenExchange): string {
    return this.#options.targets[exchange.targetIndex]!.name;
  }
}

function tooLarge(headers: readonly string[], body: { readonly sizeBytes: number }): string | undefined {
  return isScannable(headers) ? `its ${body.sizeBytes} bytes are too many to be looked into` : undefined;
}
