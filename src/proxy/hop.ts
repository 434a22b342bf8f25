import http, { type ClientRequest, type IncomingMessage, type InformationEvent, type ServerResponse } from 'node:http';
import https from 'node:https';
import { headerValue, withHeader } from '../model/headers.ts';
import { AnswerRelay, trailerPairs } from './answer-relay.ts';
import { answerHopFailure, answerProblem, type HopFailure, hopFailureOf } from './hop-failure.ts';
import type { HopObserver } from './hop-observer.ts';
import { maxHeadBytes, maxHeaderCount } from './listener.ts';
import { headersForUpstream } from './passed-headers.ts';
import { countReadBytes } from './read-buffers.ts';
import { loopErrno, serverNameOf } from './upstream-agent.ts';
import { type Target, upstreamPath } from '../model/target.ts';

/** How requests get to one target. */
export interface HopRoute {
  readonly target: Target;
  readonly agent: http.Agent;
  /** Never reuses a connection: for the second try after a kept one turned out to be dead. */
  readonly freshAgent: http.Agent;
  /** Whose authority upstream sees in Host. */
  readonly host: 'target' | 'client';
  /** From the end of the request to the response head; none by default. */
  readonly answerTimeoutMs: number | undefined;
  /** `stored`: the client gets the last byte of an answer only when the exchange is durable. */
  readonly lastByte: 'at-once' | 'stored';
  /** What the client gets instead of upstream's headers (redirects to us instead of to upstream). */
  readonly mapHeaders: ((headers: string[], request: IncomingMessage) => string[]) | undefined;
}

/** Safe to send twice (RFC 9110 §9.2.2). */
const idempotent: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
  'QUERY',
  'PROPFIND',
]);

/** Passes one plain request on to upstream and the response back, both streaming. Never throws. */
export class Hop {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #route: HopRoute;
  readonly #observer: HopObserver;
  readonly #hasBody: boolean;
  #upstream: ClientRequest | undefined;
  #relay: AnswerRelay | undefined;
  /** The observer has been told the end. */
  #isOver = false;
  /** What went wrong with the connection while the response body was coming. */
  #bodyError: Error | undefined;
  #answerTimer: NodeJS.Timeout | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, route: HopRoute, observer: HopObserver) {
    this.#request = request;
    this.#response = response;
    this.#route = route;
    this.#observer = observer;
    const length = headerValue(request.rawHeaders, 'content-length');
    const isChunked = headerValue(request.rawHeaders, 'transfer-encoding') !== undefined;
    this.#hasBody = isChunked || (length !== undefined && length !== '0');
  }

  start(): void {
    const request = this.#request;
    const response = this.#response;
    // A request that breaks off is noticed by the response's `close`; without a listener Node would throw.
    request.on('error', () => {});
    response.on('error', () => {});
    response.once('close', () => this.#onClientClose());
    if (response.socket) {
      this.#begin();
      return;
    }
    // Pipelined: it waits for its turn, or a read could overtake the write before it.
    response.once('socket', () => this.#begin());
    request.once('close', () => {
      if (!this.#upstream) this.#onClientClose();
    });
  }

  #begin(): void {
    if (this.#isOver) return;
    const upstream = this.#send(this.#route.agent);
    if (!upstream) return;
    if (this.#hasBody) this.#pumpRequest(upstream);
    else this.#observer.requestEnd([]);
  }

  #send(agent: http.Agent): ClientRequest | undefined {
    const { target, host } = this.#route;
    const { method = 'GET', url = '/', rawHeaders } = this.#request;
    const headers = headersForUpstream(rawHeaders, host === 'target' ? target.authority : undefined);
    const options: https.RequestOptions = {
      agent,
      host: target.hostname,
      port: target.port,
      method,
      path: upstreamPath(target, url),
      headers: isWritableAsSent(headers) ? headers : this.#withoutExpect(headers),
      setHost: false,
      setDefaultHeaders: false,
      maxHeaderSize: maxHeadBytes,
    };
    let upstream: ClientRequest;
    try {
      upstream =
        target.protocol === 'https:'
          ? https.request({ ...options, servername: serverNameOf(target) })
          : http.request(options);
    } catch (thrown) {
      // Characters that Node's parser lets in and its writer does not let out.
      this.#refuse(400, 'bad-request', {
        code: 'protocol',
        message: `the request cannot be passed on: ${(thrown as Error).message}`,
      });
      return undefined;
    }
    this.#upstream = upstream;
    upstream.maxHeadersCount = 0;
    upstream.on('response', (answer: IncomingMessage) => this.#onResponse(answer));
    upstream.on('information', (info: InformationEvent) => this.#onInformation(info));
    upstream.on('continue', () => this.#response.writeContinue());
    upstream.on('error', (error) => this.#onUpstreamError(error, upstream));
    upstream.on('close', () => this.#onUpstreamClose(upstream));
    if (!this.#hasBody) {
      upstream.end();
      this.#startAnswerTimer();
    }
    return upstream;
  }

  /** We say "go on" in upstream's place. */
  #withoutExpect(headers: string[]): string[] {
    this.#response.writeContinue();
    return withHeader(headers, 'expect', undefined);
  }

  #pumpRequest(upstream: ClientRequest): void {
    const request = this.#request;
    let headIsOut = false;
    request.on('data', (chunk: Buffer) => {
      headIsOut = true;
      countReadBytes(chunk.length);
      // After the end only the client's connection matters: what it still sends is read and dropped.
      if (this.#isOver) return;
      const observerHasRoom = this.#observer.requestData(chunk);
      const upstreamHasRoom = upstream.destroyed || upstream.write(chunk);
      if (upstreamHasRoom && observerHasRoom) return;
      request.pause();
      if (observerHasRoom) return;
      this.#observer.whenRoom(() => {
        if (!upstream.writableNeedDrain) request.resume();
      });
    });
    upstream.on('drain', () => request.resume());
    request.on('end', () => {
      if (this.#isOver) return;
      const trailers = request.rawTrailers;
      this.#observer.requestEnd(trailers);
      if (trailers.length > 0) upstream.addTrailers(trailerPairs(trailers));
      upstream.end();
      this.#startAnswerTimer();
    });
    // Upstream may want to judge the head before it sees a body.
    setImmediate(() => {
      if (!headIsOut && !upstream.destroyed && !upstream.writableEnded) upstream.write(Buffer.alloc(0));
    });
  }

  #startAnswerTimer(): void {
    const { answerTimeoutMs } = this.#route;
    if (answerTimeoutMs === undefined || this.#relay) return;
    this.#answerTimer = setTimeout(() => {
      const words = `did not answer within ${answerTimeoutMs / 1000} s`;
      this.#fail({ code: 'timeout', message: `upstream ${this.#route.target.origin} ${words}` });
    }, answerTimeoutMs);
  }

  #onInformation(info: InformationEvent): void {
    const { statusCode, statusMessage, rawHeaders } = info;
    if (statusCode === 100 || this.#isOver) return;
    this.#observer.informational(statusCode, rawHeaders);
    const { socket } = this.#response;
    // HTTP/1.0 has no interim responses (RFC 9110 §15.2).
    if (!socket || this.#request.httpVersion === '1.0' || this.#response.headersSent) return;
    let head = `HTTP/1.1 ${statusCode} ${statusMessage}\r\n`;
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) head += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
    socket.write(`${head}\r\n`, 'latin1');
  }

  #onResponse(answer: IncomingMessage): void {
    clearTimeout(this.#answerTimer);
    if (this.#isOver) return;
    const upstream = `upstream ${this.#route.target.origin}`;
    if (answer.rawHeaders.length > 2 * maxHeaderCount) {
      const words = `sent ${answer.rawHeaders.length / 2} header lines; the limit is ${maxHeaderCount}`;
      this.#fail({ code: 'protocol', message: `${upstream} ${words}` });
      return;
    }
    const relay = new AnswerRelay(answer, {
      request: this.#request,
      response: this.#response,
      observer: this.#observer,
      lastByte: this.#route.lastByte,
      mapHeaders: this.#route.mapHeaders,
      onEnd: () => {
        this.#isOver = true;
      },
    });
    answer.on('error', (error) => this.#onAnswerError(error));
    try {
      relay.start();
      this.#relay = relay;
    } catch (thrown) {
      const words = `sent a response that cannot be passed on: ${(thrown as Error).message}`;
      this.#fail({ code: 'protocol', message: `${upstream} ${words}` });
    }
  }

  // ---- when it does not work out

  #onClientClose(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#answerTimer);
    this.#relay?.stop();
    // At once: upstream must neither go on working nor take a cut upload for a whole one.
    this.#upstream?.destroy();
    const message = 'the client closed the connection before the answer was complete';
    this.#observer.failed({ code: 'client-aborted', message });
  }

  #onUpstreamError(error: NodeJS.ErrnoException, upstream: ClientRequest): void {
    if (this.#relay) {
      // The response decides: a failed upload does not matter once it is whole.
      this.#bodyError ??= error;
      if (this.#relay.isOpenEnded) this.#onAnswerError(error);
      return;
    }
    if (this.#isOver || upstream !== this.#upstream) return;
    if (this.#mayRetry(error, upstream)) {
      this.#send(this.#route.freshAgent);
    } else if (error.code === loopErrno) {
      const message = `target ${this.#route.target.origin} leads back to this proxy`;
      this.#refuse(508, 'loop', { code: 'unreachable', message });
    } else {
      this.#fail(hopFailureOf(error, this.#route.target.origin));
    }
  }

  /** A kept connection that upstream closed while the request was on its way: nobody has seen the request. */
  #mayRetry(error: NodeJS.ErrnoException, upstream: ClientRequest): boolean {
    if (!upstream.reusedSocket || this.#hasBody) return false;
    return (error.code === 'ECONNRESET' || error.code === 'EPIPE') && idempotent.has(this.#request.method ?? '');
  }

  #onUpstreamClose(upstream: ClientRequest): void {
    // It may be paused for a socket that will never drain.
    if (this.#hasBody && !this.#request.readableEnded) this.#request.resume();
    if (this.#relay || this.#isOver || upstream !== this.#upstream) return;
    // Switched protocols unasked, or ended in another way that Node reports neither as a response nor as an error.
    this.#fail({ code: 'protocol', message: `upstream ${this.#route.target.origin} gave no usable answer` });
  }

  #onAnswerError(error: NodeJS.ErrnoException): void {
    if (this.#isOver) return;
    const cause = (this.#bodyError ?? error) as NodeJS.ErrnoException;
    const upstream = `upstream ${this.#route.target.origin}`;
    if (cause.code?.startsWith('HPE_')) {
      this.#fail({ code: 'protocol', message: `${upstream} broke the framing of its response: ${cause.message}` });
    } else if (this.#bodyError) {
      this.#fail({ code: 'reset', message: `${upstream} reset the connection in the middle of the response body` });
    } else {
      this.#fail({
        code: 'truncated',
        message: `${upstream} closed the connection in the middle of the response body`,
      });
    }
  }

  #refuse(status: number, code: string, failure: HopFailure): void {
    this.#isOver = true;
    this.#observer.failed(failure);
    answerProblem(this.#response, status, { code, detail: failure.message });
  }

  #fail(failure: HopFailure): void {
    this.#isOver = true;
    clearTimeout(this.#answerTimer);
    this.#upstream?.destroy();
    const tellClient = (): void => {
      if (this.#relay) this.#relay.cut();
      else answerHopFailure(this.#response, failure);
    };
    if (this.#route.lastByte === 'stored') {
      this.#observer.failed(failure, tellClient);
      return;
    }
    this.#observer.failed(failure);
    tellClient();
  }
}

/** Node writes a head with `Expect` as UTF-8, which breaks Latin-1 values. */
function isWritableAsSent(headers: readonly string[]): boolean {
  return headerValue(headers, 'expect') === undefined || headers.every((text) => !/[\u0080-\u00ff]/.test(text));
}
