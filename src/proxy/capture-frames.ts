/**
 * What the main thread tells the recorder's worker, as bytes: frames in a slab of memory that changes hands without
 * being copied. One message object for each exchange would cost the main thread ten times as much.
 *
 * A frame is kind (1 byte), position of the exchange (4), length of the payload (4), payload. Text payloads are fields
 * separated by line feeds, which no header can contain.
 */
export type FrameKind =
  | 'open'
  | 'request-data'
  | 'request-end'
  | 'informational'
  | 'response-head'
  | 'response-data'
  | 'stream-mark'
  | 'conversation-chunk'
  | 'conversation-data'
  | 'end'
  | 'failed'
  | 'dropped'
  | 'forget-open';

const kinds: readonly FrameKind[] = [
  'open',
  'request-data',
  'request-end',
  'informational',
  'response-head',
  'response-data',
  'stream-mark',
  'conversation-chunk',
  'conversation-data',
  'end',
  'failed',
  'dropped',
  'forget-open',
];
const codes = Object.fromEntries(kinds.map((kind, code) => [kind, code])) as Readonly<Record<FrameKind, number>>;

const headBytes = 9;
/** Less room than this is not worth another data frame. */
const smallestDataBytes = 1024;

/** Writes frames into one slab until it is full. */
export class FrameWriter {
  readonly #bytes: Buffer;
  #used = 0;

  constructor(slab: ArrayBuffer) {
    this.#bytes = Buffer.from(slab);
  }

  get used(): number {
    return this.#used;
  }

  /** False when the slab has no room for it; then nothing was written. Latin-1, which is what HTTP heads are. */
  text(kind: FrameKind, position: number, text: string): boolean {
    if (this.#used + headBytes + text.length > this.#bytes.length) return false;
    this.#head(kind, position, text.length);
    this.#used += this.#bytes.write(text, this.#used, 'latin1');
    return true;
  }

  /** Takes as much of `chunk` from `from` on as there is room for; returns how much that was, 0 when full. */
  data(kind: FrameKind, position: number, chunk: Buffer, from: number): number {
    const room = this.#bytes.length - this.#used - headBytes;
    const wanted = chunk.length - from;
    if (room < Math.min(wanted, smallestDataBytes)) return 0;
    const taken = Math.min(room, wanted);
    this.#head(kind, position, taken);
    chunk.copy(this.#bytes, this.#used, from, from + taken);
    this.#used += taken;
    return taken;
  }

  #head(kind: FrameKind, position: number, length: number): void {
    this.#bytes[this.#used] = codes[kind];
    this.#bytes.writeUInt32LE(position, this.#used + 1);
    this.#bytes.writeUInt32LE(length, this.#used + 5);
    this.#used += headBytes;
  }
}

/** Size of a slab that can hold this text frame. */
export function slabBytesFor(text: string): number {
  return headBytes + text.length;
}

export interface Frame {
  readonly kind: FrameKind;
  readonly position: number;
  /** A view into the slab: gone when the slab is given back. */
  readonly payload: Buffer;
}

export function* readFrames(slab: ArrayBuffer, used: number): IterableIterator<Frame> {
  const bytes = Buffer.from(slab, 0, used);
  for (let at = 0; at < used;) {
    const kind = kinds[bytes[at]!]!;
    const position = bytes.readUInt32LE(at + 1);
    const end = at + headBytes + bytes.readUInt32LE(at + 5);
    yield { kind, position, payload: bytes.subarray(at + headBytes, end) };
    at = end;
  }
}

/** The fields of a text frame. */
export function fieldsOf(frame: Frame): string[] {
  return frame.payload.toString('latin1').split('\n');
}
