import { headerValue, type RawHeaders } from '../model/headers.ts';
import type { AnswerHead, ClientResponse } from './client-side.ts';
import type { FaultClock } from './fault-clock.ts';
import type { BodyFault } from './fault-plan.ts';

export interface FaultyResponseOptions {
  readonly response: ClientResponse;
  /** At least one. */
  readonly faults: readonly BodyFault[];
  readonly clock: FaultClock;
  /** Of the whole body, where that is known before it comes. */
  readonly bodyBytes: number | undefined;
}

type Fault<Kind> = Extract<BodyFault, { kind: Kind }>;

/** A throttled body leaves in pieces of this duration: fine enough to look like a slow line, coarse enough for a timer. */
const pieceMs = 20;

/** What comes behind the last queued bytes. */
type Ending =
  | { readonly kind: 'end'; readonly trailers: RawHeaders }
  | { readonly kind: 'cut'; readonly resetCode: number | undefined };

/** A way back to a client on which bodies come late, slowly, damaged, or not to their end. Heads pass as they are. */
export class FaultyResponse implements ClientResponse {
  readonly #inner: ClientResponse;
  readonly #clock: FaultClock;
  readonly #slow: Fault<'slow'> | undefined;
  readonly #garbage: Fault<'garbage'> | undefined;
  readonly #cuts: readonly Fault<'cut'>[];
  readonly #untold: Set<BodyFault>;
  readonly #drainListeners = new Set<() => void>();
  #late: readonly Fault<'late'>[];
  #bodyBytes: number | undefined;
  #cutAt: { readonly bytes: number; readonly fault: Fault<'cut'> } | undefined;
  #queue: Buffer[] = [];
  #ending: Ending | undefined;
  #sentBytes = 0;
  /** When the throttled line has carried all that was given to it. */
  #freeAtMs: number | undefined;
  #cancelTimer: (() => void) | undefined;
  #isFull = false;
  #isOver = false;

  constructor({ response, faults, clock, bodyBytes }: FaultyResponseOptions) {
    this.#inner = response;
    this.#clock = clock;
    this.#bodyBytes = bodyBytes;
    this.#untold = new Set(faults);
    this.#late = faults.filter((fault) => fault.kind === 'late');
    this.#cuts = faults.filter((fault) => fault.kind === 'cut');
    this.#garbage = faults.find((fault) => fault.kind === 'garbage');
    // The narrowest line counts.
    this.#slow = faults
      .filter((fault) => fault.kind === 'slow')
      .toSorted((a, b) => a.bytesPerSecond - b.bytesPerSecond)[0];
    response.onClose(() => this.#stop());
    response.onDrain(() => {
      this.#isFull = false;
      // What waited for room did not use the line.
      this.#freeAtMs = undefined;
      this.#pumpLater();
    });
  }

  get isStarted(): boolean {
    return this.#inner.isStarted;
  }

  get isGone(): boolean {
    return this.#inner.isGone;
  }

  get canReset(): boolean {
    return this.#inner.canReset;
  }

  onTurn(begin: () => void): void {
    this.#inner.onTurn(begin);
  }

  onClose(listener: () => void): () => void {
    return this.#inner.onClose(listener);
  }

  onDrain(listener: () => void): () => void {
    this.#drainListeners.add(listener);
    return () => void this.#drainListeners.delete(listener);
  }

  sendContinue(): void {
    this.#inner.sendContinue();
  }

  sendInterim(interim: Parameters<ClientResponse['sendInterim']>[0]): void {
    this.#inner.sendInterim(interim);
  }

  start(head: AnswerHead): void {
    this.#inner.start(head);
    const length = head.framing === 'length' ? headerValue(head.headers, 'content-length') : undefined;
    this.#bodyBytes ??= length === undefined ? undefined : Number(length);
    this.#cutAt = this.#firstCut();
  }

  flush(): void {
    this.#inner.flush();
  }

  write(chunk: Buffer): boolean {
    if (this.#isOver) return true;
    if (chunk.length > 0) this.#queue.push(chunk);
    this.#pump();
    return this.#queue.length === 0 && !this.#isFull;
  }

  end(chunk: Buffer | undefined, trailers: RawHeaders): void {
    if (this.#isOver) return;
    if (this.#bodyBytes === undefined && chunk) {
      this.#bodyBytes = this.#sentBytes + this.#queue.reduce((sum, { length }) => sum + length, chunk.length);
      this.#cutAt = this.#firstCut();
    }
    if (chunk && chunk.length > 0) this.#queue.push(chunk);
    this.#ending = { kind: 'end', trailers };
    this.#pump();
  }

  cut(resetCode?: number): void {
    if (this.#isOver) return;
    this.#ending = { kind: 'cut', resetCode };
    this.#pump();
  }

  reset(): void {
    this.#stop();
    this.#inner.reset();
  }

  destroy(): void {
    this.#stop();
    this.#inner.destroy();
  }

  cutWithClient(): void {
    this.#inner.cutWithClient();
  }

  askWhetherThere(): void {
    this.#inner.askWhetherThere();
  }

  endConnection(): void {
    this.#inner.endConnection();
  }

  /** Sends what may be sent now. */
  #pump(): void {
    while (!this.#isOver && !this.#isFull && !this.#cancelTimer && this.#queue.length > 0) {
      if (this.#late.length > 0) {
        this.#waitForFirstByte();
        return;
      }
      const leftBytes = this.#cutAt ? this.#cutAt.bytes - this.#sentBytes : Infinity;
      if (leftBytes <= 0) {
        this.#breakOff();
        return;
      }
      const piece = this.#queue[0]!.subarray(0, Math.min(leftBytes, this.#maxPieceBytes));
      const waitMs = this.#waitFor(piece.length);
      if (waitMs > 0) {
        this.#wait(waitMs, () => this.#send(piece));
        return;
      }
      this.#send(piece);
    }
    if (this.#isOver || this.#cancelTimer || this.#queue.length > 0) return;
    this.#freeAtMs = undefined;
    if (this.#ending) this.#finish(this.#ending);
    else if (!this.#isFull) for (const listener of this.#drainListeners) listener();
  }

  get #maxPieceBytes(): number {
    return this.#slow ? Math.max(1, Math.floor((this.#slow.bytesPerSecond * pieceMs) / 1000)) : Infinity;
  }

  /** Until a slow line has carried so many bytes more. */
  #waitFor(bytes: number): number {
    if (!this.#slow) return 0;
    const nowMs = this.#clock.nowMs();
    this.#tell(this.#slow);
    this.#freeAtMs = (this.#freeAtMs ?? nowMs) + (bytes * 1000) / this.#slow.bytesPerSecond;
    return this.#freeAtMs - nowMs;
  }

  #send(piece: Buffer): void {
    const first = this.#queue[0]!;
    if (piece.length === first.length) this.#queue.shift();
    else this.#queue[0] = first.subarray(piece.length);
    if (this.#garbage) this.#tell(this.#garbage);
    const bytes = this.#garbage ? noise(piece.length, this.#sentBytes) : piece;
    this.#sentBytes += piece.length;
    this.#isFull = !this.#inner.write(bytes);
    if (this.#cutAt && this.#sentBytes >= this.#cutAt.bytes) this.#breakOff();
  }

  /** The head does not wait for the body. */
  #waitForFirstByte(): void {
    const late = this.#late;
    this.#late = [];
    for (const fault of late) this.#tell(fault);
    this.#inner.flush();
    this.#wait(
      late.reduce((sum, { delayMs }) => sum + delayMs, 0),
      () => {},
    );
  }

  #wait(ms: number, then: () => void): void {
    this.#cancelTimer = this.#clock.after(ms, () => {
      this.#cancelTimer = undefined;
      then();
      this.#pumpLater();
    });
  }

  /** Where nobody is there to hear that trailers cannot be written. */
  #pumpLater(): void {
    try {
      this.#pump();
    } catch {
      this.#stop();
      this.#inner.cut();
    }
  }

  #finish(ending: Ending): void {
    this.#isOver = true;
    if (ending.kind === 'cut') this.#inner.cut(ending.resetCode);
    else this.#inner.end(undefined, ending.trailers);
  }

  #breakOff(): void {
    const { fault } = this.#cutAt!;
    this.#stop();
    this.#tell(fault);
    if (fault.way === 'reset') this.#inner.reset();
    else this.#inner.cut();
  }

  #stop(): void {
    this.#isOver = true;
    this.#queue = [];
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #tell(fault: BodyFault): void {
    if (this.#untold.delete(fault)) fault.tell();
  }

  /** Of several places the first; none that lies behind the end of the body. */
  #firstCut(): { readonly bytes: number; readonly fault: Fault<'cut'> } | undefined {
    const size = this.#bodyBytes;
    return this.#cuts
      .flatMap((fault) => {
        if (fault.at.unit === 'bytes') return [{ bytes: fault.at.bytes, fault }];
        return size === undefined ? [] : [{ bytes: Math.floor(fault.at.share * size), fault }];
      })
      .filter(({ bytes }) => size === undefined || bytes < size)
      .toSorted((a, b) => a.bytes - b.bytes)[0];
  }
}

/** The same noise at the same place of every body. */
function noise(length: number, from: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  // Knuth's multiplicative hash: its upper bits look like chance.
  for (let i = 0; i < length; i += 1) bytes[i] = Math.imul(from + i + 1, 0x9e3779b1) >>> 24;
  return bytes;
}
