import { type IncomingMessage, type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';
import type { Duplex } from 'node:stream';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import { type AnswerHead, type ClientResponse, trailerPairs } from './client-side.ts';
import { headersForClient } from './passed-headers.ts';
import { HalfClosedQuestion } from './half-closed-question.ts';
import { resetSocket } from './reset-socket.ts';

const nothing = Buffer.alloc(0);

/**
 * Up to here a body leaves as one string together with the head: one write of the system instead of a vector of two, a
 * fifth of what a request costs (decision 028). Node puts strings up to 16 KiB on the stack; longer ones cost more than
 * they save.
 */
const maxStringBytes = 15 * 1024;

/** What is sent of heads that come again and again. */
const passedOf = new WeakMap<AnswerHead, string[]>();

const ended = new WeakSet<Duplex>();

/** Nothing more is taken from this connection, whatever its client has sent behind the last request. */
export function hasEnded(socket: Duplex): boolean {
  return ended.has(socket);
}

/** An HTTP/1.x response in Node's hands. Raw headers both ways; nothing is added to what upstream sent. */
export class Http1Response implements ClientResponse {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #endsWithConnection = false;
  #question: HalfClosedQuestion | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
    // What breaks off is noticed by `close`; without a listener Node would throw.
    request.on('error', ignore);
    response.on('error', ignore);
  }

  readonly canReset = false;

  get isStarted(): boolean {
    return this.#response.headersSent;
  }

  get isGone(): boolean {
    return this.#response.destroyed;
  }

  onTurn(begin: () => void): void {
    if (this.#response.socket) begin();
    else this.#response.once('socket', begin);
  }

  onClose(listener: () => void): () => void {
    this.#response.once('close', listener);
    return () => this.#response.off('close', listener);
  }

  onDrain(listener: () => void): () => void {
    this.#response.on('drain', listener);
    return () => this.#response.off('drain', listener);
  }

  sendContinue(): void {
    // Without it Node would end the connection after the answer to a client that asked.
    this.#question?.drop();
    if (this.#takesInterim()) this.#response.writeContinue();
  }

  sendInterim({ status, reason, headers }: { status: number; reason: string; headers: RawHeaders }): void {
    const { socket } = this.#response;
    if (!socket || !this.#takesInterim()) return;
    this.#question?.drop();
    const passed = headersForClient(headers, status, this.#request);
    // Node checks the other heads; a cassette may come from anywhere.
    validateHeaderValue('reason', reason);
    let head = `HTTP/1.1 ${status} ${reason}\r\n`;
    for (let i = 0; i + 1 < passed.length; i += 2) {
      validateHeaderName(passed[i]!);
      validateHeaderValue(passed[i]!, passed[i + 1]!);
      head += `${passed[i]}: ${passed[i + 1]}\r\n`;
    }
    socket.write(`${head}\r\n`, 'latin1');
  }

  /** HTTP/1.0 has no interim responses (RFC 9110 §15.2). */
  #takesInterim(): boolean {
    return this.#request.httpVersion !== '1.0' && !this.#response.headersSent;
  }

  start(head: AnswerHead): void {
    const { status, reason, framing } = head;
    const response = this.#response;
    this.#question?.drop();
    response.sendDate = false;
    if (framing === 'close') {
      // The end of the connection is the end of the body, here as there.
      this.#endsWithConnection = true;
      response.shouldKeepAlive = false;
      response.useChunkedEncodingByDefault = false;
    }
    response.writeHead(status, reason, this.#headersOf(head));
    // A coding called chunked inside another one is upstream's business.
    if (framing === 'close') response.chunkedEncoding = false;
  }

  #headersOf(head: AnswerHead): string[] {
    const { status, headers, framing, isLasting } = head;
    const isUsual = isLasting === true && framing !== 'none' && this.#request.httpVersion === '1.1';
    const known = isUsual ? passedOf.get(head) : undefined;
    if (known) return known;
    const passed = headersForClient(headers, status, this.#request);
    if (isUsual) passedOf.set(head, passed);
    // Over HTTP/2 a head alone may say that there is no body; here a length must.
    if (framing === 'none' && this.#needsLength(headers, status)) passed.push('Content-Length', '0');
    return passed;
  }

  #needsLength(headers: RawHeaders, status: number): boolean {
    const isFramed = status < 200 || status === 204 || status === 304 || this.#request.method === 'HEAD';
    return !isFramed && headerValue(headers, 'content-length') === undefined;
  }

  /** Not flushHeaders(): it writes the head as UTF-8 and breaks Latin-1 values. */
  flush(): void {
    this.#response.write(nothing);
  }

  write(chunk: Buffer): boolean {
    return this.#response.write(chunk);
  }

  end(chunk: Buffer | undefined, trailers: RawHeaders): void {
    const response = this.#response;
    if (trailers.length > 0 && response.chunkedEncoding) response.addTrailers(trailerPairs(trailers));
    if (!chunk || chunk.length === 0) response.end();
    else if (chunk.length <= maxStringBytes) response.end(chunk.toString('latin1'), 'latin1');
    else response.end(chunk);
  }

  cut(): void {
    const { socket } = this.#response;
    if (!socket || socket.destroyed) return;
    if (!this.#response.headersSent) {
      // A write would send a head of Node's own making.
      socket.destroySoon();
      return;
    }
    // A reset would overtake what is still on its way to the socket.
    this.#response.write(nothing, () => {
      // Where the end of the connection would mean a complete body only a reset tells.
      if (this.#endsWithConnection) resetSocket(socket);
      else socket.destroySoon();
    });
  }

  reset(): void {
    const { socket } = this.#request;
    // A reset would overtake what is still on its way to the socket.
    if (this.#response.headersSent) this.#response.write(nothing, () => resetSocket(socket));
    else resetSocket(socket);
  }

  destroy(): void {
    this.#request.socket.destroy();
  }

  cutWithClient(): void {
    const { socket } = this.#response;
    if (socket?.readableEnded) socket.destroy();
    else socket?.once('end', () => socket.destroy());
  }

  askWhetherThere(): void {
    const { socket } = this.#response;
    // HTTP/1.0 has no interim responses.
    if (!socket || this.#request.httpVersion === '1.0') return;
    const ask = (): void => {
      this.#question = new HalfClosedQuestion(socket);
    };
    if (socket.readableEnded) ask();
    else socket.once('end', ask);
    this.#response.once('close', () => {
      socket.off('end', ask);
      this.#question?.drop();
    });
  }

  endConnection(): void {
    if (this.#request.socket) ended.add(this.#request.socket);
    this.#response.shouldKeepAlive = false;
  }
}

function ignore(): void {}
