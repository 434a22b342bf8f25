import type { Socket } from 'node:net';
import { constants, deflateRawSync } from 'node:zlib';
import { problemOf } from '../base/errors.ts';
import { type RawHeaders, toPairs } from '../model/headers.ts';
import type { ResponseFacts } from '../model/exchange.ts';
import { isConversation, opcodes } from '../model/stream-event.ts';
import { Conversation, type ConversationOptions, type Departure, type Heard, type Step } from './conversation.ts';
import type { Message } from './message-difference.ts';
import { resetSocket } from './reset-socket.ts';
import { headersOfSwitch, windowBitsOf } from './switch-answer.ts';
import { parseDeflate } from './websocket-deflate.ts';
import { encodeFrame, isControl } from './websocket-frames.ts';
import { MessageReader } from './websocket-messages.ts';

export interface PlayOptions extends ConversationOptions {
  /** The recorded 101. */
  readonly facts: ResponseFacts;
  readonly firstByteMs: number;
  /** Of the client that asks now. */
  readonly requestHeaders: RawHeaders;
  readonly socket: Socket;
  /** What came behind the request already. */
  readonly head: Buffer;
  /** Arrival of the request head, on the clock of `performance.now()`. */
  readonly arrivedAtMs: number;
  /** The client departs from the recording: returns why, for the close of a WebSocket. */
  readonly onDeparture: (departure: Departure) => string;
  /** The cassette cannot give what it holds. */
  readonly onUnreadable: (problem: string) => void;
}

/** The recorded rule was broken: "policy violation" (RFC 6455 §7.4.1). */
const policyViolation = 1008;
/** What a control frame holds, less the code of the close (RFC 6455 §5.5). */
const maxReasonBytes = 123;
/** A client that was told to go may take this long. */
const closeGraceMs = 5000;
/** Larger messages of clients are not compared. */
const maxMessageBytes = 64 * 1024 * 1024;

/** Answers a request with a recorded 101 and plays the server's side of what followed, until the client leaves. */
export function playConversation(options: PlayOptions): void {
  new ConversationPlayer(options).start();
}

class ConversationPlayer {
  readonly #options: PlayOptions;
  readonly #conversation: Conversation;
  readonly #headers: readonly string[];
  /** Of a WebSocket; another protocol is bytes. */
  readonly #reader: MessageReader | undefined;
  readonly #deflate: { readonly windowBits: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The client is full, or the answer is not out yet. */
  #isHeld = false;
  #isOver = false;

  constructor(options: PlayOptions) {
    this.#options = options;
    this.#conversation = new Conversation(options);
    const { facts, requestHeaders } = options;
    this.#headers = headersOfSwitch(facts.headers, requestHeaders);
    if (!isWebSocket(options)) return;
    const deflate = parseDeflate(this.#headers);
    this.#reader = new MessageReader({ deflate: deflate?.client, maxMessageBytes });
    const windowBits = windowBitsOf(this.#headers);
    // zlib has no window of 2^8; frames may always go uncompressed.
    this.#deflate = deflate && windowBits >= 9 ? { windowBits } : undefined;
  }

  start(): void {
    const { socket, firstByteMs, head } = this.#options;
    // Node took its own handlers away with the parser.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#leave());
    socket.on('drain', () => {
      this.#isHeld = false;
      socket.resume();
      this.#speak();
    });
    socket.on('end', () => this.#react(this.#conversation.hearEnd()));
    this.#isHeld = true;
    this.#at(this.#scaled(firstByteMs), () => {
      this.#isHeld = false;
      const answer = this.#try(() => this.#headText());
      if (answer === undefined) return;
      socket.write(answer, 'latin1');
      this.#speak();
      if (head.length > 0) this.#hear(head);
      socket.on('data', (chunk: Buffer) => this.#hear(chunk));
    });
  }

  #headText(): string {
    const { status, reason } = this.#options.facts;
    // Node checks what it writes; here nobody else does, and a cassette may come from anywhere.
    if ([reason, ...this.#headers].some((part) => /[\r\n\0]/.test(part))) {
      throw new Error('its response head cannot be written: it holds a line break inside of a line');
    }
    let text = `HTTP/1.1 ${status} ${reason}\r\n`;
    for (const [name, value] of toPairs(this.#headers)) text += `${name}: ${value}\r\n`;
    return `${text}\r\n`;
  }

  #speak(): void {
    while (!this.#isOver && !this.#isHeld) {
      const step = this.#try(() => this.#conversation.next(this.#nowMs()));
      if (!step || !this.#take(step)) return;
    }
  }

  /** False when there is nothing to say now. */
  #take(step: Step): boolean {
    const { socket } = this.#options;
    switch (step.kind) {
      case 'send':
        this.#isHeld = !this.#write(step);
        return true;
      case 'wait':
        this.#at(step.untilMs, () => this.#speak());
        return false;
      case 'listen':
        return false;
      case 'end':
        if (this.#reader) this.#endSoon();
        else socket.end();
        return true;
      case 'reset':
        this.#break();
        return false;
      default:
        return step satisfies never;
    }
  }

  #hear(chunk: Buffer): void {
    if (this.#isOver) return;
    const items = this.#reader?.push(chunk) ?? [{ kind: 'bytes', payload: chunk } as const];
    for (const item of items) {
      const { payload } = item;
      const said: Message = item.kind === 'message' ? { opcode: item.opcode, payload } : { payload };
      const heard = this.#try(() => this.#conversation.hear(said));
      if (heard) this.#react(heard);
      if (this.#isOver) return;
    }
  }

  #react(heard: Heard): void {
    if (this.#isOver) return;
    switch (heard.kind) {
      case 'fine':
        this.#speak();
        return;
      case 'answer':
        // Pings of a client that does not read its pongs would fill the memory.
        if (!this.#write(heard)) this.#options.socket.pause();
        this.#speak();
        return;
      case 'leave':
        this.#leave();
        if (heard.close) this.#write({ opcode: opcodes.close, payload: heard.close });
        this.#endSoon();
        return;
      case 'miss':
        this.#depart(heard.miss);
        return;
      default:
        heard satisfies never;
    }
  }

  #depart(departure: Departure): void {
    const reason = this.#options.onDeparture(departure);
    if (!this.#reader) {
      this.#break();
      return;
    }
    this.#leave();
    this.#write({ opcode: opcodes.close, payload: closePayload(policyViolation, reason) });
    this.#endSoon();
  }

  /** False when the client is full. */
  #write({ opcode, payload }: { readonly opcode?: number; readonly payload: Buffer }): boolean {
    const { socket } = this.#options;
    // The recorded server had ended its side as well when the client went on.
    if (socket.writableEnded) return true;
    if (opcode === undefined) return payload.length === 0 || socket.write(payload);
    if (!this.#deflate || isControl(opcode)) return socket.write(encodeFrame(opcode, payload));
    return socket.write(encodeFrame(opcode, deflated(payload, this.#deflate), { isCompressed: true }));
  }

  /** A reset, so that nobody takes what was said for the whole; not before it has left. */
  #break(): void {
    const { socket } = this.#options;
    this.#leave();
    socket.write('', () => resetSocket(socket));
  }

  #try<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (thrown) {
      this.#options.onUnreadable(problemOf(thrown));
      this.#break();
      return undefined;
    }
  }

  /** Nothing is said or heard any more. */
  #leave(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  /** The client is to end its side too, within reason. */
  #endSoon(): void {
    const { socket } = this.#options;
    socket.end();
    socket.setTimeout(closeGraceMs, () => socket.destroy());
    socket.resume();
  }

  #at(dueMs: number, act: () => void): void {
    clearTimeout(this.#timer);
    const leftMs = dueMs - this.#nowMs();
    if (leftMs <= 0) act();
    else this.#timer = setTimeout(act, leftMs);
  }

  #nowMs(): number {
    return performance.now() - this.#options.arrivedAtMs;
  }

  #scaled(recordedMs: number): number {
    const { pace } = this.#options;
    return pace.kind === 'instant' ? 0 : recordedMs / pace.speed;
  }
}

/** One whose frames could not be read is played as bytes. */
function isWebSocket({ facts, events }: PlayOptions): boolean {
  const spoken = events.filter(isConversation);
  if (spoken.length > 0) return spoken.some(({ opcode }) => opcode !== undefined);
  return toPairs(facts.headers).some(
    ([name, value]) => name.toLowerCase() === 'upgrade' && value.trim().toLowerCase() === 'websocket',
  );
}

/** A message for itself, which every receiver understands whatever came before it (RFC 7692 §7.2.1). */
function deflated(payload: Buffer, { windowBits }: { readonly windowBits: number }): Buffer {
  const compressed = deflateRawSync(payload, { windowBits, finishFlush: constants.Z_SYNC_FLUSH });
  return compressed.subarray(0, -4);
}

function closePayload(code: number, reason: string): Buffer {
  const payload = Buffer.alloc(2 + maxReasonBytes);
  payload.writeUInt16BE(code);
  // Writes whole characters only.
  return payload.subarray(0, 2 + payload.write(reason, 2));
}
