import http2, { type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Arrival, ClientRequest, ClientResponse } from './client-side.ts';
import { Http2Request, Http2Response } from './http2-client.ts';
import { maxHeaderCount, maxHeadBytes } from './limits.ts';

/** Room for one stream's body on its way in: a large upload does not stop at every 64 KiB. */
const windowBytes = 1024 * 1024;
/** As nginx and Envoy allow by default, times ten: a test run is one client. */
const maxStreams = 1000;

export interface Http2SessionsOptions {
  readonly onRequest: (request: ClientRequest, response: ClientResponse, arrival: Arrival) => void;
}

/** The HTTP/2 connections of one listener (RFC 9113), with TLS or in clear text with prior knowledge. */
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
      maxHeaderListPairs: maxHeaderCount,
      settings: {
        initialWindowSize: windowBytes,
        maxConcurrentStreams: maxStreams,
        maxHeaderListSize: maxHeadBytes,
      },
    });
    this.#open.add(session);
    // A client that breaks the protocol ends its own connection; there is nobody to tell.
    session.on('error', () => session.destroy());
    session.once('close', () => this.#open.delete(session));
    session.on(
      'stream',
      (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, raw: readonly string[]) => {
        const request = new Http2Request(stream, headers, flags, raw);
        this.#options.onRequest(request, new Http2Response(stream), arrival);
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
