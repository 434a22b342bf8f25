import { headerValue, type RawHeaders } from '../model/headers.ts';
import { opcodes, type StreamEvent } from '../model/stream-event.ts';
import type { HeldBytes } from './body-collector.ts';
import { parseDeflate } from './websocket-deflate.ts';
import { MessageReader } from './websocket-messages.ts';

type Direction = StreamEvent['direction'];

/** An event of a conversation before its payload is stored. */
export interface Passed {
  readonly direction: Direction;
  readonly offsetMs: number;
  readonly opcode?: number;
  /** May lie in memory that is used again: to be stored or copied at once. Shorter than `sizeBytes` where it was cut. */
  readonly payload: Buffer;
  readonly sizeBytes: number;
}

export interface ConversationLimits {
  /** Bytes kept of a message. */
  readonly maxMessageBytes: number;
  readonly held: HeldBytes;
  readonly maxHeldBytes: number;
}

/** A message is put together in memory; a larger one is cut here. */
const largestMessageBytes = 16 * 1024 * 1024;

const nothing = Buffer.alloc(0);

/** Reads what passes after a 101: the messages of a WebSocket, or the chunks of any other protocol. */
export class ConversationReader {
  readonly #maxMessageBytes: number;
  readonly #readers: Readonly<Record<Direction, MessageReader>> | undefined;
  #chunk: { readonly direction: Direction; readonly offsetMs: number; readonly sizeBytes: number } | undefined;
  /** Of a chunk that came in pieces. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  /** A peer of a WebSocket has closed it. */
  #isClosed = false;

  constructor(responseHeaders: RawHeaders, { maxMessageBytes, held, maxHeldBytes }: ConversationLimits) {
    this.#maxMessageBytes = Math.min(maxMessageBytes, largestMessageBytes);
    if (headerValue(responseHeaders, 'upgrade')?.trim().toLowerCase() !== 'websocket') return;
    const deflate = parseDeflate(responseHeaders);
    const limits = { maxMessageBytes: this.#maxMessageBytes, held, maxHeldBytes };
    this.#readers = {
      request: new MessageReader({ ...limits, deflate: deflate?.client }),
      response: new MessageReader({ ...limits, deflate: deflate?.server }),
    };
  }

  /** A chunk that arrived; `add` gives its bytes. */
  startChunk(direction: Direction, offsetMs: number, sizeBytes: number): void {
    this.#chunk = { direction, offsetMs, sizeBytes };
  }

  add(piece: Buffer): Passed[] {
    const { direction, offsetMs, sizeBytes } = this.#chunk!;
    if (this.#readers) {
      return this.#readers[direction].push(piece).map((item) => {
        if (item.kind === 'bytes') return { direction, offsetMs, ...this.#cut(item.payload) };
        const { opcode, payload, sizeBytes } = item;
        this.#isClosed ||= opcode === opcodes.close;
        return { direction, offsetMs, opcode, payload, sizeBytes };
      });
    }
    if (piece.length === sizeBytes) return [{ direction, offsetMs, ...this.#cut(piece) }];
    this.#pieces.push(Buffer.from(piece));
    this.#pieceBytes += piece.length;
    if (this.#pieceBytes < sizeBytes) return [];
    const payload = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#pieceBytes = 0;
    return [{ direction, offsetMs, ...this.#cut(payload) }];
  }

  /** A side has ended. After the close of a WebSocket that goes without saying. */
  endSide(direction: Direction, offsetMs: number): Passed[] {
    return this.#isClosed ? [] : [{ direction, offsetMs, payload: nothing, sizeBytes: 0 }];
  }

  /** Lets go of messages that are not complete. */
  abandon(): void {
    this.#readers?.request.abandon();
    this.#readers?.response.abandon();
  }

  #cut(payload: Buffer): { readonly payload: Buffer; readonly sizeBytes: number } {
    return { payload: payload.subarray(0, this.#maxMessageBytes), sizeBytes: payload.length };
  }
}
