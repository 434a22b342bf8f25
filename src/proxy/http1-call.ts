import http, { type ClientRequest, type IncomingMessage, type InformationEvent } from 'node:http';
import https from 'node:https';
import { type Framing, framingOf } from '../model/exchange.ts';
import { headerValue, type RawHeaders, withHeader } from '../model/headers.ts';
import type { Target } from '../model/target.ts';
import { trailerPairs } from './client-side.ts';
import { withJoinedCookies } from './http2-headers.ts';
import { maxHeadBytes } from './limits.ts';
import { proxyRefusal } from './proxy-tunnel.ts';
import type { CallEvents, CallHead, OpenCall, UpstreamAnswer, UpstreamCall } from './upstream-call.ts';
import type { UpstreamProxy } from './upstream-proxy.ts';

export interface Http1Connections {
  readonly kept: http.Agent;
  /** Never reuses a connection: for the second try after a kept one turned out to be dead. */
  readonly fresh: http.Agent;
  /** Connections end at this proxy, which gets requests in absolute-form (RFC 9112 §3.2.2). */
  readonly proxy?: UpstreamProxy;
}

/** Begins a request with exactly this head; throws when it cannot be written. */
export type BeginRequest = (options: https.RequestOptions) => ClientRequest;

/** Node's own client. */
export function nodeRequest({ protocol }: Pick<Target, 'protocol'>): BeginRequest {
  return protocol === 'https:' ? https.request : http.request;
}

/** Calls over HTTP/1.1 through a client of Node's kind, raw headers both ways. */
export function http1Calls(target: Target, connections: Http1Connections, begin: BeginRequest): OpenCall {
  const { proxy } = connections;
  return (head, events, connection) => {
    const request = begin({ ...http1Options(target, head, proxy), agent: connections[connection] });
    return new Http1Call(request, head.method, proxy ? throughProxy(events, proxy) : events);
  };
}

function http1Options(target: Target, head: CallHead, proxy: UpstreamProxy | undefined): https.RequestOptions {
  const own = writable(head);
  // What a client shows to us is not for another proxy.
  const headers = proxy ? withHeader(own, 'Proxy-Authorization', proxy.authorization) : own;
  return {
    host: target.hostname,
    port: target.port,
    method: head.method,
    path: proxy ? `${target.origin}${head.path === '*' ? '' : head.path}` : head.path,
    headers,
    setHost: false,
    setDefaultHeaders: false,
    maxHeaderSize: maxHeadBytes,
  };
}

/** That a proxy wants a password is between it and us; the client could not answer. */
function throughProxy(events: CallEvents, proxy: UpstreamProxy): CallEvents {
  return {
    ...events,
    onAnswer: (answer, call) => {
      if (answer.status === 407) events.onError(Object.assign(proxyRefusal(407), { via: proxy.url }), call);
      else events.onAnswer(answer, call);
    },
  };
}

/** One request in the hands of Node's HTTP/1.1 client, which has its head already. */
export class Http1Call implements UpstreamCall {
  readonly #request: ClientRequest;

  constructor(request: ClientRequest, method: string, events: CallEvents) {
    this.#request = request;
    request.maxHeadersCount = 0;
    request.on('response', (answer: IncomingMessage) => events.onAnswer(new Http1Answer(answer, method), this));
    request.on('information', ({ statusCode, statusMessage, rawHeaders }: InformationEvent) => {
      const isPlainContinue = statusCode === 100 && statusMessage === 'Continue' && rawHeaders.length === 0;
      if (isPlainContinue) events.onContinue();
      else events.onInterim({ status: statusCode, reason: statusMessage, headers: rawHeaders });
    });
    request.on('drain', () => events.onDrain());
    request.on('error', (error) => events.onError(error, this));
    request.on('close', () => events.onClose(this));
  }

  get isDestroyed(): boolean {
    return this.#request.destroyed;
  }

  get isEnded(): boolean {
    return this.#request.writableEnded;
  }

  get isOnReusedConnection(): boolean {
    return this.#request.reusedSocket;
  }

  write(chunk: Buffer): boolean {
    return this.#request.write(chunk);
  }

  flushHead(): void {
    this.#request.write(Buffer.alloc(0));
  }

  end(trailers: RawHeaders): void {
    if (trailers.length > 0) this.#request.addTrailers(trailerPairs(trailers));
    this.#request.end();
  }

  destroy(): void {
    this.#request.destroy();
  }
}

/** An answer in the hands of Node's HTTP/1.1 client. */
export class Http1Answer implements UpstreamAnswer {
  readonly #message: IncomingMessage;
  readonly status: number;
  readonly reason: string;
  readonly httpVersion: string;
  readonly rawHeaders: RawHeaders;
  readonly framing: Framing;
  readonly on: UpstreamAnswer['on'];

  constructor(message: IncomingMessage, method: string) {
    this.#message = message;
    this.status = message.statusCode ?? 0;
    this.reason = message.statusMessage ?? '';
    this.httpVersion = message.httpVersion;
    this.rawHeaders = message.rawHeaders;
    this.framing = framingOf(message.rawHeaders, this.status, method);
    this.on = message.on.bind(message) as UpstreamAnswer['on'];
  }

  get rawTrailers(): RawHeaders {
    return this.#message.rawTrailers;
  }

  get isComplete(): boolean {
    return this.#message.complete;
  }

  pause(): void {
    this.#message.pause();
  }

  resume(): void {
    this.#message.resume();
  }
}

/** Headers as Node can write them: chunks announced where a body has no length. */
function writable({ headers, hasBody, clientVersion }: CallHead): string[] {
  const isFramed =
    headerValue(headers, 'content-length') !== undefined || headerValue(headers, 'transfer-encoding') !== undefined;
  const written = clientVersion === '2.0' ? withJoinedCookies(headers) : headers;
  return hasBody && !isFramed ? [...written, 'Transfer-Encoding', 'chunked'] : [...written];
}
