import type http from 'node:http';
import { isWrite } from '../model/exchange.ts';
import { type RawHeaders, headerValue, toPairs, withoutHopByHop } from '../model/headers.ts';

/** A request ready for the wire: recorded bytes with live values carried in. */
export interface OutgoingRequest {
  readonly method: string;
  /** Path and query as recorded; the target's base path is put before it. */
  readonly target: string;
  /** As recorded: Host, hop-by-hop headers and Content-Length are set here. */
  readonly headers: RawHeaders;
  readonly trailers: RawHeaders;
  readonly body: OutgoingBody;
}

export interface OutgoingBody {
  readonly sizeBytes: number;
  /** The bytes in pieces; large bodies are read from the cassette while they are sent. */
  readonly chunks: () => Iterable<Buffer>;
}

/** Writes body and trailers with back-pressure, then ends the request. */
export async function writeBody(call: http.ClientRequest, request: OutgoingRequest): Promise<void> {
  if (request.body.sizeBytes > 0) {
    for (const chunk of request.body.chunks()) {
      if (call.destroyed) return;
      // 'close' as well: a server that answers early and hangs up must not leave us waiting for ever.
      if (!call.write(chunk)) await drained(call);
    }
  }
  if (request.trailers.length > 0 && isChunked(request.headers))
    call.addTrailers(toPairs(request.trailers).map(([name, value]): [string, string] => [name, value]));
  call.end();
}

function drained(call: http.ClientRequest): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = (): void => {
    call.off('drain', done);
    call.off('close', done);
    resolve();
  };
  call.on('drain', done);
  call.on('close', done);
  return promise;
}

/** Was the body of this message sent in chunks? */
export function isChunked(headers: RawHeaders): boolean {
  return /\bchunked\b/i.test(headerValue(headers, 'transfer-encoding') ?? '');
}

/**
 * Recorded headers for a new connection: Host is the target's, hop-by-hop headers and `Expect: 100-continue` are
 * dropped, the body's framing stays what it was (length or chunked) with the length of the body sent now.
 */
export function headersForWire(request: OutgoingRequest, authority: string): string[] {
  const { headers, body, method } = request;
  const chunked = isChunked(headers);
  const result: string[] = [];
  const seen = new Set<string>();
  const kept = withoutHopByHop(headers);
  for (let i = 0; i + 1 < kept.length; i += 2) {
    const name = kept[i]!.toLowerCase();
    if (name === 'host' || name === 'content-length') {
      // Two of either would be refused by most servers; the first place is kept.
      if (seen.has(name)) continue;
      seen.add(name);
      if (name === 'host') result.push(kept[i]!, authority);
      else if (!chunked) result.push(kept[i]!, String(body.sizeBytes));
    } else if (name !== 'expect') {
      result.push(kept[i]!, kept[i + 1]!);
    }
  }
  if (!seen.has('host')) result.unshift('Host', authority);
  if (chunked) result.push('Transfer-Encoding', 'chunked');
  else if (!seen.has('content-length') && (body.sizeBytes > 0 || isWrite(method))) {
    result.push('Content-Length', String(body.sizeBytes));
  }
  return result;
}
