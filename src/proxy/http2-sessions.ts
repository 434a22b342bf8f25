import http2, { type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Arrival, ClientRequest, ClientResponse } from './client-side.ts';
import { answerProblem } from './hop-failure.ts';
import { Http2Request, Http2Response } from './http2-client.ts';
import { maxHeaderCount, maxHeadBytes } from './limits.ts';

/** Room for one stream's body on its way in: a large upload does not stop at every 64 KiB. */
const streamWindowBytes = 256 * 1024;
/** For all streams of a connection together. */
const connectionWindowBytes = 4 * 1024 * 1024;
/** As nginx and Envoy allow by default, times ten: a test run is one client. */
const maxStreams = 1000;
/** Of JavaScript's share in a session, in MB: uploads that upstream is slow to take. */
const sessionMemoryMb = 64;
/** A connection without requests goes after this time; clients of gRPC keep theirs for minutes between two calls. */
const idleMs = 10 * 60_000;
/** One that has not asked for anything by then goes (the time a request head may take). */
const firstRequestMs = 60_000;

export interface Http2SessionsOptions {
  readonly onRequest: (request: ClientRequest, response: ClientResponse, arrival: Arrival) => void;
}

/**
 * The HTTP/2 connections of one listener (RFC 9113), with TLS or in clear text with prior knowledge. Malformed requests,
 * floods of resets, settings, pings and continuations are nghttp2's to refuse, with the limits Node sets it.
 */
export class Http2Sessions {
  readonly #options: Http2SessionsOptions;
  readonly #open = new Set<ServerHttp2Session>();

  constructor(options: Http2SessionsOptions) {
    this.#options = options;
  }

  accept(socket: Socket, arrival: Arrival): void {
    socket.on('error', () => socket.destroy());
    // HTTP/1.x clients may end their side and wait for the answer; here nobody would notice that the client is gone.
    socket.allowHalfOpen = false;
    const session = http2.performServerHandshake(socket, {
      // One more than allowed, so that it is told by us and not by a reset.
      maxHeaderListPairs: maxHeaderCount + 5,
      maxSendHeaderBlockLength: maxHeadBytes,
      maxSessionMemory: sessionMemoryMb,
      // What upstream sends twice is passed on twice.
      strictSingleValueFields: false,
      settings: {
        initialWindowSize: streamWindowBytes,
        maxConcurrentStreams: maxStreams,
        maxHeaderListSize: maxHeadBytes,
      },
    });
    session.setLocalWindowSize(connectionWindowBytes);
    this.#open.add(session);
    // A client that breaks the protocol ends its own connection; there is nobody to tell.
    session.on('error', () => session.destroy());
    session.once('close', () => this.#open.delete(session));
    let active = 0;
    // A stream may be silent for as long as it likes.
    session.setTimeout(firstRequestMs, () => {
      if (active === 0) session.close();
    });
    session.once('stream', () => session.setTimeout(idleMs));
    session.on(
      'stream',
      (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, raw: readonly string[]) => {
        // What breaks off is noticed by `close`; without a listener Node would throw.
        stream.on('error', () => {});
        // Reset in the same packet: there was never anybody to answer.
        if (stream.destroyed || stream.closed) return;
        active += 1;
        stream.once('close', () => {
          active -= 1;
        });
        const request = new Http2Request(stream, headers, flags, raw);
        const response = new Http2Response(stream);
        if (request.method === 'CONNECT') refuseConnect(request, response);
        else this.#options.onRequest(request, response, arrival);
      },
    );
  }

  /** Takes no more requests; those under way may finish. */
  close(): void {
    for (const session of this.#open) session.close();
  }

  destroy(): void {
    for (const session of this.#open) session.destroy();
  }
}

function refuseConnect(request: ClientRequest, response: ClientResponse): void {
  request.resume();
  const detail = 'CONNECT is taken over HTTP/1.1 only; open the tunnel so and speak HTTP/2 inside';
  answerProblem(response, 405, { code: 'connect-over-http2', detail });
}
