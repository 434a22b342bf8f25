import { isConversation, isEndOfSide, opcodes, type StreamEvent } from '../model/stream-event.ts';
import type { PartDifference } from '../model/miss-report.ts';
import { differenceInBytes, differencesInMessage, firstDifference, type Message } from './message-difference.ts';
import type { Pace } from './pace.ts';

/** What to do now. */
export type Step =
  /** Say this, then ask again. */
  | { readonly kind: 'send'; readonly opcode?: number; readonly payload: Buffer }
  /** Nothing before this moment, in milliseconds after the request's arrival. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  /** It is the client's turn, or all is said and the connection stays open until the client leaves. */
  | { readonly kind: 'listen' }
  /** End our side, as the recorded server did. */
  | { readonly kind: 'end' }
  /** Break the connection, as it broke while recording. */
  | { readonly kind: 'reset' };

/** What a client's message means. */
export type Heard =
  /** It is as recorded, or needs no answer: go on with the next step. */
  | { readonly kind: 'fine' }
  /** Answer with this at once, then go on. */
  | { readonly kind: 'answer'; readonly opcode: number; readonly payload: Buffer }
  /** The client takes its leave before the recording did: answer with this, if anything, and end. */
  | { readonly kind: 'leave'; readonly close?: Buffer }
  | { readonly kind: 'miss'; readonly miss: Departure };

/** Where a client departs from what was recorded. */
export interface Departure {
  /** `differs`: the recorded client said something else there. `extra`: it said nothing more. `ended`: it said more. */
  readonly kind: 'differs' | 'extra' | 'ended';
  readonly unit: 'message' | 'byte';
  /** Which of the client's messages (pings and pongs not counted), or which of its bytes; from 1. */
  readonly number: number;
  readonly differences: readonly PartDifference[];
}

export interface ConversationOptions {
  /** In order; marks of bodies are no part of a conversation and are passed over. */
  readonly events: readonly StreamEvent[];
  readonly payloadOf: (event: StreamEvent) => Buffer;
  readonly pace: Pace;
  /** When the connection broke after the last event, if it did; in milliseconds after the request's arrival. */
  readonly resetMs?: number;
}

/** A turn of the client: a message counts 1, bytes count their number, the end of its side 1. */
interface ClientTurn {
  readonly event: StreamEvent;
  readonly weight: number;
}

interface ServerTurn {
  readonly event: StreamEvent;
  /** How much the client had said before. */
  readonly after: number;
  /** A pong that answers a ping: sent only if the client pings, with what it pings. */
  readonly isReply: boolean;
}

const fine: Heard = { kind: 'fine' };

/**
 * Plays the server's side of a recorded conversation. What the server said after the client's k-th message is said again
 * once k messages have come, and at a recorded pace not before its moment. Pings and pongs are no turns: clients send
 * them by their own clocks. Knows no socket and no clock; payloads come from `payloadOf`, whose errors pass through.
 */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #client: readonly ClientTurn[];
  readonly #server: readonly ServerTurn[];
  /** The next turn of each side. */
  #clientNext = 0;
  #serverNext = 0;
  /** How much the client has said. */
  #said = 0;
  /** Of the client's current turn: bytes that have come. */
  #offset = 0;
  #current: { readonly turn: ClientTurn; readonly payload: Buffer } | undefined;
  #bytesSaid = 0;
  #messagesSaid = 0;
  /** Pings that recorded pongs will answer in their turn. */
  readonly #pings: Buffer[] = [];
  #closed: 'none' | 'client' | 'server' | 'both' = 'none';
  #hasEnded = false;

  constructor(options: ConversationOptions) {
    const client: ClientTurn[] = [];
    const server: ServerTurn[] = [];
    let after = 0;
    let openPings = 0;
    for (const event of options.events) {
      if (!isConversation(event)) continue;
      if (event.direction === 'response') {
        const isReply = event.opcode === opcodes.pong && openPings > 0;
        if (isReply) openPings -= 1;
        server.push({ event, after, isReply });
      } else if (event.opcode === opcodes.ping) openPings += 1;
      else if (event.opcode !== opcodes.pong) {
        const weight = event.opcode === undefined && !isEndOfSide(event) ? event.sizeBytes : 1;
        client.push({ event, weight });
        after += weight;
      }
    }
    this.#options = options;
    this.#client = client;
    this.#server = server;
  }

  /** @param nowMs Milliseconds since the request's arrival. */
  next(nowMs: number): Step {
    const isClosed = this.#closed === 'both';
    for (;;) {
      const turn = this.#server[this.#serverNext];
      if (!turn) return isClosed ? this.#end(nowMs) : this.#afterwards(nowMs);
      if (turn.after > this.#said) return isClosed ? this.#end(nowMs) : { kind: 'listen' };
      const untilMs = this.#dueMs(turn.event.offsetMs);
      if (untilMs > nowMs) return { kind: 'wait', untilMs };
      this.#serverNext += 1;
      const { opcode } = turn.event;
      if (turn.isReply) {
        const payload = this.#pings.shift();
        if (payload) return { kind: 'send', opcode: opcodes.pong, payload };
        continue;
      }
      if (isEndOfSide(turn.event)) return this.#end(nowMs);
      if (opcode === opcodes.close) this.#closed = this.#closed === 'client' ? 'both' : 'server';
      const payload = this.#options.payloadOf(turn.event);
      return { kind: 'send', ...(opcode === undefined ? {} : { opcode }), payload };
    }
  }

  /** A message of the client, or some of its bytes: where they are cut means nothing. */
  hear(said: Message): Heard {
    if (said.opcode === opcodes.close) return this.#hearClose(said.payload);
    // After a close nothing counts any more (RFC 6455 §1.4).
    if (this.#closed !== 'none') return fine;
    if (said.opcode === opcodes.ping) return this.#hearPing(said.payload);
    if (said.opcode === opcodes.pong) return fine;
    return said.opcode === undefined ? this.#hearBytes(said.payload) : this.#hearMessage(said);
  }

  /** The client has ended its side. */
  hearEnd(): Heard {
    const turn = this.#client[this.#clientNext];
    if (!turn || !isEndOfSide(turn.event)) return { kind: 'leave' };
    this.#take(turn);
    return fine;
  }

  #afterwards(nowMs: number): Step {
    const { resetMs } = this.#options;
    if (resetMs === undefined || this.#clientNext < this.#client.length) return { kind: 'listen' };
    const untilMs = this.#dueMs(resetMs);
    return untilMs > nowMs ? { kind: 'wait', untilMs } : { kind: 'reset' };
  }

  /** Once: what would be said after it cannot be heard. */
  #end(nowMs: number): Step {
    if (this.#hasEnded) return this.#afterwards(nowMs);
    this.#hasEnded = true;
    return { kind: 'end' };
  }

  #dueMs(recordedMs: number): number {
    const { pace } = this.#options;
    return pace.kind === 'instant' ? 0 : recordedMs / pace.speed;
  }

  #hearPing(payload: Buffer): Heard {
    let replies = 0;
    for (let i = this.#serverNext; this.#server[i] && this.#server[i]!.after <= this.#said; i += 1) {
      if (this.#server[i]!.isReply) replies += 1;
    }
    if (replies <= this.#pings.length) return { kind: 'answer', opcode: opcodes.pong, payload };
    this.#pings.push(payload);
    return fine;
  }

  #hearClose(payload: Buffer): Heard {
    if (this.#closed === 'server') {
      this.#closed = 'both';
      return fine;
    }
    if (this.#closed !== 'none') return fine;
    const turn = this.#client[this.#clientNext];
    const isRecorded = turn?.event.opcode === opcodes.close;
    const answer = this.#server.slice(this.#serverNext).find(({ event }) => event.opcode === opcodes.close);
    if (isRecorded && (answer || this.#options.resetMs !== undefined)) {
      this.#closed = 'client';
      this.#take(turn);
      return fine;
    }
    this.#closed = 'both';
    // The code that came stands for the server's own (RFC 6455 §5.5.1).
    return { kind: 'leave', close: answer ? this.#options.payloadOf(answer.event) : payload.subarray(0, 2) };
  }

  #hearMessage(said: Message): Heard {
    this.#messagesSaid += 1;
    const turn = this.#client[this.#clientNext];
    const place = { unit: 'message', number: this.#messagesSaid } as const;
    if (!turn || isEndOfSide(turn.event)) return { kind: 'miss', miss: { kind: 'extra', ...place, differences: [] } };
    const { opcode, sizeBytes, storedBytes } = turn.event;
    const recorded = { ...(opcode === undefined ? {} : { opcode }), payload: this.#options.payloadOf(turn.event) };
    const isCut = storedBytes !== undefined;
    // Of a message that a limit cut, what is known must agree.
    const incoming = isCut && said.payload.length === sizeBytes ? headOf(said, storedBytes) : said;
    const differences = differencesInMessage(recorded, incoming);
    if (differences.length > 0) return { kind: 'miss', miss: { kind: 'differs', ...place, differences } };
    this.#take(turn);
    return fine;
  }

  #hearBytes(bytes: Buffer): Heard {
    for (let rest = bytes; rest.length > 0;) {
      const turn = this.#client[this.#clientNext];
      if (!turn || isEndOfSide(turn.event)) return this.#missAtByte(0, 'extra', []);
      if (turn.event.opcode !== undefined) return this.#missAtByte(0, 'differs', []);
      const expected = this.#payloadOf(turn).subarray(this.#offset);
      const length = Math.min(rest.length, turn.weight - this.#offset);
      const known = Math.min(length, expected.length);
      const [recorded, incoming] = [expected.subarray(0, known), rest.subarray(0, known)];
      if (!recorded.equals(incoming)) {
        const at = firstDifference(recorded, incoming);
        const found = differenceInBytes(expected.subarray(at), rest.subarray(at));
        return this.#missAtByte(at, 'differs', found ? [found] : []);
      }
      this.#bytesSaid += length;
      if (this.#offset + length === turn.weight) this.#take(turn);
      else {
        this.#offset += length;
        this.#said += length;
      }
      rest = rest.subarray(length);
    }
    return fine;
  }

  /** Bytes may come one by one: their turn is read once. */
  #payloadOf(turn: ClientTurn): Buffer {
    if (this.#current?.turn !== turn) this.#current = { turn, payload: this.#options.payloadOf(turn.event) };
    return this.#current.payload;
  }

  #missAtByte(ahead: number, kind: Departure['kind'], differences: readonly PartDifference[]): Heard {
    return { kind: 'miss', miss: { kind, unit: 'byte', number: this.#bytesSaid + ahead + 1, differences } };
  }

  #take(turn: ClientTurn): void {
    this.#clientNext += 1;
    this.#said += turn.weight - this.#offset;
    this.#offset = 0;
  }
}

function headOf(said: Message, length: number): Message {
  return { ...said, payload: said.payload.subarray(0, length) };
}
