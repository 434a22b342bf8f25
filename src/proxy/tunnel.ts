import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { formatProblem, type HopFailure, hopFailureOf, loopFailureOf, statusOfFailure } from './hop-failure.ts';
import type { HopObserver } from './hop-observer.ts';
import type { HopRoute } from './hop.ts';
import { authorityFor, headersForClient, headersForUpgrade } from './passed-headers.ts';
import { countReadBytes } from './read-buffers.ts';
import { resetSocket } from './reset-socket.ts';
import { StallWatch } from './stall-watch.ts';
import { upstreamPath } from '../model/target.ts';

/** What http-proxy tells while it connects the two sockets. */
export interface TunnelEvents {
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
    // Node took its own handlers away with the parser.
    this.#socket.on('error', () => this.#socket.destroy());
    // Keeps reading, so that a client that leaves is noticed; what it sends meanwhile waits in the socket.
    this.#socket.on('readable', ignore);
    connect({
      onRequest: (upstream) => this.#onRequest(upstream),
      onOpen: (upstreamSocket) => this.#onOpen(upstreamSocket),
      onError: (error) => this.#onError(error),
    });
    // http-proxy would send a de-chunked body under a chunked head.
    this.#upstream?.removeAllListeners('response');
    this.#upstream?.on('response', (answer: IncomingMessage) => this.#onResponse(answer));
  }

  #onRequest(upstream: ClientRequest): void {
    const { target, host } = this.#route;
    this.#upstream = upstream;
    for (const name of upstream.getHeaderNames()) upstream.removeHeader(name);
    upstream.path = upstreamPath(target, this.#request.url ?? '/');
    upstream.maxHeadersCount = 0;
    const { url = '/', rawHeaders } = this.#request;
    const authority = authorityFor({ url, rawHeaders }, host, target);
    for (const [name, values] of grouped(headersForUpgrade(rawHeaders, authority))) {
      upstream.setHeader(name, values);
    }
    // Comes before http-proxy's own listener.
    upstream.on('upgrade', (answer: IncomingMessage, upstreamSocket: Socket) =>
      this.#onUpgrade(answer, upstreamSocket),
    );
    this.#socket.once('close', () => {
      if (this.#isOver) return;
      if (this.#hasSwitched) {
        this.#endConversation();
        return;
      }
      upstream.destroy();
      const message = 'the client closed the connection before the answer was complete';
      this.#end({ code: 'client-aborted', message });
    });
  }

  #onUpgrade(answer: IncomingMessage, upstreamSocket: Socket): void {
    const { rawHeaders, httpVersion, statusMessage: reason = '' } = answer;
    this.#hasSwitched = true;
    this.#socket.off('readable', ignore);
    this.#observer.responseHead({ status: 101, reason, httpVersion, headers: rawHeaders, framing: 'none' });
    // http-proxy writes what stands here, name by name: upstream's own spelling and duplicates.
    answer.headers = Object.fromEntries(grouped(rawHeaders));
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

  /** Upstream answered without switching: passed on, and the connection ends with it. */
  #onResponse(answer: IncomingMessage): void {
    if (this.#isOver) return;
    const { rawHeaders, httpVersion, statusCode: status = 0, statusMessage: reason = '' } = answer;
    this.#observer.responseHead({ status, reason, httpVersion, headers: rawHeaders, framing: 'close' });
    // Version 1.0 stands for "no chunks": the body ends with the connection.
    const passed = headersForClient(rawHeaders, status, { httpVersion: '1.0' });
    this.#socket.write(headText(status, reason, [...passed, 'Connection', 'close']), 'latin1');
    answer.on('data', (chunk: Buffer) => {
      this.#observer.responseData(chunk);
      if (!this.#socket.write(chunk)) {
        answer.pause();
        this.#socket.once('drain', () => answer.resume());
      }
    });
    answer.on('end', () => {
      this.#isOver = true;
      this.#observer.responseEnd(answer.rawTrailers);
      this.#socket.end();
    });
    answer.on('error', () => {
      if (this.#isOver) return;
      const message = `upstream ${this.#route.target.origin} closed the connection in the middle of the response body`;
      this.#end({ code: 'truncated', message });
      resetSocket(this.#socket);
    });
  }

  /** Also called for the upstream socket after the switch; http-proxy then ends the client's side. */
  #onError(error: NodeJS.ErrnoException): void {
    // Once upstream has said its last word, a write that comes too late for it is no failure.
    if (this.#hasSwitched && !this.#upstreamSocket?.readableEnded) this.#upstreamError ??= error;
    if (this.#isOver || this.#hasSwitched) return;
    const { origin } = this.#route.target;
    const loop = loopFailureOf(error, origin);
    const failure = loop ?? hopFailureOf(error, origin);
    this.#end(failure);
    const status = loop ? 508 : statusOfFailure(failure.code);
    const problem = formatProblem(status, { code: loop ? 'loop' : failure.code, detail: failure.message });
    this.#socket.write(headText(status, problem.reason, [...problem.headers, 'Connection', 'close']), 'latin1');
    this.#socket.end(problem.body);
  }

  #end(failure: HopFailure): void {
    this.#isOver = true;
    this.#observer.failed(failure);
  }
}

const ignore = (): void => {};
const nothing = Buffer.alloc(0);

function headText(status: number, reason: string, headers: readonly string[]): string {
  let text = `HTTP/1.1 ${status} ${reason}\r\n`;
  for (let i = 0; i + 1 < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${text}\r\n`;
}

/** Values of equal names (case ignored) together, at the place and in the spelling of the first. */
function grouped(headers: readonly string[]): [name: string, values: string[]][] {
  const groups = new Map<string, [string, string[]]>();
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const key = headers[i]!.toLowerCase();
    const group = groups.get(key);
    if (group) group[1].push(headers[i + 1]!);
    else groups.set(key, [headers[i]!, [headers[i + 1]!]]);
  }
  return [...groups.values()];
}
