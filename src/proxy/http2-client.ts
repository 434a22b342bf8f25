import http2, { type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { RawHeaders } from '../model/headers.ts';
import type { AnswerHead, ClientRequest, ClientResponse } from './client-side.ts';
import { headersForHttp2 } from './http2-headers.ts';

const { NGHTTP2_FLAG_END_STREAM, NGHTTP2_INTERNAL_ERROR } = http2.constants;

const nothing = Buffer.alloc(0);

/** A request on an HTTP/2 stream. */
export class Http2Request implements ClientRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion = '2.0';
  readonly rawHeaders: RawHeaders;
  readonly endsWithHead: boolean;
  rawTrailers: RawHeaders = [];
  readonly #stream: ServerHttp2Stream;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, raw: readonly string[]) {
    this.#stream = stream;
    this.method = headers[':method'] ?? 'GET';
    this.url = headers[':path'] ?? '/';
    this.endsWithHead = (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
    this.rawHeaders = withoutPseudo(raw, headers[':authority']);
    stream.on('trailers', (_trailers: IncomingHttpHeaders, _flags: number, rawTrailers?: readonly string[]) => {
      this.rawTrailers = [...(rawTrailers ?? [])];
    });
    // What breaks off is noticed by `close`; without a listener Node would throw.
    stream.on('error', ignore);
  }

  get readableEnded(): boolean {
    return this.#stream.readableEnded;
  }

  on(event: 'data' | 'end' | 'close' | 'error', listener: (argument: never) => void): void {
    this.#stream.on(event, listener as () => void);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }
}

/** `:authority` takes the place of Host, and outweighs one that is there as well (RFC 9113 §8.3.1). */
function withoutPseudo(raw: readonly string[], authority: string | undefined): RawHeaders {
  const headers: string[] = authority === undefined ? [] : ['host', authority];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!;
    if (name.startsWith(':') || (name === 'host' && authority !== undefined)) continue;
    headers.push(name, raw[i + 1]!);
  }
  return headers;
}

/** The answer on an HTTP/2 stream. */
export class Http2Response implements ClientResponse {
  readonly #stream: ServerHttp2Stream;
  #trailers: RawHeaders = [];

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
    stream.on('wantTrailers', () => stream.sendTrailers(headersForHttp2(this.#trailers)));
  }

  get isStarted(): boolean {
    return this.#stream.headersSent;
  }

  get isGone(): boolean {
    return this.#stream.destroyed;
  }

  onTurn(begin: () => void): void {
    begin();
  }

  onClose(listener: () => void): () => void {
    this.#stream.once('close', listener);
    return () => this.#stream.off('close', listener);
  }

  onDrain(listener: () => void): () => void {
    this.#stream.on('drain', listener);
    return () => this.#stream.off('drain', listener);
  }

  sendContinue(): void {
    this.sendInterim({ status: 100, reason: '', headers: [] });
  }

  sendInterim({ status, headers }: { status: number; reason: string; headers: RawHeaders }): void {
    // 101 has no place in HTTP/2 (RFC 9113 §8.6).
    if (this.#stream.headersSent || this.#stream.destroyed || status === 101) return;
    this.#stream.additionalHeaders({ ':status': status, ...headersForHttp2(headers) });
  }

  start({ status, headers, framing }: AnswerHead): void {
    const head: OutgoingHttpHeaders = { ':status': status, ...headersForHttp2(headers) };
    const endStream = framing === 'none';
    this.#stream.respond(head, {
      sendDate: false,
      endStream,
      waitForTrailers: !endStream,
    } as http2.ServerStreamResponseOptions);
  }

  /** The head leaves as it is handed over. */
  flush(): void {}

  write(chunk: Buffer): boolean {
    return this.#stream.write(chunk);
  }

  end(chunk: Buffer | undefined, trailers: RawHeaders): void {
    this.#trailers = trailers;
    if (this.#stream.writableEnded) return;
    if (chunk && chunk.length > 0) this.#stream.end(chunk);
    else this.#stream.end();
  }

  cut(): void {
    const stream = this.#stream;
    if (stream.destroyed) return;
    const breakOff = (): void => stream.close(NGHTTP2_INTERNAL_ERROR);
    if (stream.writableEnded) breakOff();
    // A reset would overtake what is still on its way to the session.
    else stream.write(nothing, breakOff);
  }

  /** A connection carries many requests; only a session ends it. */
  /** A client of HTTP/2 resets its stream or closes the connection. */
  cutWithClient(): void {}

  endConnection(): void {}
}

function ignore(): void {}
