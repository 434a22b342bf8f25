import type { ServerResponse } from 'node:http';
import { problemOf } from '../base/errors.ts';
import type { Outcome, ResponseFacts } from '../model/exchange.ts';
import { type RawHeaders, toPairs } from '../model/headers.ts';
import { answerHopFailure } from './hop-failure.ts';
import { bodySteps, type Pace, timedPieces } from './pace.ts';
import { headersForClient } from './passed-headers.ts';
import type { Recording } from './recording-cache.ts';

/** How serving ended. `unreadable`: the cassette could not give the bytes, or they cannot be written. */
export type ServeEnd =
  | { readonly kind: 'served' }
  | { readonly kind: 'client-left' }
  | { readonly kind: 'unreadable'; readonly problem: string };

export interface ServeOptions {
  readonly recording: Recording;
  /** Its response body in pieces; read only when it is not held. */
  readonly bodyOf: (recording: Recording) => Iterable<Buffer>;
  readonly client: { readonly method: string; readonly httpVersion: string };
  readonly response: ServerResponse;
  readonly pace: Pace;
  /** Arrival of the request head, on the clock of `performance.now()`. */
  readonly arrivedAtMs: number;
}

const served: ServeEnd = { kind: 'served' };
const clientLeft: ServeEnd = { kind: 'client-left' };
const nothing = Buffer.alloc(0);

/**
 * Writes a recorded outcome to a client as the recording client saw it: status, reason, raw headers, 1xx, framing, body
 * bytes, trailers. A recorded failure is repeated: the same problem answer, or the bytes that had come and then the cut.
 * What fits in one write is served before this returns; only longer or paced answers come as a promise.
 */
export function serve(options: ServeOptions): ServeEnd | Promise<ServeEnd> {
  const { recording, response, pace } = options;
  const { outcome } = recording.exchange;
  if (!outcome) return { kind: 'unreadable', problem: 'it had not ended when it was read' };
  if (outcome.kind === 'response' && pace.kind === 'instant' && recording.body) {
    const problem = writeHead(options, outcome);
    if (problem !== undefined) return { kind: 'unreadable', problem };
    endResponse(response, outcome.trailers, recording.body);
    return served;
  }
  return serveSlowly(options, outcome);
}

async function serveSlowly(options: ServeOptions, outcome: Outcome): Promise<ServeEnd> {
  const wait = waiter(options);
  if (outcome.kind === 'response') return serveInTime(options, { facts: outcome, isCut: false, wait });
  if (outcome.response) return serveInTime(options, { facts: outcome.response, isCut: true, wait });
  await wait(options.recording.exchange.durationMs ?? 0);
  if (options.response.destroyed) return clientLeft;
  answerHopFailure(options.response, outcome);
  return served;
}

async function serveInTime(
  options: ServeOptions,
  { facts, isCut, wait }: { readonly facts: ResponseFacts; readonly isCut: boolean; readonly wait: Wait },
): Promise<ServeEnd> {
  const { recording, response } = options;
  const { durationMs = 0, firstByteMs = durationMs } = recording.exchange;
  await wait(firstByteMs);
  if (response.destroyed) return clientLeft;
  const problem = writeHead(options, facts);
  if (problem !== undefined) return { kind: 'unreadable', problem };
  // The head goes now, not with the first byte of the body. Not by flushHeaders(), which breaks Latin-1 values.
  response.write(nothing);
  const steps =
    options.pace.kind === 'instant'
      ? []
      : bodySteps({
          marks: recording.marks,
          sizeBytes: facts.body.sizeBytes,
          firstByteMs,
          durationMs,
        });
  try {
    for (const { bytes, atMs } of timedPieces(options.bodyOf(recording), steps)) {
      if (steps.length > 0) await wait(atMs);
      if (response.destroyed) return clientLeft;
      if (!response.write(bytes)) await drained(response);
    }
  } catch (thrown) {
    // The head is out: only a cut tells the client that this is not the whole body.
    await cut(response, facts);
    return { kind: 'unreadable', problem: problemOf(thrown) };
  }
  await wait(durationMs);
  if (response.destroyed) return clientLeft;
  if (isCut) await cut(response, facts);
  else endResponse(response, facts.trailers, undefined);
  return served;
}

/** Prepares status line and headers; says why they cannot be written, if so. Nothing is on the wire after that. */
function writeHead(options: ServeOptions, facts: ResponseFacts): string | undefined {
  const { response, client } = options;
  for (const { status, headers } of facts.informational) writeInterim(response, { status, headers, client });
  response.sendDate = false;
  if (facts.framing === 'close') {
    // The end of the connection is the end of the body, as it was.
    response.shouldKeepAlive = false;
    response.useChunkedEncodingByDefault = false;
  }
  try {
    response.writeHead(facts.status, facts.reason, headersForClient(facts.headers, facts.status, client));
    return undefined;
  } catch (thrown) {
    return `its response head cannot be written: ${problemOf(thrown)}`;
  }
}

/** HTTP/1.0 has no interim responses (RFC 9110 §15.2). */
function writeInterim(
  response: ServerResponse,
  interim: { status: number; headers: RawHeaders; client: ServeOptions['client'] },
): void {
  const { status, headers, client } = interim;
  if (!response.socket || client.httpVersion === '1.0') return;
  let head = `HTTP/1.1 ${status} ${interimReasons[status] ?? 'Information'}\r\n`;
  for (let i = 0; i + 1 < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  response.socket.write(`${head}\r\n`, 'latin1');
}

/** The reason phrase of an interim response is not recorded; it has no meaning (RFC 9112 §4). */
const interimReasons: Readonly<Record<number, string>> = { 102: 'Processing', 103: 'Early Hints' };

function endResponse(response: ServerResponse, trailers: RawHeaders, body: Buffer | undefined): void {
  if (trailers.length > 0 && response.chunkedEncoding) {
    response.addTrailers(toPairs(trailers).map(([name, value]): [string, string] => [name, value]));
  }
  if (body && body.length > 0) response.end(body);
  else response.end();
}

/** Ends the connection so that nobody takes what was sent for the whole. */
async function cut(response: ServerResponse, facts: ResponseFacts): Promise<void> {
  // A reset would overtake what is still on its way to the socket.
  await new Promise((resolve) => response.write(nothing, resolve));
  const { socket } = response;
  if (!socket) return;
  // Where the end of the connection would mean a complete body only a reset tells.
  if (facts.framing === 'close') socket.resetAndDestroy();
  else socket.destroySoon();
}

/** Waits until a recorded moment is due at this pace; not at all when it is over or the client has left. */
type Wait = (recordedMs: number) => Promise<void> | undefined;

function waiter({ pace, arrivedAtMs, response }: ServeOptions): Wait {
  if (pace.kind === 'instant') return () => undefined;
  return (recordedMs) => {
    const leftMs = arrivedAtMs + recordedMs / pace.speed - performance.now();
    if (leftMs <= 0 || response.destroyed) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        response.off('close', done);
        resolve();
      };
      const timer = setTimeout(done, leftMs);
      response.once('close', done);
    });
  };
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
    if (response.destroyed) done();
  });
}
