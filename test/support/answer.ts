import type { RawHeaders } from '../../src/model/headers.ts';
import { type ResponseFacts, responseOf, type StreamMark } from '../../src/model/exchange.ts';
import type { Recording } from '../../src/proxy/recording-cache.ts';
import { newExchange, responseOutcome } from './cassette.ts';

/** A recording of an answer with this body, with a length unless told otherwise. */
export function answered(
  body: string | Buffer,
  {
    headers = [],
    marks = [],
    ...facts
  }: Partial<ResponseFacts> & { headers?: RawHeaders; marks?: readonly StreamMark[] } = {},
): Recording {
  const bytes = Buffer.from(body);
  const length = { sizeBytes: bytes.length, sha256: '', truncated: false, fullSizeBytes: bytes.length };
  const outcome = responseOutcome({
    ...facts,
    headers: [...headers, 'Content-Length', String(bytes.length)],
    body: length,
  });
  return { exchange: { id: 1, ...newExchange(1, { outcome }) }, body: bytes, marks, events: [], isHeld: true };
}

/** The response of a recording. */
export function responseIn(recording: Recording): ResponseFacts {
  return responseOf(recording.exchange.outcome)!;
}
