import { problemOf } from '../base/errors.ts';
import { emptyBodySha256, type Outcome, responseOf, wasLeft } from '../model/exchange.ts';
import { type ConversationEvent, opcodes, type StreamEvent } from '../model/stream-event.ts';
import { type ClientResponse, drained, reasonOf } from './client-side.ts';
import { Conversation, type Departure, type Heard } from './conversation.ts';
import type { GrpcRequest } from './grpc-request.ts';
import { endWithMiss } from './grpc-miss.ts';
import { answerHopFailure } from './hop-failure.ts';
import { resetCodeOf } from './http2-reset.ts';
import type { Pace } from './pace.ts';
import type { Recording } from './recording-cache.ts';
import type { Layer } from './replay-layer.ts';

export interface GrpcPlayOptions {
  readonly recording: Recording;
  /** The marks of the messages of both sides, in the order of arrival. */
  readonly marks: readonly StreamEvent[];
  /** Recorded bodies in pieces, read once. */
  readonly requestBody: Iterable<Buffer>;
  readonly responseBody: Iterable<Buffer>;
  readonly incoming: GrpcRequest;
  readonly response: ClientResponse;
  readonly pace: Pace;
  /** Arrival of the request head, on the clock of `performance.now()`. */
  readonly arrivedAtMs: number;
  /** All that was recorded has been said, and the recorded client had left then: it stays open. */
  readonly onOpen: () => void;
  /** The client departs from the recording: returns why, for people. */
  readonly onDeparture: (departure: Departure) => string;
  /** The cassette cannot give what it holds. */
  readonly onUnreadable: (problem: string) => void;
}

/** Stands for the head of the answer among the server's messages. */
const headOpcode = 0;
const nothing = Buffer.alloc(0);

/**
 * The marks and bodies of a call that can be played message by message; undefined if a limit cut the request, or nobody
 * saw its messages.
 */
export function playableCall({ reader, cache }: Layer, recording: Recording) {
  const { id, request } = recording.exchange;
  const marks = reader.streamEvents(id);
  const saidBytes = sumOf(marks, 'request');
  if (saidBytes === 0 || saidBytes > request.body.sizeBytes) return undefined;
  return {
    recording,
    marks,
    requestBody: reader.bodyChunks(request.body.sha256),
    responseBody: cache.bodyOf(recording),
  };
}

/** Plays the server's side of a recorded gRPC call, message by message, as the client goes on with its own. */
export function playGrpc(options: GrpcPlayOptions): void {
  new GrpcPlayer(options).start();
}

class GrpcPlayer {
  readonly #options: GrpcPlayOptions;
  readonly #outcome: Outcome;
  readonly #conversation: Conversation;
  #heardMessages = 0;
  #timer: NodeJS.Timeout | undefined;
  #isSpeaking = false;
  #isOver = false;

  constructor(options: GrpcPlayOptions) {
    this.#options = options;
    this.#outcome = options.recording.exchange.outcome!;
    const request = new Slices(options.requestBody);
    const response = new Slices(options.responseBody);
    this.#conversation = new Conversation({
      events: eventsOf(options),
      payloadOf: ({ direction, sizeBytes, opcode }) => {
        if (opcode === headOpcode) return nothing;
        return (direction === 'request' ? request : response).take(sizeBytes);
      },
      pace: options.pace,
    });
  }

  start(): void {
    const { incoming, response } = this.#options;
    response.onClose(() => this.#leave());
    incoming.listen({
      onMessage: (message) => {
        if (this.#isOver) return;
        this.#heardMessages += 1;
        const heard = this.#try(() => this.#conversation.hear({ opcode: opcodes.binary, payload: message }));
        if (heard) this.#react(heard);
      },
      onEnd: () => {
        if (!this.#isOver) this.#react(this.#conversation.hearEnd());
      },
    });
    void this.#speak();
  }

  #react(heard: Heard): void {
    if (heard.kind === 'miss') this.#depart(heard.miss);
    else if (heard.kind === 'leave') this.#ended();
    else void this.#speak();
  }

  /** The client has ended its side where the recorded one went on, or left without doing so. */
  #ended(): void {
    const { request } = this.#options.recording.exchange;
    // Of a request that was cut nobody knows how it would have gone on.
    if (request.body.truncated) return;
    this.#depart({ kind: 'ended', unit: 'message', number: this.#heardMessages + 1, differences: [] });
  }

  async #speak(): Promise<void> {
    if (this.#isSpeaking) return;
    this.#isSpeaking = true;
    while (!this.#isOver) {
      const step = this.#try(() => this.#conversation.next(this.#nowMs()));
      if (!step || step.kind === 'listen') break;
      if (step.kind === 'wait') {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.#speak(), Math.max(step.untilMs - this.#nowMs(), 0));
        break;
      }
      if (step.kind === 'send') {
        if (step.opcode === headOpcode) this.#head();
        else if (!this.#options.response.write(step.payload)) await drained(this.#options.response);
      } else {
        this.#end();
        break;
      }
    }
    this.#isSpeaking = false;
  }

  #head(): void {
    const { response } = this.#options;
    const facts = responseOf(this.#outcome)!;
    const { status, headers, framing } = facts;
    try {
      for (const interim of facts.informational) response.sendInterim({ reason: '', ...interim });
      response.start({ status, reason: reasonOf(facts), headers, framing });
      response.flush();
    } catch (thrown) {
      this.#unreadable(`its response head cannot be written: ${problemOf(thrown)}`);
    }
  }

  #end(): void {
    const { response, onOpen } = this.#options;
    const outcome = this.#outcome;
    // What the client says from now on is more than was recorded.
    const isLeft: boolean = wasLeft(outcome);
    if (isLeft) {
      onOpen();
      return;
    }
    this.#leave();
    if (outcome.kind === 'response') response.end(undefined, outcome.trailers);
    else if (outcome.response) response.cut(resetCodeOf(outcome));
    else answerHopFailure(response, outcome);
  }

  #depart(departure: Departure): void {
    this.#leave();
    const { response, onDeparture } = this.#options;
    endWithMiss(response, onDeparture(departure));
  }

  #unreadable(problem: string): void {
    if (this.#isOver) return;
    this.#leave();
    this.#options.onUnreadable(problem);
    endWithMiss(this.#options.response, problem);
  }

  #try<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (thrown) {
      this.#unreadable(problemOf(thrown));
      return undefined;
    }
  }

  #leave(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #nowMs(): number {
    return performance.now() - this.#options.arrivedAtMs;
  }
}

/**
 * Head and ends as turns among the messages. The client's end comes late, since what the server said before it is not
 * known: nothing but the server's own end waits for it, and a head that is the whole answer, which is such an end.
 */
function eventsOf({ recording: { exchange }, marks }: GrpcPlayOptions): ConversationEvent[] {
  const { request, outcome, durationMs = 0, firstByteMs = durationMs } = exchange;
  const facts = responseOf(outcome);
  const turn = (event: Omit<StreamEvent, 'sha256'>): ConversationEvent => ({ ...event, sha256: emptyBodySha256 });
  const message = { direction: 'response', opcode: opcodes.binary } as const;
  const end = { offsetMs: durationMs, sizeBytes: 0 };
  const events = marks.map((mark) => turn({ ...mark, opcode: opcodes.binary }));
  const head = facts ? [turn({ direction: 'response', opcode: headOpcode, offsetMs: firstByteMs, sizeBytes: 0 })] : [];
  const isAll = facts?.framing === 'none';
  if (!isAll) {
    const at = events.findIndex(({ direction, offsetMs }) => direction === 'response' || offsetMs > firstByteMs);
    events.splice(at === -1 ? events.length : at, 0, ...head);
  }
  // What follows the last whole message of the server.
  const sizeBytes = (facts?.body.sizeBytes ?? 0) - sumOf(marks, 'response');
  if (sizeBytes > 0) events.push(turn({ ...message, offsetMs: durationMs, sizeBytes }));
  if (!request.body.truncated) events.push(turn({ direction: 'request', ...end }));
  if (isAll) events.push(...head);
  return [...events, turn({ direction: 'response', ...end })];
}

function sumOf(marks: readonly StreamEvent[], side: StreamEvent['direction']): number {
  return marks.reduce((sum, { direction, sizeBytes }) => sum + (direction === side ? sizeBytes : 0), 0);
}

/** Reads a body from its beginning, so many bytes at a time. */
class Slices {
  readonly #pieces: Iterator<Buffer>;
  #rest = nothing as Buffer;

  constructor(body: Iterable<Buffer>) {
    this.#pieces = body[Symbol.iterator]();
  }

  take(sizeBytes: number): Buffer {
    while (this.#rest.length < sizeBytes) {
      const { value, done } = this.#pieces.next();
      if (done) break;
      this.#rest = Buffer.concat([this.#rest, value]);
    }
    const taken = this.#rest.subarray(0, sizeBytes);
    this.#rest = this.#rest.subarray(sizeBytes);
    return taken;
  }
}
