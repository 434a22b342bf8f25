/** Frames of the WebSocket protocol (RFC 6455 §5), read from chunks with any borders, and written. */

/** What stands before a frame's payload. */
export interface FrameHead {
  readonly isFinal: boolean;
  /** RSV1: the first frame of a compressed message has it (RFC 7692 §6). */
  readonly isCompressed: boolean;
  /** 0 for a continuation. */
  readonly opcode: number;
  readonly payloadBytes: number;
  /** 4 bytes; clients mask, servers do not. */
  readonly mask: Buffer | undefined;
}

export interface FrameHandler {
  /** False when this frame is against the protocol; then reading frames ends with it. */
  readonly head: (head: FrameHead) => boolean;
  /** A piece of the frame's payload, still masked; `offset` is its place in the payload. Gone when this returns. */
  readonly payload: (piece: Buffer, offset: number) => void;
  readonly end: () => void;
}

/** 2 bytes, 8 of an extended length, 4 of a mask. */
const maxHeadBytes = 14;
/** Control frames are whole and short (RFC 6455 §5.5). */
const maxControlBytes = 125;

const knownOpcodes: ReadonlySet<number> = new Set([0, 1, 2, 8, 9, 10]);

export const isControl = (opcode: number): boolean => opcode >= 8;

/** Reads the frames of one direction. */
export class FrameReader {
  readonly #handler: FrameHandler;
  readonly #head = Buffer.alloc(maxHeadBytes);
  #headBytes = 0;
  #frame: FrameHead | undefined;
  #payloadDone = 0;
  #isBroken = false;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  /**
   * Reads a chunk. Returns what is no frames any more: from the first frame on that is against the protocol every byte,
   * its head included; undefined while all is well.
   */
  push(chunk: Buffer): Buffer | undefined {
    if (this.#isBroken) return chunk;
    for (let at = 0; at < chunk.length || this.#isAtEnd();) {
      if (this.#frame) {
        const piece = chunk.subarray(at, at + this.#frame.payloadBytes - this.#payloadDone);
        if (piece.length > 0) this.#handler.payload(piece, this.#payloadDone);
        this.#payloadDone += piece.length;
        at += piece.length;
        if (this.#payloadDone < this.#frame.payloadBytes) return undefined;
        this.#frame = undefined;
        this.#handler.end();
        continue;
      }
      this.#head[this.#headBytes] = chunk[at]!;
      this.#headBytes += 1;
      at += 1;
      if (this.#headBytes < headLength(this.#head, this.#headBytes)) continue;
      const head = parseHead(this.#head);
      if (!head || !this.#handler.head(head)) {
        this.#isBroken = true;
        return Buffer.concat([this.#head.subarray(0, this.#headBytes), chunk.subarray(at)]);
      }
      this.#headBytes = 0;
      this.#frame = head;
      this.#payloadDone = 0;
    }
    return undefined;
  }

  /** A frame without a payload ends without a further byte. */
  #isAtEnd(): boolean {
    return this.#frame !== undefined && this.#payloadDone === this.#frame.payloadBytes;
  }
}

/** How long the head is, as far as its first bytes tell. */
function headLength(head: Buffer, known: number): number {
  if (known < 2) return 2;
  const length = head[1]! & 0x7f;
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (head[1]! & 0x80 ? 4 : 0);
}

/** Undefined for one that no extension we know could mean (RFC 6455 §5.2, RFC 7692 §6). */
function parseHead(head: Buffer): FrameHead | undefined {
  const isFinal = (head[0]! & 0x80) !== 0;
  const opcode = head[0]! & 0x0f;
  const short = head[1]! & 0x7f;
  const length = short === 126 ? head.readUInt16BE(2) : short === 127 ? Number(head.readBigUInt64BE(2)) : short;
  if ((head[0]! & 0x30) !== 0 || !knownOpcodes.has(opcode) || length > Number.MAX_SAFE_INTEGER) return undefined;
  if (isControl(opcode) && (!isFinal || length > maxControlBytes)) return undefined;
  const at = headLength(head, 2) - 4;
  return {
    isFinal,
    isCompressed: (head[0]! & 0x40) !== 0,
    opcode,
    payloadBytes: length,
    mask: head[1]! & 0x80 ? Buffer.from(head.subarray(at, at + 4)) : undefined,
  };
}

/** Masks or unmasks in place (RFC 6455 §5.3); `offset` is the bytes' place in the payload. */
export function applyMask(bytes: Buffer, mask: Buffer, offset: number): void {
  for (let i = 0; i < bytes.length; i += 1) bytes[i]! ^= mask[(offset + i) & 3]!;
}

/** One frame as bytes. Servers send without a mask, clients with one of 4 bytes. */
export function encodeFrame(
  opcode: number,
  payload: Buffer,
  options: { readonly mask?: Buffer; readonly isFinal?: boolean; readonly isCompressed?: boolean } = {},
): Buffer {
  const { mask, isFinal = true, isCompressed = false } = options;
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const start = 2 + extended + (mask ? 4 : 0);
  const frame = Buffer.alloc(start + length);
  frame[0] = (isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | opcode;
  frame[1] = (mask ? 0x80 : 0) | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) frame.writeUInt16BE(length, 2);
  if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  payload.copy(frame, start);
  if (mask) {
    mask.copy(frame, start - 4);
    applyMask(frame.subarray(start), mask, 0);
  }
  return frame;
}
