import type { HeldBytes } from './body-collector.ts';
import { type DeflateSide, Inflater } from './websocket-deflate.ts';
import { applyMask, type FrameHead, FrameReader, isControl } from './websocket-frames.ts';

/** What passed in one direction: a whole message, or bytes that are no frames. */
export type WebSocketItem =
  | {
      readonly kind: 'message';
      /** 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
      readonly opcode: number;
      /** Unmasked and decompressed; shorter than `sizeBytes` where a limit cut it. */
      readonly payload: Buffer;
      /** Of a compressed message that was not decompressed: its size as sent. */
      readonly sizeBytes: number;
    }
  | { readonly kind: 'bytes'; readonly payload: Buffer };

export interface MessageReaderOptions {
  /** How this direction compresses, if that was agreed on. */
  readonly deflate: DeflateSide | undefined;
  /** Bytes kept of a message. */
  readonly maxMessageBytes: number;
  /** Shared with other readers, so that many large messages at once cannot fill the memory. */
  readonly held?: HeldBytes;
  readonly maxHeldBytes?: number;
}

/** A compressed message is held up to here even if less will be kept: the messages after it refer to it. */
const maxCompressedBytes = 16 * 1024 * 1024;

/** A message whose end has not come yet. */
class Assembly {
  readonly opcode: number;
  readonly isCompressed: boolean;
  /** Grows by doubling: a message may come in millions of pieces. */
  #bytes = Buffer.alloc(0);
  heldBytes = 0;
  /** On the wire. */
  sizeBytes = 0;

  constructor({ opcode, isCompressed }: FrameHead) {
    this.opcode = opcode;
    this.isCompressed = isCompressed;
  }

  get held(): Buffer {
    return this.#bytes.subarray(0, this.heldBytes);
  }

  /** Copies a piece; returns the copy. */
  hold(piece: Buffer): Buffer {
    const needed = this.heldBytes + piece.length;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
      this.held.copy(larger);
      this.#bytes = larger;
    }
    piece.copy(this.#bytes, this.heldBytes);
    const copy = this.#bytes.subarray(this.heldBytes, needed);
    this.heldBytes = needed;
    return copy;
  }
}

/**
 * Reads the messages of one direction of a WebSocket: frames are unmasked, joined and decompressed. What breaks the
 * protocol, and everything after it, comes as bytes. A message whose end never comes is none.
 */
export class MessageReader {
  readonly #options: MessageReaderOptions;
  readonly #held: HeldBytes;
  readonly #inflater: Inflater | undefined;
  readonly #frames: FrameReader;
  #message: Assembly | undefined;
  /** May come between the fragments of a message. */
  #control: Assembly | undefined;
  #frame: FrameHead | undefined;
  #items: WebSocketItem[] = [];

  constructor(options: MessageReaderOptions) {
    this.#options = options;
    this.#held = options.held ?? { total: 0 };
    this.#inflater = options.deflate && new Inflater(options.deflate);
    this.#frames = new FrameReader({
      head: (head) => this.#onHead(head),
      payload: (piece, offset) => this.#onPayload(piece, offset),
      end: () => this.#onEnd(),
    });
  }

  /** What became complete with this chunk, whose memory may be used again afterwards. */
  push(chunk: Buffer): WebSocketItem[] {
    const bytes = this.#frames.push(chunk);
    if (bytes) {
      this.abandon();
      this.#items.push({ kind: 'bytes', payload: Buffer.from(bytes) });
    }
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Lets go of what is not complete. */
  abandon(): void {
    this.#held.total -= (this.#message?.heldBytes ?? 0) + (this.#control?.heldBytes ?? 0);
    this.#message = undefined;
    this.#control = undefined;
  }

  #onHead(head: FrameHead): boolean {
    const { opcode, isCompressed } = head;
    const isFirst = opcode === 1 || opcode === 2;
    if (isCompressed && !(isFirst && this.#inflater)) return false;
    if (isControl(opcode)) this.#control = new Assembly(head);
    else if (isFirst === (this.#message !== undefined)) return false;
    else if (isFirst) this.#message = new Assembly(head);
    this.#frame = head;
    return true;
  }

  #onPayload(piece: Buffer, offset: number): void {
    const assembly = this.#current();
    const { maxMessageBytes, maxHeldBytes = Number.POSITIVE_INFINITY } = this.#options;
    const limit = assembly.isCompressed ? maxCompressedBytes : maxMessageBytes;
    const isWhole = assembly.heldBytes === assembly.sizeBytes;
    assembly.sizeBytes += piece.length;
    const room = Math.min(limit - assembly.heldBytes, maxHeldBytes - this.#held.total);
    if (!isWhole || room <= 0) return;
    const kept = assembly.hold(piece.subarray(0, room));
    if (this.#frame!.mask) applyMask(kept, this.#frame!.mask, offset);
    this.#held.total += kept.length;
  }

  #onEnd(): void {
    const assembly = this.#current();
    if (!this.#frame!.isFinal) return;
    this.#held.total -= assembly.heldBytes;
    if (assembly === this.#control) this.#control = undefined;
    else this.#message = undefined;
    this.#items.push({ kind: 'message', opcode: assembly.opcode, ...this.#contentOf(assembly) });
  }

  #current(): Assembly {
    return (isControl(this.#frame!.opcode) ? this.#control : this.#message)!;
  }

  #contentOf(assembly: Assembly): { readonly payload: Buffer; readonly sizeBytes: number } {
    const { held, sizeBytes } = assembly;
    if (!assembly.isCompressed) return { payload: held, sizeBytes };
    if (held.length < sizeBytes) this.#inflater!.skip();
    const content = held.length < sizeBytes ? undefined : this.#inflater!.inflate(held);
    if (!content) return { payload: Buffer.alloc(0), sizeBytes };
    return { payload: content.subarray(0, this.#options.maxMessageBytes), sizeBytes: content.length };
  }
}
