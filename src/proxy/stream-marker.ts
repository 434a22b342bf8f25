import { mediaType } from '../model/content-shape.ts';
import type { Framing, StreamMark } from '../model/exchange.ts';
import type { RawHeaders } from '../model/headers.ts';
import { grpcMessageSizes } from '../model/grpc-messages.ts';

/** Takes the next chunk of a body and when it arrived; returns the marks that are to be kept. */
export type StreamMarker = (chunk: Buffer, atMs: number) => readonly StreamMark[];

/** Streams by their type: every chunk is an event, or a part of one. */
const streamTypes: ReadonlySet<string> = new Set([
  'text/event-stream',
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/stream+json',
  'application/json-seq',
  'multipart/x-mixed-replace',
]);

/**
 * A pause this long between two chunks makes a response of any other type a stream. A page or a download that comes in
 * one go stays below and costs nothing. If all pauses are shorter, spreading the body evenly over its time, which is what
 * replay does without marks, puts no byte further from its place than a person can notice.
 */
export const streamPauseMs = 20;

/** For a response body; undefined when when its bytes came in between is of no interest. */
export function responseMarker(
  head: { readonly headers: RawHeaders; readonly framing: Framing },
  headAtMs: number,
): StreamMarker | undefined {
  const type = mediaType(head.headers);
  if (isGrpc(type)) return messageMarker();
  if (streamTypes.has(type)) return (chunk, atMs) => [markOf(chunk, atMs)];
  return head.framing === 'length' || head.framing === 'none' ? undefined : pauseMarker(headAtMs);
}

/** For a request body: only the messages of gRPC are told apart. */
export function requestMarker(headers: RawHeaders): StreamMarker | undefined {
  return isGrpc(mediaType(headers)) ? messageMarker() : undefined;
}

/** gRPC and gRPC-Web; the text form of the latter is Base64 without messages to be seen. */
function isGrpc(type: string): boolean {
  return /^application\/grpc(?!-web-text)/.test(type);
}

function messageMarker(): StreamMarker {
  const sizesIn = grpcMessageSizes();
  return (chunk, atMs) => sizesIn(chunk).map((sizeBytes) => ({ offsetMs: atMs, sizeBytes }));
}

/** Marks begin with the first pause; what came before it is one mark. */
function pauseMarker(headAtMs: number): StreamMarker {
  let lastAtMs = headAtMs;
  let unmarkedBytes = 0;
  let isStream = false;
  return (chunk, atMs) => {
    const before = { offsetMs: lastAtMs, sizeBytes: unmarkedBytes };
    const isPause = atMs - lastAtMs > streamPauseMs;
    lastAtMs = atMs;
    if (isStream) return [markOf(chunk, atMs)];
    if (!isPause) {
      unmarkedBytes += chunk.length;
      return [];
    }
    isStream = true;
    return unmarkedBytes === 0 ? [markOf(chunk, atMs)] : [before, markOf(chunk, atMs)];
  };
}

function markOf(chunk: Buffer, atMs: number): StreamMark {
  return { offsetMs: atMs, sizeBytes: chunk.length };
}
