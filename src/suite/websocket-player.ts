import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { opcodes } from '../model/stream-event.ts';
import type { TalkMessage } from '../model/talk.ts';
import { isCarried, isServerTurn, issuedValues, saidByClient, type TalkValues, withTalkValues } from './talk-values.ts';

export interface TalkPlan {
  /** As recorded, in order. */
  readonly recorded: readonly TalkMessage[];
  /** How long the recorded conversation went on, in ms after its request. */
  readonly durationMs: number;
  /** Recorded values that are other ones in this run. */
  readonly values: TalkValues;
  /** Waits until what happened beside it before this moment of the recording (ms after its request) has happened again. */
  readonly othersAt: (offsetMs: number) => Promise<void>;
  /** All that was recorded up to this moment has been said. */
  readonly onReached: (offsetMs: number) => void;
}

/** How much longer than in the recording a message of the server may take; then the client goes on without it. */
const patienceMs = 5000;
/** A server that fell silent this often is not waited for any more. */
const maxSilences = 3;
/** So long the server may say more before the client leaves, if the recorded client gave it as much time. */
const maxPauseMs = 250;
/** Of what the server says. */
const maxTalkBytes = 64 * 1024 * 1024;
/** What one more message costs beside its bytes. */
const messageBytes = 200;

/**
 * Plays the client's side of a recorded conversation on an open WebSocket, event by event in recorded order: a message
 * of the client goes out once as many messages of the server have come as had come before it. A server that says less
 * is waited for within limits; the close, too, is the recorded one. Values that the server issues are said again.
 */
export class WebSocketPlayer {
  readonly #socket: WebSocket;
  readonly #plan: TalkPlan;
  readonly #timeoutMs: number;
  readonly #startMs: number;
  readonly #heard: TalkMessage[] = [];
  readonly #values: Map<string, string>;
  /** Messages of the recorded server, pings and pongs left out. */
  readonly #expected: readonly TalkMessage[];
  readonly #said: readonly TalkMessage[];
  #heardMessages = 0;
  #heardBytes = 0;
  #silences = 0;
  /** Messages that were waited for in vain. */
  #forgiven = 0;
  #isClosed = false;
  #wake: () => void = () => {};
  #problem: Error | undefined;

  constructor(
    socket: WebSocket,
    plan: TalkPlan,
    { timeoutMs, startMs }: { readonly timeoutMs: number; readonly startMs: number },
  ) {
    this.#socket = socket;
    this.#plan = plan;
    this.#timeoutMs = timeoutMs;
    this.#startMs = startMs;
    this.#values = new Map([...plan.values].filter(([recorded]) => isCarried(recorded)));
    this.#expected = plan.recorded.filter(isServerTurn);
    this.#said = saidByClient(plan.recorded);
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.#hear({ opcode: isBinary ? opcodes.binary : opcodes.text, payload: data });
    });
    socket.on('ping', (payload: Buffer) => this.#add('response', { opcode: opcodes.ping, payload }));
    socket.on('close', (code: number, reason: Buffer) => this.#onClose(code, reason));
    socket.on('error', (problem: Error) => (this.#problem ??= problem));
  }

  /** What both sides said, in order. */
  get messages(): readonly TalkMessage[] {
    return this.#heard;
  }

  /** Plays it to its end. Rejects with what broke the connection. */
  async play(): Promise<void> {
    let previousMs = 0;
    let expected = 0;
    for (const said of this.#plan.recorded) {
      if (!isTurn(said)) continue;
      const gapMs = said.offsetMs - previousMs;
      previousMs = said.offsetMs;
      this.#plan.onReached(said.offsetMs);
      await this.#plan.othersAt(said.offsetMs);
      if (said.direction === 'response') await this.#awaitMessages((expected += 1), gapMs);
      else await this.#say(said, gapMs);
      if (this.#isClosed) break;
    }
    await this.#leave(this.#plan.durationMs - previousMs);
    if (this.#problem) throw this.#problem;
  }

  /** The run was stopped. */
  abandon(problem: Error): void {
    this.#problem ??= problem;
    this.#socket.terminate();
  }

  async #say(said: TalkMessage, gapMs: number): Promise<void> {
    if (said.opcode === undefined) return;
    if (said.opcode === opcodes.close) {
      await this.#pause(gapMs);
      if (!this.#isClosed) this.#close(said.payload);
      return;
    }
    const payload = withTalkValues(said.payload, this.#values);
    this.#add('request', { opcode: said.opcode, payload });
    this.#socket.send(payload, { binary: said.opcode === opcodes.binary });
  }

  #close(payload: Buffer): void {
    this.#add('request', { opcode: opcodes.close, payload });
    try {
      if (payload.length < 2) this.#socket.close();
      else this.#socket.close(payload.readUInt16BE(), payload.subarray(2));
    } catch {
      // A code that no client may send (RFC 6455 §7.4.2).
      this.#socket.close();
    }
  }

  async #awaitMessages(count: number, gapMs: number): Promise<void> {
    const isThere = (): boolean => this.#isClosed || this.#heardMessages + this.#forgiven >= count;
    if (isThere()) return;
    const patience = this.#silences < maxSilences ? Math.min(this.#timeoutMs, patienceMs) + gapMs : 0;
    await this.#until(isThere, patience);
    if (isThere()) return;
    this.#silences += 1;
    this.#forgiven = count - this.#heardMessages;
  }

  /** After a close of ours the server's answer is waited for; a conversation without a close just ends. */
  async #leave(gapMs: number): Promise<void> {
    const hasClosed = this.#socket.readyState !== this.#socket.OPEN;
    if (!hasClosed) await this.#pause(gapMs);
    else await this.#until(() => this.#isClosed, Math.min(this.#timeoutMs, patienceMs));
    if (!this.#isClosed) this.#socket.terminate();
    this.#isClosed = true;
  }

  async #pause(gapMs: number): Promise<void> {
    await this.#until(() => this.#isClosed, Math.min(Math.max(gapMs, 0), maxPauseMs));
  }

  async #until(isMet: () => boolean, limitMs: number): Promise<void> {
    if (isMet()) return;
    const limit = new AbortController();
    const timedOut = delay(limitMs, 'late', { signal: limit.signal }).catch(() => 'late');
    for (;;) {
      const woken = new Promise<string>((resolve) => (this.#wake = () => resolve('woken')));
      if (isMet() || (await Promise.race([woken, timedOut])) === 'late') break;
    }
    limit.abort();
  }

  #hear(message: Pick<TalkMessage, 'opcode' | 'payload'>): void {
    // After our close nothing counts any more (RFC 6455 §1.4).
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const heard = this.#add('response', message);
    const recorded = this.#expected[this.#heardMessages];
    this.#heardMessages += 1;
    for (const [value, live] of issuedValues(recorded, heard, this.#said)) {
      this.#values.set(value, live);
    }
    this.#wake();
  }

  #onClose(code: number, reason: Buffer): void {
    // 1006: the connection ended without a close (RFC 6455 §7.1.5).
    if (code !== 1006) this.#add('response', { opcode: opcodes.close, payload: closePayload(code, reason) });
    this.#isClosed = true;
    this.#wake();
  }

  #add(direction: TalkMessage['direction'], { opcode, payload }: Pick<TalkMessage, 'opcode' | 'payload'>): TalkMessage {
    const offsetMs = performance.now() - this.#startMs;
    const message: TalkMessage = { direction, offsetMs, ...(opcode === undefined ? {} : { opcode }), payload };
    this.#heard.push(message);
    this.#heardBytes += payload.length + messageBytes;
    if (this.#heardBytes > maxTalkBytes) this.abandon(new Error(`more than ${maxTalkBytes} bytes of messages came`));
    return message;
  }
}

/** Pings and pongs are sent by clocks. */
function isTurn({ opcode }: TalkMessage): boolean {
  return opcode !== opcodes.ping && opcode !== opcodes.pong;
}

function closePayload(code: number, reason: Buffer): Buffer {
  // 1005 stands for a close without a code.
  if (code === 1005) return Buffer.alloc(0);
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return Buffer.concat([payload, reason]);
}
