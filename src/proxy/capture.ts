import type { StreamMark } from '../model/exchange.ts';
import type { RawHeaders } from '../model/headers.ts';
import type { FrameKind } from './capture-frames.ts';
import type { Share } from './frame-queue.ts';
import type { HopFailure } from './hop-failure.ts';
import type { HopObserver, InterimHead, ResponseHead } from './hop-observer.ts';
import { requestMarker, responseMarker, type StreamMarker } from './stream-marker.ts';

/** Where a capture tells what it sees (the recorder). */
export interface CaptureSink {
  /** Counts up when open exchanges are given up; a capture from before then does nothing more. */
  readonly generation: number;
  /** From now on exchanges that fail do so because we stop. */
  readonly isInterrupting: boolean;
  readonly text: (kind: FrameKind, position: number, text: string) => void;
  /** False when reading should wait for `whenRoom`. */
  readonly data: (kind: FrameKind, position: number, chunk: Buffer, share: Share) => boolean;
  readonly end: (kind: 'end' | 'failed' | 'dropped', position: number, text: string, stored?: () => void) => void;
  readonly whenRoom: (share: Share, resume: () => void) => void;
}

export interface CaptureOptions {
  readonly position: number;
  readonly requestHeaders: RawHeaders;
  /** `performance.now()` at the arrival of the request head. */
  readonly arrivedAtMs: number;
  /** Bytes kept of each body; the rest is counted only. */
  readonly maxBodyBytes: number;
  /** Looks at the response head: false takes the exchange out of the recording again. */
  readonly admitsResponse: ((headers: RawHeaders) => boolean) | undefined;
}

/** An exchange with more than this must leave room in the queue for the others. */
const largeBytes = 1024 * 1024;

/** Sees one exchange pass by and tells the recorder. Every copy of a byte made for recording is made here. */
export class Capture implements HopObserver {
  readonly #recorder: CaptureSink;
  readonly #options: CaptureOptions;
  readonly #generation: number;
  #requestBytes = 0;
  #responseBytes = 0;
  #conversationBytes = 0;
  #requestMarker: StreamMarker | undefined;
  #responseMarker: StreamMarker | undefined;
  #isDropped = false;

  constructor(recorder: CaptureSink, options: CaptureOptions) {
    this.#recorder = recorder;
    this.#options = options;
    this.#generation = recorder.generation;
  }

  requestData(chunk: Buffer): boolean {
    // Most requests have no body, and their types need not be looked at.
    if (this.#requestBytes === 0) this.#requestMarker = requestMarker(this.#options.requestHeaders);
    this.#requestBytes += chunk.length;
    if (this.#requestMarker) this.#mark('request', this.#requestMarker(chunk, this.#elapsedMs()));
    return this.#keep('request-data', chunk, this.#requestBytes);
  }

  requestEnd(trailers: RawHeaders): void {
    if (this.#isLive()) this.#recorder.text('request-end', this.#options.position, trailers.join('\n'));
  }

  informational({ status, reason, headers }: InterimHead): void {
    if (this.#isLive()) this.#recorder.text('informational', this.#options.position, fields(status, reason, headers));
  }

  responseHead(head: ResponseHead): void {
    if (!this.#isLive()) return;
    const { position, admitsResponse } = this.#options;
    if (admitsResponse && !admitsResponse(head.headers)) {
      this.#isDropped = true;
      this.#recorder.end('dropped', position, '');
      return;
    }
    const elapsedMs = this.#elapsedMs();
    this.#responseMarker = responseMarker(head, elapsedMs);
    const { status, framing, httpVersion, reason, headers } = head;
    const text = fields(elapsedMs, status, framing, httpVersion, reason, headers);
    this.#recorder.text('response-head', position, text);
  }

  responseData(chunk: Buffer): boolean {
    this.#responseBytes += chunk.length;
    if (this.#responseMarker) this.#mark('response', this.#responseMarker(chunk, this.#elapsedMs()));
    return this.#keep('response-data', chunk, this.#responseBytes);
  }

  conversationData(direction: 'request' | 'response', chunk: Buffer): boolean {
    if (!this.#isLive()) return true;
    const { position } = this.#options;
    this.#conversationBytes += chunk.length;
    this.#recorder.text('conversation-chunk', position, fields(this.#elapsedMs(), direction, chunk.length));
    return chunk.length === 0 || this.#recorder.data('conversation-data', position, chunk, this.#share());
  }

  responseEnd(trailers: RawHeaders, stored?: () => void): void {
    const text = fields(this.#elapsedMs(), this.#requestBytes, this.#responseBytes, trailers);
    this.#end('end', text, stored);
  }

  failed(failure: HopFailure, stored?: () => void): void {
    const { code, message } = this.#recorder.isInterrupting ? interruption : failure;
    const words = encodeURIComponent(message);
    const text = fields(this.#elapsedMs(), this.#requestBytes, this.#responseBytes, code, words);
    this.#end('failed', text, stored);
  }

  whenRoom(resume: () => void): void {
    this.#recorder.whenRoom(this.#share(), resume);
  }

  #end(kind: 'end' | 'failed', text: string, stored: (() => void) | undefined): void {
    if (this.#isLive()) this.#recorder.end(kind, this.#options.position, text, stored);
    else stored?.();
  }

  #mark(direction: 'request' | 'response', marks: readonly StreamMark[]): void {
    if (!this.#isLive()) return;
    for (const { offsetMs, sizeBytes } of marks) {
      this.#recorder.text('stream-mark', this.#options.position, fields(offsetMs, direction, sizeBytes));
    }
  }

  #keep(kind: 'request-data' | 'response-data', chunk: Buffer, total: number): boolean {
    if (!this.#isLive()) return true;
    const excess = total - this.#options.maxBodyBytes;
    if (excess <= 0) return this.#recorder.data(kind, this.#options.position, chunk, this.#share());
    if (excess >= chunk.length) return true;
    return this.#recorder.data(kind, this.#options.position, chunk.subarray(0, chunk.length - excess), this.#share());
  }

  #share(): Share {
    const bytes = this.#requestBytes + this.#responseBytes + this.#conversationBytes;
    return bytes > largeBytes ? 'bulk' : 'ordinary';
  }

  #isLive(): boolean {
    return !this.#isDropped && this.#generation === this.#recorder.generation;
  }

  #elapsedMs(): number {
    return Math.round((performance.now() - this.#options.arrivedAtMs) * 1000) / 1000;
  }
}

const interruption: HopFailure = {
  code: 'interrupted',
  message: 'the recorder was stopped before the exchange had ended',
};

/** Fields of a text frame; headers become two fields each. */
export function fields(...values: readonly (string | number | RawHeaders)[]): string {
  let text = '';
  for (const value of values) {
    if (text !== '') text += '\n';
    text += typeof value === 'object' ? value.join('\n') : value;
  }
  return text;
}
