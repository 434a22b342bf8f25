import { type FrameKind, FrameWriter, slabBytesFor } from './capture-frames.ts';

const slabBytes = 256 * 1024;
/** Captured bytes that may wait for the worker. With 32 MiB a download of 1 GiB makes the process grow by 70 MB. */
const defaultQueueBytes = 16 * 1024 * 1024;
/** Together with the worker's own time this keeps a commit group under 20 ms. */
const flushMs = 10;
const maxEndedPerBatch = 256;
/** With this many batches under way a further small one would only wait: frames gather until one is done. */
const maxEagerBatches = 2;

export interface Batch {
  readonly sequence: number;
  readonly slab: ArrayBuffer;
  readonly used: number;
}

export interface FrameQueueOptions {
  readonly post: (batch: Batch) => void;
  /** No batch came back for `stallMs` although some are under way. */
  readonly onStall: () => void;
  readonly stallMs: number;
  readonly queueBytes?: number;
}

/** Frames on their way to the worker: gathered in slabs, bounded, acknowledged in order. */
export class FrameQueue {
  readonly #options: FrameQueueOptions;
  readonly #queueBytes: number;
  #slab: ArrayBuffer | undefined;
  #writer: FrameWriter | undefined;
  #free: ArrayBuffer[] = [];
  #endedInSlab = 0;
  /** Of the batch being filled. */
  #sequence = 0;
  #underWay: { readonly sequence: number; readonly used: number }[] = [];
  #bytesUnderWay = 0;
  #flushTimer: NodeJS.Timeout | undefined;
  #isFlushDue = false;
  #stallTimer: NodeJS.Timeout | undefined;
  #waitingForRoom: (() => void)[] = [];
  #waitingForStore: { readonly sequence: number; readonly callback: () => void }[] = [];

  constructor(options: FrameQueueOptions) {
    this.#options = options;
    this.#queueBytes = options.queueBytes ?? defaultQueueBytes;
  }

  get isFull(): boolean {
    return this.#bytesUnderWay + (this.#writer?.used ?? 0) >= this.#queueBytes;
  }

  text(kind: FrameKind, position: number, text: string): void {
    if (!this.#currentWriter().text(kind, position, text)) {
      this.#post();
      this.#currentWriter(slabBytesFor(text)).text(kind, position, text);
    }
    this.#scheduleFlush();
  }

  /** Copies a chunk of a body. False when reading should wait for `whenRoom`. */
  data(kind: FrameKind, position: number, chunk: Buffer): boolean {
    let taken = this.#currentWriter().data(kind, position, chunk, 0);
    while (taken < chunk.length) {
      this.#post();
      taken += this.#currentWriter().data(kind, position, chunk, taken);
    }
    this.#scheduleFlush();
    return !this.isFull;
  }

  /** The last frame of an exchange. `stored` is called once it is durable, and makes it go out at once. */
  end(kind: FrameKind, position: number, text: string, stored: (() => void) | undefined): void {
    this.text(kind, position, text);
    this.#endedInSlab += 1;
    if (stored) {
      this.#waitingForStore.push({ sequence: this.#sequence, callback: stored });
      // Not this very moment: exchanges that end together share a commit.
      if (!this.#isFlushDue) setImmediate(() => this.flush());
      this.#isFlushDue = true;
    }
    if (this.#endedInSlab >= maxEndedPerBatch) this.#post();
  }

  whenRoom(resume: () => void): void {
    if (this.isFull) this.#waitingForRoom.push(resume);
    else resume();
  }

  /** Sends what is gathered, or as soon as the worker has less to do. */
  flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#isFlushDue = this.#underWay.length >= maxEagerBatches;
    if (!this.#isFlushDue) this.#post();
  }

  /** Sends what is gathered now, however much is under way. */
  flushNow(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#post();
  }

  /** The worker is done with all batches up to this one. */
  acknowledge(sequence: number, slabs: readonly ArrayBuffer[]): void {
    while (this.#underWay.length > 0 && this.#underWay[0]!.sequence <= sequence) {
      this.#bytesUnderWay -= this.#underWay.shift()!.used;
    }
    for (const slab of slabs) {
      // Garbage of this size would pile up faster than it is collected; the queue's bound is theirs too.
      if (slab.byteLength === slabBytes) this.#free.push(slab);
    }
    clearTimeout(this.#stallTimer);
    this.#stallTimer = undefined;
    if (this.#underWay.length > 0) this.#watchForStall();
    this.#release(sequence);
    if (this.#isFlushDue) this.flush();
    // With some room in hand, so that reading does not stop and go with every batch.
    if (this.#bytesUnderWay < this.#queueBytes * 0.75) this.releaseRoom();
  }

  /** Lets everybody read on who waits for room. */
  releaseRoom(): void {
    const waiting = this.#waitingForRoom;
    if (waiting.length === 0) return;
    this.#waitingForRoom = [];
    for (const resume of waiting) resume();
  }

  /** Nobody waits for the disk any longer: capture has been given up. */
  releaseAll(): void {
    this.#release(Number.POSITIVE_INFINITY);
    this.releaseRoom();
  }

  /** No timer is left behind. */
  dispose(): void {
    clearTimeout(this.#flushTimer);
    clearTimeout(this.#stallTimer);
  }

  #release(sequence: number): void {
    const waiting = this.#waitingForStore;
    let count = 0;
    while (count < waiting.length && waiting[count]!.sequence <= sequence) count += 1;
    if (count === 0) return;
    this.#waitingForStore = waiting.slice(count);
    for (let i = 0; i < count; i += 1) waiting[i]!.callback();
  }

  #currentWriter(neededBytes = 0): FrameWriter {
    if (this.#writer) return this.#writer;
    const size = Math.max(slabBytes, neededBytes);
    this.#slab = (size === slabBytes ? this.#free.pop() : undefined) ?? new ArrayBuffer(size);
    this.#writer = new FrameWriter(this.#slab);
    return this.#writer;
  }

  #post(): void {
    const used = this.#writer?.used ?? 0;
    if (used === 0) return;
    const sequence = this.#sequence;
    this.#underWay.push({ sequence, used });
    this.#bytesUnderWay += used;
    this.#options.post({ sequence, slab: this.#slab!, used });
    this.#sequence += 1;
    this.#slab = undefined;
    this.#writer = undefined;
    this.#endedInSlab = 0;
    this.#isFlushDue = false;
    if (!this.#stallTimer) this.#watchForStall();
  }

  #scheduleFlush(): void {
    if (this.#flushTimer || this.#isFlushDue) return;
    this.#flushTimer = setTimeout(() => this.flush(), flushMs);
  }

  #watchForStall(): void {
    this.#stallTimer = setTimeout(() => {
      this.#stallTimer = undefined;
      this.#options.onStall();
    }, this.#options.stallMs);
  }
}
