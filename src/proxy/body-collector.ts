import type { BodyFacts } from '../model/exchange.ts';

/** A large body on its way into the cassette, as the store gives it. */
export interface BodySink {
  /** Copies what it keeps. */
  readonly write: (chunk: Buffer) => void;
  readonly finish: () => BodyFacts;
  readonly abandon: () => void;
}

/** Bytes of bodies held in memory at this moment, over all exchanges. */
export interface HeldBytes {
  total: number;
}

export interface CollectorOptions {
  readonly openSink: () => BodySink;
  /** Up to here the body is kept whole, to be looked into. */
  readonly holdBytes: number;
  /** Shared by all collectors, so that many large bodies at once cannot fill the memory. */
  readonly held: HeldBytes;
  readonly maxHeldBytes: number;
}

/** One body as it arrives: held whole while it may be looked into, else streamed into the cassette. */
export class BodyCollector {
  readonly #options: CollectorOptions;
  #pieces: Buffer[] = [];
  /** Pieces from here on are views into a slab that will be given back. */
  #ownedPieces = 0;
  #heldBytes = 0;
  #sink: BodySink | undefined;
  /** Bytes added. */
  sizeBytes = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  get isStreamed(): boolean {
    return this.#sink !== undefined;
  }

  add(chunk: Buffer): void {
    this.sizeBytes += chunk.length;
    if (this.#sink) {
      this.#sink.write(chunk);
      return;
    }
    const { holdBytes, held, maxHeldBytes } = this.#options;
    if (this.sizeBytes > holdBytes || held.total + chunk.length > maxHeldBytes) {
      this.#sink = this.#options.openSink();
      for (const piece of this.#pieces) this.#sink.write(piece);
      this.#sink.write(chunk);
      this.#release();
      return;
    }
    this.#pieces.push(chunk);
    this.#heldBytes += chunk.length;
    held.total += chunk.length;
  }

  /** Copies what still lies in a slab. Call before the slab is given back. */
  own(): void {
    for (; this.#ownedPieces < this.#pieces.length; this.#ownedPieces += 1) {
      this.#pieces[this.#ownedPieces] = Buffer.from(this.#pieces[this.#ownedPieces]!);
    }
  }

  /** The whole body, unless it was streamed. Stays available until `finish` or `abandon`. */
  whole(): Buffer | undefined {
    if (this.#sink) return undefined;
    if (this.#pieces.length > 1) {
      this.#pieces = [Buffer.concat(this.#pieces)];
      this.#ownedPieces = 1;
    }
    return this.#pieces[0] ?? Buffer.alloc(0);
  }

  /** Ends a streamed body. */
  finish(): BodyFacts {
    const facts = this.#sink!.finish();
    this.#sink = undefined;
    return facts;
  }

  /** Lets go of what is held; call once when the exchange is stored or given up. */
  release(): void {
    this.#release();
  }

  abandon(): void {
    this.#sink?.abandon();
    this.#sink = undefined;
    this.#release();
  }

  #release(): void {
    this.#options.held.total -= this.#heldBytes;
    this.#heldBytes = 0;
    this.#pieces = [];
    this.#ownedPieces = 0;
  }
}
