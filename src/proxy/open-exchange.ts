import type { BodyHash } from '../match/canonical-request.ts';
import { isJsonType, mediaType } from '../model/content-shape.ts';
import type { FailureCode, Framing, InformationalResponse } from '../model/exchange.ts';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import type { StreamEvent } from '../model/stream-event.ts';
import { BodyCollector, type CollectorOptions } from './body-collector.ts';
import { fieldsOf, type Frame } from './capture-frames.ts';
import { ConversationReader, type Passed } from './conversation-reader.ts';
import { FirstMessage, isGrpcCall } from './grpc-first-message.ts';
import { maxMatchedBodyBytes } from './request-body.ts';

/** Structured bodies up to here are held whole so that secrets can be replaced in them. */
const maxScannedBytes = 16 * 1024 * 1024;
/** As large as one blob in a cassette; what is larger and not text need not be held. */
const smallBodyBytes = 256 * 1024;

/** What the exchanges of a recording share. */
export interface ExchangePool extends Omit<CollectorOptions, 'holdBytes'> {
  /** Bytes kept of a message of a conversation. */
  readonly maxMessageBytes: number;
}

type Direction = StreamEvent['direction'];

export interface ResponseSoFar {
  readonly status: number;
  readonly reason: string;
  readonly httpVersion: string;
  readonly headers: RawHeaders;
  readonly framing: Framing;
  readonly body: BodyCollector;
}

export interface ExchangeEnd {
  readonly durationMs: number;
  /** Bytes on the wire; more than were captured when a limit cut them. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly responseTrailers: RawHeaders;
  readonly failure: { readonly code: FailureCode; readonly message: string } | undefined;
}

/** An exchange put together from its frames, until its end is known. */
export class OpenExchange {
  readonly position: number;
  readonly epoch: number;
  readonly startedAt: number;
  readonly targetIndex: number;
  readonly method: string;
  readonly target: string;
  readonly httpVersion: string;
  readonly requestHeaders: RawHeaders;
  readonly requestBody: BodyCollector;
  readonly informational: InformationalResponse[] = [];
  readonly #pool: ExchangePool;
  readonly #firstMessage: FirstMessage | undefined;
  requestTrailers: RawHeaders = [];
  requestIsWhole = false;
  firstByteMs: number | undefined;
  response: ResponseSoFar | undefined;
  /** Not yet in the cassette. */
  events: StreamEvent[] = [];
  /** Not yet among the events. */
  passed: readonly Passed[] = [];
  #conversation: ConversationReader | undefined;
  end: ExchangeEnd | undefined;
  /** The request target after redaction, as far as known. */
  shownTarget = '';
  /** Row in the cassette, once it is visible there as running. */
  rowId: number | undefined;
  /** The row already has the whole request. */
  requestIsStored = false;

  constructor(frame: Frame, pool: ExchangePool) {
    const [epoch, startedAt, targetIndex, method, target, httpVersion, ...headers] = fieldsOf(frame);
    this.position = frame.position;
    this.epoch = Number(epoch);
    this.startedAt = Number(startedAt);
    this.targetIndex = Number(targetIndex);
    this.method = method!;
    this.target = target!;
    this.httpVersion = httpVersion!;
    this.requestHeaders = withoutEmptyTail(headers);
    this.#pool = pool;
    const holdBytes = isScannable(this.requestHeaders) ? maxScannedBytes : maxMatchedBodyBytes;
    this.requestBody = new BodyCollector({ ...pool, holdBytes });
    if (isGrpcCall(this.requestHeaders)) this.#firstMessage = new FirstMessage();
  }

  /** Of a gRPC call, once it has come. */
  get firstMessage(): BodyHash | undefined {
    return this.#firstMessage?.hash;
  }

  apply(frame: Frame): void {
    switch (frame.kind) {
      case 'request-data':
        this.#firstMessage?.push(frame.payload);
        this.requestBody.add(frame.payload);
        return;
      case 'request-end':
        this.requestTrailers = withoutEmptyTail(fieldsOf(frame));
        this.requestIsWhole = true;
        return;
      case 'informational': {
        const [status, reason = '', ...headers] = fieldsOf(frame);
        this.informational.push({ status: Number(status), reason, headers: withoutEmptyTail(headers) });
        return;
      }
      case 'response-head':
        this.#startResponse(frame);
        return;
      case 'response-data':
        this.response?.body.add(frame.payload);
        return;
      case 'stream-mark': {
        const [offsetMs, direction, sizeBytes] = fieldsOf(frame);
        this.events.push({
          direction: direction as Direction,
          offsetMs: Number(offsetMs),
          sizeBytes: Number(sizeBytes),
        });
        return;
      }
      case 'conversation-chunk': {
        const [offsetMs, direction, sizeBytes] = fieldsOf(frame);
        this.#conversation ??= new ConversationReader(this.response?.headers ?? [], this.#pool);
        if (sizeBytes === '0') this.passed = this.#conversation.endSide(direction as Direction, Number(offsetMs));
        else this.#conversation.startChunk(direction as Direction, Number(offsetMs), Number(sizeBytes));
        return;
      }
      case 'conversation-data':
        this.passed = this.#conversation!.add(frame.payload);
        return;
      case 'end': {
        this.#conversation?.abandon();
        const [durationMs, requestBytes, responseBytes, ...trailers] = fieldsOf(frame);
        this.end = {
          ...numbersOf(durationMs, requestBytes, responseBytes),
          responseTrailers: withoutEmptyTail(trailers),
          failure: undefined,
        };
        return;
      }
      case 'failed': {
        this.#conversation?.abandon();
        const [durationMs, requestBytes, responseBytes, code, message] = fieldsOf(frame);
        this.end = {
          ...numbersOf(durationMs, requestBytes, responseBytes),
          responseTrailers: [],
          failure: { code: code as FailureCode, message: decodeURIComponent(message!) },
        };
        return;
      }
      case 'open':
      case 'dropped':
      case 'forget-open':
        return;
    }
  }

  /**
   * Set at the end if only a part of the request body was captured, with its whole size where that is known: a limit cut
   * it, or the answer came before it was sent.
   */
  get cutRequest(): { readonly sizeBytes: number | undefined } | undefined {
    if (!this.end) return undefined;
    const { requestBytes } = this.end;
    if (this.requestIsWhole) {
      return requestBytes > this.requestBody.sizeBytes ? { sizeBytes: requestBytes } : undefined;
    }
    const length = headerValue(this.requestHeaders, 'content-length');
    return { sizeBytes: length === undefined ? undefined : Number(length) };
  }

  /** Copies what still lies in a slab that will be given back. */
  own(): void {
    this.requestBody.own();
    this.response?.body.own();
  }

  abandon(): void {
    this.requestBody.abandon();
    this.response?.body.abandon();
    this.#conversation?.abandon();
  }

  #startResponse(frame: Frame): void {
    const [firstByteMs, status, framing, httpVersion, reason, ...rest] = fieldsOf(frame);
    const headers = withoutEmptyTail(rest);
    const holdBytes = isScannable(headers) ? maxScannedBytes : smallBodyBytes;
    this.firstByteMs = Number(firstByteMs);
    this.response = {
      status: Number(status),
      reason: reason!,
      httpVersion: httpVersion!,
      headers,
      framing: framing as Framing,
      body: new BodyCollector({ ...this.#pool, holdBytes }),
    };
  }
}

function numbersOf(durationMs?: string, requestBytes?: string, responseBytes?: string) {
  return {
    durationMs: Number(durationMs),
    requestBytes: Number(requestBytes),
    responseBytes: Number(responseBytes),
  };
}

/** No headers at all leave one empty field. */
function withoutEmptyTail(headers: readonly string[]): readonly string[] {
  return headers.length === 1 ? [] : headers;
}

/** Content that redaction can look into: JSON and forms, also where the type does not say so. */
export function isScannable(headers: RawHeaders): boolean {
  const type = mediaType(headers);
  return type === '' || type === 'text/plain' || type === 'application/x-www-form-urlencoded' || isJsonType(type);
}
