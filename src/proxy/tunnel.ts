import type { ClientRequest, IncomingMessage, InformationEvent } from 'node:http';
import type { Socket } from 'node:net';
import { AnswerRelay } from './answer-relay.ts';
import type { ClientRequest as PlainRequest, ClientResponse } from './client-side.ts';
import {
  answerHopFailure,
  answerProblem,
  bodyFailureOf,
  type HopFailure,
  hopFailureOf,
  loopFailureOf,
} from './hop-failure.ts';
import type { HopObserver } from './hop-observer.ts';
import type { HopRoute } from './hop.ts';
import { Http1Answer } from './http1-call.ts';
import { resetCodeOf } from './http2-reset.ts';
import { authorityFor, headersForUpgrade } from './passed-headers.ts';
import { countReadBytes } from './read-buffers.ts';
import { responseOn } from './refused-upgrade.ts';
import { StallWatch } from './stall-watch.ts';
import { upstreamPath } from '../model/target.ts';

/** What http-proxy is to send, and what it tells while it connects the two sockets. */
export interface TunnelEvents {
  readonly head: { readonly path: string; readonly headers: readonly string[] };
  /** The request is about to be sent. */
  readonly onRequest: (upstream: ClientRequest) => void;
  /** The 101 is on its way to the client, and the sockets are connected. */
  readonly onOpen: (upstreamSocket: Socket) => void;
  readonly onError: (error: Error) => void;
}

/**
 * One request to switch protocols (RFC 9110 §7.8). After a 101 the bytes pass between the two sockets as they are, the
 * observer sees them, and the exchange ends when the client's socket has closed. Any other answer ends it too.
 */
export class Tunnel {
  readonly #request: IncomingMessage;
  readonly #socket: Socket;
  readonly #route: HopRoute;
  readonly #observer: HopObserver;
  #upstream: ClientRequest | undefined;
  /** Of the answer of an upstream that does not switch. */
  #response: ClientResponse | undefined;
  #relay: AnswerRelay | undefined;
  #hasSwitched = false;
  #upstreamSocket: Socket | undefined;
  /** The observer has been told the end. */
  #isOver = false;
  /** Why the upstream socket died after the switch. */
  #upstreamError: NodeJS.ErrnoException | undefined;

  constructor(request: IncomingMessage, socket: Socket, route: HopRoute, observer: HopObserver) {
    this.#request = request;
    this.#socket = socket;
    this.#route = route;
    this.#observer = observer;
  }

  start(connect: (events: TunnelEvents) => void): void {
    this.#observer.requestEnd([]);
    // It may have left while we looked for a recording or began one.
    if (this.#socket.destroyed) {
      this.#end(clientLeft);
      return;
    }
    // Node took its own handlers away with the parser.
    this.#socket.on('error', () => this.#socket.destroy());
    // Keeps reading, so that a client that leaves is noticed; what it sends meanwhile waits in the socket.
    this.#socket.on('readable', ignore);
    const { target, host } = this.#route;
    const { url = '/', rawHeaders } = this.#request;
    const headers = headersForUpgrade(rawHeaders, authorityFor({ url, rawHeaders }, host, target));
    connect({
      head: { path: upstreamPath(target, url), headers },
      onRequest: (upstream) => this.#onRequest(upstream),
      onOpen: (upstreamSocket) => this.#onOpen(upstreamSocket),
      onError: (error) => this.#onError(error),
    });
    // http-proxy would send a de-chunked body under a chunked head.
    this.#upstream?.removeAllListeners('response');
    this.#upstream?.on('response', (answer: IncomingMessage) => this.#onResponse(answer));
  }

  #onRequest(upstream: ClientRequest): void {
    this.#upstream = upstream;
    upstream.maxHeadersCount = 0;
    upstream.on('information', (interim: InformationEvent) => this.#onInterim(interim));
    // Comes before http-proxy's own listener.
    upstream.on('upgrade', (answer: IncomingMessage, upstreamSocket: Socket) =>
      this.#onUpgrade(answer, upstreamSocket),
    );
    this.#socket.once('close', () => {
      if (this.#isOver) return;
      this.#relay?.stop();
      if (this.#hasSwitched) {
        this.#endConversation();
        return;
      }
      upstream.destroy();
      this.#end(clientLeft);
    });
  }

  #onUpgrade(answer: IncomingMessage, upstreamSocket: Socket): void {
    const { rawHeaders, httpVersion, statusMessage: reason = '' } = answer;
    this.#hasSwitched = true;
    this.#socket.off('readable', ignore);
    this.#observer.responseHead({ status: 101, reason, httpVersion, headers: rawHeaders, framing: 'none' });
    this.#socket.write(headText(101, reason, rawHeaders), 'latin1');
    // http-proxy would write it in UTF-8, with another reason and without the order of duplicates.
    this.#socket.write = () => delete (this.#socket as Partial<Socket>).write;
    // It joins the ends of the two sockets, but not their deaths.
    this.#socket.once('close', () => upstreamSocket.destroySoon());
    upstreamSocket.once('close', () => this.#socket.destroySoon());
  }

  /** http-proxy has just piped the sockets into each other, and nothing has moved yet: from here on we carry. */
  #onOpen(upstreamSocket: Socket): void {
    this.#upstreamSocket = upstreamSocket;
    upstreamSocket.unpipe(this.#socket);
    this.#socket.unpipe(upstreamSocket);
    this.#carry('response', upstreamSocket, this.#socket);
    this.#carry('request', this.#socket, upstreamSocket);
  }

  /** Passes bytes on as they come. Reading waits while the other side or the observer has no room. */
  #carry(direction: 'request' | 'response', from: Socket, to: Socket): void {
    // Silence is a right of both sides; not reading what is there is not.
    const watch = new StallWatch(this.#route.idleTimeoutMs, () => {
      const words = `it read nothing for ${this.#route.idleTimeoutMs / 1000} s`;
      to.destroy(Object.assign(new Error(words), { code: 'ETIMEDOUT' }));
    });
    to.once('close', () => watch.rest());
    let waitsForPeer = false;
    let waitsForObserver = false;
    const goOn = (): void => {
      if (!waitsForPeer && !waitsForObserver) from.resume();
    };
    from.on('data', (chunk: Buffer) => {
      // Ended by us when the proxy stops: nobody is there to send it to.
      if (!to.writable) return;
      countReadBytes(chunk.length);
      waitsForObserver = !this.#observer.conversationData(direction, chunk);
      waitsForPeer = !to.write(chunk);
      if (waitsForPeer) watch.begin();
      if (!waitsForObserver && !waitsForPeer) return;
      from.pause();
      if (!waitsForObserver) return;
      this.#observer.whenRoom(() => {
        waitsForObserver = false;
        goOn();
      });
    });
    to.on('drain', () => {
      waitsForPeer = false;
      watch.rest();
      goOn();
    });
    from.on('end', () => {
      if (!this.#isStopping(direction)) this.#observer.conversationData(direction, nothing);
      to.end();
    });
    from.resume();
  }

  /** Has a side ended because the proxy, which stops, ended the client's connection? Then neither peer meant it. */
  #isStopping(direction: 'request' | 'response'): boolean {
    return this.#socket.writableEnded && (direction === 'response' || !this.#upstreamSocket?.readableEnded);
  }

  /** The client's socket has closed, by itself or because upstream's has. */
  #endConversation(): void {
    const error = this.#upstreamError;
    if (!error) {
      this.#isOver = true;
      this.#observer.responseEnd([]);
      return;
    }
    const { origin } = this.#route.target;
    const message = `upstream ${origin} reset the connection after the switch of protocols (${error.code ?? error.message})`;
    this.#end({ code: 'reset', message });
  }

  #onInterim({ statusCode: status, statusMessage: reason, rawHeaders: headers }: InformationEvent): void {
    if (this.#isOver) return;
    this.#observer.informational({ status, reason, headers });
    this.#refusal.sendInterim({ status, reason, headers });
  }

  /** Upstream answered without switching: passed on, and the connection ends with it. */
  #onResponse(answer: IncomingMessage): void {
    if (this.#isOver) return;
    const { lastByte, mapHeaders, idleTimeoutMs, target } = this.#route;
    const relay = new AnswerRelay(new Http1Answer(answer, 'GET'), {
      request: this.#request as PlainRequest,
      response: this.#refusal,
      observer: this.#observer,
      lastByte,
      mapHeaders,
      idleTimeoutMs,
      onEnd: () => {
        this.#isOver = true;
      },
      onStall: () => this.#socket.destroy(),
    });
    answer.on('error', (error) => this.#onBodyError(error));
    try {
      relay.start();
      this.#relay = relay;
    } catch (thrown) {
      const message = `upstream ${target.origin} sent a response that cannot be passed on: ${(thrown as Error).message}`;
      this.#end({ code: 'protocol', message });
      answerHopFailure(this.#refusal, { code: 'protocol', message });
    }
  }

  #onBodyError(error: Error): void {
    if (this.#isOver) return;
    const failure = bodyFailureOf(error, this.#upstreamError, this.#route.target.origin);
    this.#relay?.stop();
    this.#end(failure);
    this.#relay?.cut(resetCodeOf(failure));
  }

  /** Also called for the upstream socket after the switch; http-proxy then ends the client's side. */
  #onError(error: NodeJS.ErrnoException): void {
    // Once upstream has said its last word, a write that comes too late for it is no failure.
    if (this.#hasSwitched && !this.#upstreamSocket?.readableEnded) this.#upstreamError ??= error;
    if (this.#relay) {
      this.#upstreamError ??= error;
      if (this.#relay.isOpenEnded) this.#onBodyError(error);
      return;
    }
    if (this.#isOver || this.#hasSwitched) return;
    const { origin } = this.#route.target;
    const loop = loopFailureOf(error, origin);
    const failure = loop ?? hopFailureOf(error, origin);
    this.#end(failure);
    if (loop) answerProblem(this.#refusal, 508, { code: 'loop', detail: loop.message });
    else answerHopFailure(this.#refusal, failure);
  }

  get #refusal(): ClientResponse {
    return (this.#response ??= responseOn(this.#request, this.#socket).response);
  }

  #end(failure: HopFailure): void {
    this.#isOver = true;
    this.#observer.failed(failure);
  }
}

const clientLeft: HopFailure = {
  code: 'client-aborted',
  message: 'the client closed the connection before the answer was complete',
};

const ignore = (): void => {};
const nothing = Buffer.alloc(0);

function headText(status: number, reason: string, headers: readonly string[]): string {
  let text = `HTTP/1.1 ${status} ${reason}\r\n`;
  for (let i = 0; i + 1 < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${text}\r\n`;
}
