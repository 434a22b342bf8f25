import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import type { AnswerHead, ClientRequest, ClientResponse } from './client-side.ts';
import { http2HeaderObject, http2Headers, withoutPseudo } from './http2-headers.ts';

const { NGHTTP2_FLAG_END_STREAM, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = http2.constants;

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
    const authority = headers[':authority'];
    const sent = withoutPseudo(raw);
    // It stands for Host (RFC 9113 §8.3.1); one that says something else is seen and refused.
    this.rawHeaders =
      authority === undefined || headerValue(sent, 'host') === authority ? sent : ['host', authority, ...sent];
    stream.on('trailers', (_trailers: IncomingHttpHeaders, _flags: number, trailers?: readonly string[]) => {
      this.rawTrailers = withoutPseudo(trailers ?? []);
    });
  }

  get readableEnded(): boolean {
    return this.#stream.readableEnded && !this.#stream.aborted;
  }

  on(event: 'data' | 'end' | 'close' | 'error', listener: (argument: never) => void): void {
    if (event !== 'end') this.#stream.on(event, listener as () => void);
    // Node lets the readable side end also where the client reset the stream: that is no end.
    else this.#stream.on('end', () => this.#stream.aborted || (listener as () => void)());
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }
}

/** The answer on an HTTP/2 stream. */
export class Http2Response implements ClientResponse {
  readonly canReset = true;
  readonly #stream: ServerHttp2Stream;
  #trailers: RawHeaders = [];

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
    stream.on('wantTrailers', () => {
      try {
        stream.sendTrailers(http2HeaderObject(this.#trailers));
      } catch {
        // Recorded ones that no server can have sent.
        stream.close(NGHTTP2_INTERNAL_ERROR);
        return;
      }
      this.#endUpload();
    });
  }

  get isStarted(): boolean {
    return this.#stream.headersSent;
  }

  get isGone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
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
    if (this.#stream.headersSent || this.isGone || status === 101) return;
    this.#stream.additionalHeaders({ ':status': status, ...http2HeaderObject(headers) });
  }

  start({ status, headers, framing }: AnswerHead): void {
    // As over HTTP/1.x: what is said to a client that has left is lost, and no error.
    if (this.isGone) return;
    const endStream = framing === 'none';
    this.#stream.respond([':status', String(status), ...http2Headers(headers)], {
      sendDate: false,
      endStream,
      waitForTrailers: !endStream,
    } as http2.ServerStreamResponseOptions);
    if (endStream) this.#endUpload();
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

  cut(resetCode: number = NGHTTP2_INTERNAL_ERROR): void {
    const stream = this.#stream;
    if (stream.destroyed) return;
    const breakOff = (): void => stream.close(resetCode);
    // Before the head a write would send one of Node's own making.
    if (stream.writableEnded || !stream.headersSent) breakOff();
    // A reset would overtake what is still on its way to the session.
    else stream.write(nothing, breakOff);
  }

  reset(): void {
    this.cut();
  }

  destroy(): void {
    this.#stream.destroy();
  }

  /** A client of HTTP/2 resets its stream or closes the connection. */
  cutWithClient(): void {}

  askWhetherThere(): void {}

  /** A connection carries many requests; only a session ends it. */
  endConnection(): void {}

  /**
   * A client that is answered and still uploads is asked to stop, once the whole answer has left (RFC 9113 §8.1). Should
   * it not leave soon, for want of room, what comes is read and dropped.
   */
  #endUpload(patience = 10): void {
    const stream = this.#stream;
    setImmediate(() => {
      if (stream.destroyed || stream.readableEnded || patience === 0) return;
      if (stream.state.localClose !== 1) this.#endUpload(patience - 1);
      else if (stream.state.remoteClose !== 1) stream.close(NGHTTP2_NO_ERROR);
    });
  }
}
