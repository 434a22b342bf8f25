import type { CallEvents, CallHead, OpenCall, UpstreamAnswer, UpstreamCall } from './upstream-call.ts';
import type { RawHeaders } from '../model/headers.ts';

/** More than this of a body is not kept for another try. */
const maxHeldBytes = 64 * 1024;

/**
 * The way to begin a call: first of all, and again with the error after a failure. Undefined: there is none (left); what
 * it throws or rejects with is the call's error.
 */
export type NextWay = (failed?: NodeJS.ErrnoException) => OpenCall | Promise<OpenCall> | undefined;

/** Begins a call that may have to wait for its way, and may be begun anew on another one until its answer has come. */
export function openHeldCall(nextWay: NextWay, ...[head, events, connection]: Parameters<OpenCall>): UpstreamCall {
  const call = new HeldCall(nextWay, { head, events, connection });
  call.begin();
  return call;
}

interface Asked {
  readonly head: CallHead;
  readonly events: CallEvents;
  readonly connection: 'kept' | 'fresh';
}

class HeldCall implements UpstreamCall {
  readonly #nextWay: NextWay;
  readonly #asked: Asked;
  readonly #events: CallEvents;
  /** Waits for its way while there is none. */
  #inner: UpstreamCall | undefined;
  /** All that was written so far; undefined once there can be no other try. */
  #held: Buffer[] | undefined = [];
  #heldBytes = 0;
  #trailers: RawHeaders | undefined;
  /** We have asked to wait with the body. */
  #isFull = false;
  #isDestroyed = false;

  constructor(nextWay: NextWay, asked: Asked) {
    this.#nextWay = nextWay;
    this.#asked = asked;
    this.#events = asked.events;
  }

  /** Throws when the head cannot be written. */
  begin(): void {
    const way = this.#nextWay();
    if (way instanceof Promise) this.#await(way);
    else if (way) this.#start(way);
  }

  get isDestroyed(): boolean {
    return this.#isDestroyed || this.#inner?.isDestroyed === true;
  }

  get isEnded(): boolean {
    return this.#trailers !== undefined;
  }

  get isOnReusedConnection(): boolean {
    return this.#inner?.isOnReusedConnection ?? false;
  }

  write(chunk: Buffer): boolean {
    if (this.#held) {
      this.#held.push(chunk);
      this.#heldBytes += chunk.length;
    }
    const isMuch = this.#heldBytes > maxHeldBytes;
    if (!this.#inner) {
      this.#isFull = isMuch;
      return !isMuch;
    }
    if (isMuch) this.#held = undefined;
    return this.#inner.write(chunk);
  }

  flushHead(): void {
    this.#inner?.flushHead();
  }

  end(trailers: RawHeaders): void {
    this.#trailers = trailers;
    this.#inner?.end(trailers);
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#held = undefined;
    if (this.#inner) this.#inner.destroy();
    else this.#events.onClose(this);
  }

  #await(way: OpenCall | Promise<OpenCall>): void {
    const begin = async (): Promise<void> => this.#start(await way);
    begin().catch((thrown: NodeJS.ErrnoException) => this.#fail(thrown));
  }

  #start(open: OpenCall): void {
    const { head, connection } = this.#asked;
    const inner = open(head, this.#passedOn(), connection);
    this.#inner = inner;
    // Opened all the same: only a call gives back the place on a connection that was kept for it.
    if (this.#isDestroyed) {
      inner.destroy();
      return;
    }
    let hasRoom = true;
    for (const chunk of this.#held ?? []) hasRoom = inner.write(chunk);
    if (this.#heldBytes > maxHeldBytes) this.#held = undefined;
    if (this.#trailers) inner.end(this.#trailers);
    else if (head.hasBody) inner.flushHead();
    const wasFull = this.#isFull;
    this.#isFull = false;
    if (wasFull && hasRoom) this.#events.onDrain();
  }

  /** Of a try that was given up nothing counts any more. */
  #passedOn(): CallEvents {
    const events = this.#events;
    const isCurrent = (call: UpstreamCall): boolean => call === this.#inner;
    return {
      onAnswer: (answer: UpstreamAnswer) => {
        this.#held = undefined;
        events.onAnswer(answer, this);
      },
      onInterim: events.onInterim,
      onContinue: events.onContinue,
      onDrain: events.onDrain,
      onError: (error, call) => {
        if (isCurrent(call)) this.#fail(error);
      },
      onClose: (call) => {
        if (isCurrent(call)) events.onClose(this);
      },
    };
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (this.#held && !this.#isDestroyed) {
      let way: ReturnType<NextWay>;
      try {
        way = this.#nextWay(error);
      } catch (thrown) {
        this.#events.onError(thrown as NodeJS.ErrnoException, this);
        return;
      }
      if (way) {
        this.#inner = undefined;
        this.#await(way);
        return;
      }
    }
    this.#events.onError(error, this);
    if (!this.#inner) this.#events.onClose(this);
  }
}
