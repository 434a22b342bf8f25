import { type Exchange, responseOf, type StreamMark } from '../model/exchange.ts';
import type { RawHeaders } from '../model/headers.ts';
import { isConversation, type StreamEvent } from '../model/stream-event.ts';
import { AskedBefore } from './asked-before.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';

/** A recorded exchange, ready to be served. */
export interface Recording {
  readonly exchange: Exchange;
  /** The response body (of a failure: what had arrived of it); undefined when it is too large to hold and is read in pieces. */
  readonly body: Buffer | undefined;
  /** When the chunks of a stream arrived; empty for any other response. */
  readonly marks: readonly StreamMark[];
  /** What was said after a switch to another protocol; empty for any other response. */
  readonly events: readonly StreamEvent[];
  /** It stays in memory: what is derived from it is worth keeping. */
  readonly isHeld?: true;
}

/** Larger bodies are read piece by piece while they are served and never held. */
export const maxHeldBodyBytes = 1024 * 1024;

/** Ten thousand ordinary responses; a proxy beside a test run should not be noticed. */
const defaultMaxBytes = 64 * 1024 * 1024;

/** What a small recording adds to the resident memory beside its bytes (measured: objects, strings, allocator). */
const overheadBytes = 5000;

const nothing = Buffer.alloc(0);
const none: readonly never[] = [];

/**
 * Holds recordings from the second time on that they are asked for. The least recently served go first; what stays costs
 * at most `maxBytes`.
 */
export class RecordingCache {
  readonly #reader: CassetteReader;
  readonly #maxBytes: number;
  readonly #entries = new Map<number, { readonly recording: Recording; readonly sizeBytes: number }>();
  readonly #asked = new AskedBefore();
  #heldBytes = 0;

  constructor(reader: CassetteReader, maxBytes: number = defaultMaxBytes) {
    this.#reader = reader;
    this.#maxBytes = maxBytes;
  }

  /** Bytes held, by estimate. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** By row id; undefined when there is no such exchange. Throws CASSETTE_CORRUPT when its body does not fit its checksum. */
  get(exchangeId: number): Recording | undefined {
    const held = this.#entries.get(exchangeId);
    if (held) {
      // A map keeps the order of insertion: what was used last goes to the end.
      this.#entries.delete(exchangeId);
      this.#entries.set(exchangeId, held);
      return held.recording;
    }
    const recording = this.#load(exchangeId);
    if (!recording || !this.#asked.again(exchangeId)) return recording;
    const lasting: Recording = { ...recording, isHeld: true };
    this.#hold(exchangeId, lasting);
    return lasting;
  }

  /** The response body in pieces of at most 1 MiB. The last one comes only when the whole fits its checksum. */
  *bodyOf(recording: Recording): IterableIterator<Buffer> {
    if (recording.body) {
      if (recording.body.length > 0) yield recording.body;
      return;
    }
    const response = responseOf(recording.exchange.outcome);
    if (response) yield* this.#reader.bodyChunks(response.body.sha256);
  }

  /** What is stored of an event's payload. */
  payloadOf({ sha256, sizeBytes, storedBytes = sizeBytes }: StreamEvent): Buffer {
    return sha256 === undefined || storedBytes === 0 ? nothing : this.#reader.body(sha256);
  }

  #load(exchangeId: number): Recording | undefined {
    const stored = this.#reader.recording(exchangeId, maxHeldBodyBytes);
    if (!stored) return undefined;
    const { exchange, body, hasEvents } = stored;
    if (!hasEvents) return { exchange, body, marks: none, events: none };
    return responseOf(exchange.outcome)?.status === 101
      ? { exchange, body, marks: none, events: this.#reader.streamEvents(exchangeId).filter(isConversation) }
      : { exchange, body, marks: this.#reader.streamMarks(exchangeId), events: none };
  }

  #hold(exchangeId: number, recording: Recording): void {
    const sizeBytes = sizeOf(recording);
    this.#entries.set(exchangeId, { recording, sizeBytes });
    this.#heldBytes += sizeBytes;
    for (const [id, entry] of this.#entries) {
      if (this.#heldBytes <= this.#maxBytes) return;
      this.#entries.delete(id);
      this.#heldBytes -= entry.sizeBytes;
    }
  }
}

function sizeOf({ exchange, body, marks, events }: Recording): number {
  const response = responseOf(exchange.outcome);
  const headerChars = charsOf(exchange.request.headers) + charsOf(response?.headers ?? []);
  // Two numbers and an object for each mark; an event has a checksum too.
  return overheadBytes + (body?.length ?? 0) + 2 * headerChars + 64 * marks.length + 250 * events.length;
}

function charsOf(headers: RawHeaders): number {
  let chars = 0;
  for (const text of headers) chars += text.length;
  return chars;
}
