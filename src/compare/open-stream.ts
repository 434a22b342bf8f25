import { type Outcome, wasLeft } from '../model/exchange.ts';
import { contentCodings } from '../model/content-coding.ts';
import { mediaType } from '../model/content-shape.ts';
import type { RawHeaders } from '../model/headers.ts';
import { itemReaderOf } from './stream-formats.ts';
import { grpcMessageSizes } from '../model/grpc-messages.ts';

/** A stream of events that its client left, as clients of such streams do: what came of it can be judged. */
export function isLeftStream(outcome: Outcome | undefined): boolean {
  return wasLeft(outcome) && outcome.response !== undefined && countItems(outcome.response.headers) !== undefined;
}

/**
 * Counts the whole events or messages of a response as its bytes come, or undefined when it is no stream whose items can
 * be counted while it goes on (others, and compressed ones).
 */
export function countItems(headers: RawHeaders): ((chunk: Buffer) => number) | undefined {
  if (contentCodings(headers).length > 0) return undefined;
  const type = mediaType(headers);
  if (/^application\/grpc(?:\+|$)/.test(type)) {
    const sizesIn = grpcMessageSizes();
    let count = 0;
    return (chunk) => (count += sizesIn(chunk).length);
  }
  const reader = itemReaderOf(type);
  if (!reader) return undefined;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let count = 0;
  return (chunk) => (count += reader.push(decoder.decode(chunk, { stream: true })).length);
}
