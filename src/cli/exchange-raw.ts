import type { BodyFacts, Exchange, ResponseFacts } from '../model/exchange.ts';
import { headerValues, type RawHeaders } from '../model/headers.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';

/**
 * An exchange as HTTP/1.1 bytes (RFC 9112): request, then response if one came. Bodies are as sent; one that was sent
 * in chunks is framed as a single chunk again, since its head says so and trailers can stand nowhere else.
 */
export function* exchangeRaw(reads: CassetteReads, exchange: Exchange): IterableIterator<Buffer> {
  const { request, outcome } = exchange;
  yield* messageRaw(reads, `${request.method} ${request.target} HTTP/${request.httpVersion}`, request);
  const response = outcome?.kind === 'failure' ? outcome.response : outcome;
  if (!response) return;
  for (const early of response.informational)
    yield headRaw(`HTTP/${response.httpVersion} ${early.status} ${early.reason ?? ''}`, early.headers);
  yield* messageRaw(reads, `HTTP/${response.httpVersion} ${response.status} ${response.reason}`, response);
}

type Message = Pick<ResponseFacts, 'headers' | 'trailers'> & { readonly body: BodyFacts };

function* messageRaw(reads: CassetteReads, firstLine: string, message: Message): IterableIterator<Buffer> {
  yield headRaw(firstLine, message.headers);
  const { sizeBytes, sha256, truncated } = message.body;
  const isChunked = headerValues(message.headers, 'transfer-encoding').some((value) => /\bchunked\s*$/i.test(value));
  // An answer to HEAD announces a framing it does not use; an empty body has nothing to frame unless trailers follow.
  const isFramed = isChunked && (sizeBytes > 0 || message.trailers.length > 0);
  if (isFramed && sizeBytes > 0) yield latin1(`${sizeBytes.toString(16)}\r\n`);
  yield* reads.bodyChunks(sha256);
  if (isFramed && sizeBytes > 0) yield latin1('\r\n');
  // Without its last chunk a cut body stays recognisable as cut.
  if (isFramed && !truncated) yield headRaw('0', message.trailers);
}

function headRaw(firstLine: string, headers: RawHeaders): Buffer {
  let text = `${firstLine}\r\n`;
  for (let i = 0; i + 1 < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return latin1(`${text}\r\n`);
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
