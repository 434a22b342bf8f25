import { STATUS_CODES } from 'node:http';
import http2, {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import type { RawHeaders } from '../model/headers.ts';
import { endWatch, Http2Answer } from './http2-answer.ts';
import { http2HeaderObject, http2RequestHead, withoutPseudo } from './http2-headers.ts';
import { http2Reset, notSent } from './http2-reset.ts';
import type { CallEvents, CallHead, UpstreamCall } from './upstream-call.ts';

const { NGHTTP2_CANCEL, NGHTTP2_REFUSED_STREAM } = http2.constants;

/** What has been learnt of a connection so far. */
export interface ConnectionState {
  readonly isClosed: boolean;
  /** Upstream does nothing with streams above this one: it is going away. Infinite until then. */
  readonly lastStreamId: number;
}

/** A place for one request on a session with upstream. */
export interface SessionPlace {
  readonly session: ClientHttp2Session;
  /** The session has carried requests before. */
  readonly isReused: boolean;
  readonly scheme: 'http' | 'https';
  readonly connection: ConnectionState;
  /** Gives the place back. */
  readonly release: () => void;
}

type Head = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** Begins a call on a session. Throws when the head cannot be written; then nothing was, and the place is given back. */
export function openHttp2Call(place: SessionPlace, head: CallHead, events: CallEvents): UpstreamCall {
  const { method, path, headers, hasBody } = head;
  let stream: ClientHttp2Stream;
  try {
    const list = http2RequestHead({ method, scheme: place.scheme, path, headers });
    stream = place.session.request(list, { endStream: !hasBody, waitForTrailers: hasBody });
  } catch (thrown) {
    place.release();
    throw thrown;
  }
  return new Http2Call(stream, { place, method, events });
}

/** One request on a stream of Node's HTTP/2 client. */
class Http2Call implements UpstreamCall {
  readonly #stream: ClientHttp2Stream;
  readonly #place: SessionPlace;
  readonly #events: CallEvents;
  #answer: Http2Answer | undefined;
  #error: NodeJS.ErrnoException | undefined;
  #trailers: RawHeaders = [];
  /** We broke it off. */
  #isDestroyed = false;

  constructor(
    stream: ClientHttp2Stream,
    { place, method, events }: { readonly place: SessionPlace; readonly method: string; readonly events: CallEvents },
  ) {
    this.#stream = stream;
    this.#place = place;
    this.#events = events;
    const hasEnded = endWatch(stream);
    stream.on('response', (head: Head, flags: number, raw?: readonly string[]) => {
      const status = head[':status'] ?? 0;
      this.#answer = new Http2Answer(stream, { status, method, flags, raw: raw ?? [], hasEnded });
      events.onAnswer(this.#answer, this);
    });
    stream.on('headers', (head: Head, _flags: number, raw?: readonly string[]) => {
      const status = head[':status'] ?? 0;
      if (status === 100) events.onContinue();
      else events.onInterim({ status, reason: STATUS_CODES[status] ?? '', headers: withoutPseudo(raw ?? []) });
    });
    stream.on('wantTrailers', () => stream.sendTrailers(http2HeaderObject(this.#trailers)));
    stream.on('drain', () => events.onDrain());
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#error = error;
    });
    stream.on('close', () => this.#onClose());
  }

  get isDestroyed(): boolean {
    return this.#isDestroyed || this.#stream.destroyed || this.#stream.closed;
  }

  get isEnded(): boolean {
    return this.#stream.writableEnded;
  }

  get isFull(): boolean {
    return this.#stream.writableNeedDrain;
  }

  get isOnReusedConnection(): boolean {
    return this.#place.isReused;
  }

  write(chunk: Buffer): boolean {
    return this.isDestroyed || this.isEnded || this.#stream.write(chunk);
  }

  /** The head leaves as it is handed over. */
  flushHead(): void {}

  end(trailers: RawHeaders): void {
    this.#trailers = trailers;
    if (!this.isDestroyed && !this.isEnded) this.#stream.end();
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#stream.close(NGHTTP2_CANCEL);
  }

  #onClose(): void {
    this.#place.release();
    if (this.#isDestroyed) this.#answer?.drop();
    else this.#fail(this.#reason());
    this.#events.onClose(this);
  }

  #fail(reason: NodeJS.ErrnoException | undefined): void {
    const answer = this.#answer;
    if (!answer) {
      this.#events.onError(reason ?? closedEarly(), this);
      return;
    }
    // The connection's own error, as over HTTP/1.1, before what it does to the answer.
    if (!answer.isComplete && reason && !reason.code?.startsWith('H2_')) this.#events.onError(reason, this);
    answer.close(reason);
  }

  /** Why the stream is no more, unless it ended well; undefined: the connection was closed without a word. */
  #reason(): NodeJS.ErrnoException | undefined {
    const { isClosed, lastStreamId } = this.#place.connection;
    const { rstCode, id } = this.#stream;
    if (id === undefined) return notSent(this.#error);
    if (id > lastStreamId) return http2Reset(NGHTTP2_REFUSED_STREAM);
    const errno = this.#error?.code;
    if (errno !== undefined && errno !== 'ERR_HTTP2_STREAM_ERROR' && errno !== 'ERR_HTTP2_SESSION_ERROR') {
      return this.#error;
    }
    if (rstCode === NGHTTP2_CANCEL && isClosed) return undefined;
    return http2Reset(rstCode);
  }
}

function closedEarly(): NodeJS.ErrnoException {
  return Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });
}
