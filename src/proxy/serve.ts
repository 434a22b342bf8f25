import { problemOf } from '../base/errors.ts';
import { type InformationalResponse, type Outcome, type ResponseFacts, wasLeft } from '../model/exchange.ts';
import type { RawHeaders } from '../model/headers.ts';
import { type AnswerHead, type ClientResponse, drained, reasonOf } from './client-side.ts';
import { answerHopFailure } from './hop-failure.ts';
import { resetCodeOf } from './http2-reset.ts';
import { bodySteps, type Pace, timedPieces } from './pace.ts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Recording } from './recording-cache.ts';

/**
 * How serving ended. `open`: all that is recorded of a stream was sent, and it stays open until the client leaves, since
 * the server never ended it. `unreadable`: the cassette could not give the bytes, or they cannot be written.
 */
export type ServeEnd =
  | { readonly kind: 'served' }
  | { readonly kind: 'open' }
  | { readonly kind: 'client-left' }
  | { readonly kind: 'unreadable'; readonly problem: string };

export interface ServeOptions {
  readonly recording: Recording;
  /** Its response body in pieces; read only when it is not held. */
  readonly bodyOf: (recording: Recording) => Iterable<Buffer>;
  readonly response: ClientResponse;
  readonly pace: Pace;
  /** Arrival of the request head, on the clock of `performance.now()`. */
  readonly arrivedAtMs: number;
}

const served: ServeEnd = { kind: 'served' };
const open: ServeEnd = { kind: 'open' };
const clientLeft: ServeEnd = { kind: 'client-left' };

/**
 * Writes a recorded outcome to a client as the recording client saw it: status, reason, raw headers, 1xx, framing, body
 * bytes, trailers. A recorded failure is repeated: the same problem answer, or the bytes that had come and then the cut.
 * A stream leaves in the chunks in which it came, at any pace. What fits in one write is served before this returns; only longer or paced answers come as a promise.
 */
export function serve(options: ServeOptions): ServeEnd | Promise<ServeEnd> {
  const { recording, response, pace } = options;
  const { outcome } = recording.exchange;
  if (!outcome) return { kind: 'unreadable', problem: 'it had not ended when it was read' };
  const isStream = recording.marks.length > 0;
  if (outcome.kind === 'response' && pace.kind === 'instant' && recording.body && !isStream) {
    const problem = writeHead(options, outcome);
    if (problem !== undefined) return { kind: 'unreadable', problem };
    return endResponse(response, recording.body, outcome.trailers);
  }
  return serveSlowly(options, outcome);
}

async function serveSlowly(options: ServeOptions, outcome: Outcome): Promise<ServeEnd> {
  const wait = waiter(options);
  if (outcome.kind === 'response') return serveInTime(options, { facts: outcome, end: 'complete', wait });
  if (outcome.response) {
    const end = wasLeft(outcome) ? 'open' : 'cut';
    return serveInTime(options, { facts: outcome.response, end, resetCode: resetCodeOf(outcome), wait });
  }
  await wait(options.recording.exchange.durationMs ?? 0);
  if (options.response.isGone) return clientLeft;
  const problem = sendInterims(options.response, outcome.informational ?? []);
  if (problem !== undefined) return { kind: 'unreadable', problem };
  answerHopFailure(options.response, outcome);
  return served;
}

async function serveInTime(
  options: ServeOptions,
  {
    facts,
    end,
    resetCode,
    wait,
  }: {
    readonly facts: ResponseFacts;
    readonly end: 'complete' | 'cut' | 'open';
    readonly resetCode?: number | undefined;
    readonly wait: Wait;
  },
): Promise<ServeEnd> {
  const { recording, response } = options;
  const { durationMs = 0, firstByteMs = durationMs } = recording.exchange;
  await wait(firstByteMs);
  if (response.isGone) return clientLeft;
  const problem = writeHead(options, facts);
  if (problem !== undefined) return { kind: 'unreadable', problem };
  // The head goes now, not with the first byte of the body.
  response.flush();
  const isInstant = options.pace.kind === 'instant';
  const { marks } = recording;
  const steps = isInstant ? marks : bodySteps({ marks, sizeBytes: facts.body.sizeBytes, firstByteMs, durationMs });
  try {
    for (const { bytes, atMs } of timedPieces(options.bodyOf(recording), steps)) {
      // Chunks written in one turn would leave as one.
      await (isInstant && steps.length > 0 ? nextTurn() : wait(atMs));
      if (response.isGone) return clientLeft;
      if (!response.write(bytes)) await drained(response);
    }
  } catch (thrown) {
    // The head is out: only a cut tells the client that this is not the whole body.
    response.cut();
    return { kind: 'unreadable', problem: problemOf(thrown) };
  }
  if (end === 'open') return response.isGone ? clientLeft : open;
  await wait(durationMs);
  if (response.isGone) return clientLeft;
  if (end === 'complete') return endResponse(response, undefined, facts.trailers);
  response.cut(resetCode);
  return served;
}

function endResponse(response: ClientResponse, chunk: Buffer | undefined, trailers: RawHeaders): ServeEnd {
  try {
    response.end(chunk, trailers);
    return served;
  } catch (thrown) {
    response.cut();
    return { kind: 'unreadable', problem: `its trailers cannot be written: ${problemOf(thrown)}` };
  }
}

/** Prepares status line and headers; says why they cannot be written, if so. Nothing is on the wire after that. */
function writeHead({ response, recording }: ServeOptions, facts: ResponseFacts): string | undefined {
  const problem = sendInterims(response, facts.informational);
  if (problem !== undefined) return problem;
  try {
    response.start(recording.isHeld ? lastingHead(facts) : headOf(facts));
    return undefined;
  } catch (thrown) {
    return `its response head cannot be written: ${problemOf(thrown)}`;
  }
}

/** By what they were recorded as: a recording that is held is served many times. */
const heads = new WeakMap<ResponseFacts, AnswerHead>();

function lastingHead(facts: ResponseFacts): AnswerHead {
  let head = heads.get(facts);
  if (!head) {
    head = { ...headOf(facts), isLasting: true };
    heads.set(facts, head);
  }
  return head;
}

function headOf(facts: ResponseFacts): AnswerHead {
  const { status, headers, framing } = facts;
  return { status, reason: reasonOf(facts), headers, framing };
}

function sendInterims(response: ClientResponse, interims: readonly InformationalResponse[]): string | undefined {
  try {
    for (const { status, reason = interimReasons[status] ?? 'Information', headers } of interims) {
      response.sendInterim({ status, reason, headers });
    }
    return undefined;
  } catch (thrown) {
    return `an interim response cannot be written: ${problemOf(thrown)}`;
  }
}

/** For recordings from before reasons of interim responses were kept. */
const interimReasons: Readonly<Record<number, string>> = { 102: 'Processing', 103: 'Early Hints' };

/** Waits until a recorded moment is due at this pace; not at all when it is over or the client has left. */
type Wait = (recordedMs: number) => Promise<void> | undefined;

function waiter({ pace, arrivedAtMs, response }: ServeOptions): Wait {
  if (pace.kind === 'instant') return () => undefined;
  return (recordedMs) => {
    const leftMs = arrivedAtMs + recordedMs / pace.speed - performance.now();
    if (leftMs <= 0 || response.isGone) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        forget();
        resolve();
      };
      const timer = setTimeout(done, leftMs);
      const forget = response.onClose(done);
    });
  };
}
