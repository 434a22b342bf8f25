import { type FrameKind, FrameWriter, slabBytesFor } from './capture-frames.ts';

const slabBytes = 256 * 1024;
/** Captured bytes that may wait for the worker (behaviour.md §4). */
const defaultQueueBytes = 32 * 1024 * 1024;
/**
 * The part of the queue that large bodies may fill. They always would, since a network is faster than a disk, and a
 * download of 1 GiB would make the process grow by 70 MB; small exchanges keep the rest for a disk that hesitates.
 */
const bulkShare = 0.25;
/** Slabs kept for reuse: as many as large bodies need. */
const maxFreeSlabs = 32;
/** Together with the worker's own time this keeps a commit group under 20 ms. */
const flushMs = 10;
/** Of one batch, and of the batches that one commit takes together (behaviour: 20 ms or 256 exchanges). */
export const maxEndedPerBatch = 256;
/** With this many batches under way a further small one would only wait: frames gather until one is done. */
const maxEagerBatches = 2;

export type Share = 'ordinary' | 'bulk';

export interface Batch {
  readonly sequence: number;
  readonly slab: ArrayBuffer;
  readonly used: number;
  /** Exchanges that end in it. */
  readonly endedCount: number;
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
  readonly #limits: Readonly<Record<Share, number>>;
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
  #waitingForRoom: { readonly share: Share; readonly resume: () => void }[] = [];
  #waitingForStore: { readonly sequence: number; readonly callback: () => void }[] = [];

  constructor(options: FrameQueueOptions) {
    this.#options = options;
    const queueBytes = options.queueBytes ?? defaultQueueBytes;
    this.#limits = { ordinary: queueBytes, bulk: queueBytes * bulkShare };
  }

  isFull(share: Share): boolean {
    return this.#bytesUnderWay + (this.#writer?.used ?? 0) >= this.#limits[share];
  }

  text(kind: FrameKind, position: number, text: string): void {
    if (!this.#currentWriter().text(kind, position, text)) {
      this.#post();
      this.#currentWriter(slabBytesFor(text)).text(kind, position, text);
    }
    this.#scheduleFlush();
  }

  /** Copies a chunk of a body. False when reading should wait for `whenRoom`. */
  data(kind: FrameKind, position: number, chunk: Buffer, share: Share): boolean {
    let taken = this.#currentWriter().data(kind, position, chunk, 0);
    while (taken < chunk.length) {
      this.#post();
      taken += this.#currentWriter().data(kind, position, chunk, taken);
    }
    this.#scheduleFlush();
    return !this.isFull(share);
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

  whenRoom(share: Share, resume: () => void): void {
    if (this.isFull(share)) this.#waitingForRoom.push({ share, resume });
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
      // Garbage of this size would pile up faster than it is collected.
      if (slab.byteLength === slabBytes && this.#free.length < maxFreeSlabs) this.#free.push(slab);
    }
    clearTimeout(this.#stallTimer);
    this.#stallTimer = undefined;
    if (this.#underWay.length > 0) this.#watchForStall();
    this.#release(sequence);
    if (this.#isFlushDue) this.flush();
    // With some room in hand, so that reading does not stop and go with every batch.
    this.#releaseRoom((share) => this.#bytesUnderWay < this.#limits[share] * 0.75);
  }

  /** Nobody waits for the disk any longer: capture has been given up. */
  releaseAll(): void {
    this.#release(Number.POSITIVE_INFINITY);
    this.#releaseRoom(() => true);
  }

  /** No timer is left behind. */
  dispose(): void {
    clearTimeout(this.#flushTimer);
    clearTimeout(this.#stallTimer);
  }

  #releaseRoom(hasRoom: (share: Share) => boolean): void {
    const waiting = this.#waitingForRoom;
    if (waiting.length === 0) return;
    const ready = waiting.filter(({ share }) => hasRoom(share));
    this.#waitingForRoom = waiting.filter((one) => !ready.includes(one));
    for (const { resume } of ready) resume();
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
    this.#options.post({ sequence, slab: this.#slab!, used, endedCount: this.#endedInSlab });
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
