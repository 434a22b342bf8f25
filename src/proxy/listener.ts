import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError, problemOf } from '../base/errors.ts';
import { formatProblem } from './hop-failure.ts';

/** Larger heads are refused with 431; also the limit for heads from upstream. */
export const maxHeadBytes = 256 * 1024;
/** Node drops header lines over its own limit without a word, so that one is off and we count ourselves. */
export const maxHeaderCount = 2000;
/** How long exchanges in flight may go on after a stop was asked for. */
export const stopGraceMs = 5000;

export interface ListenerOptions {
  readonly name: string;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  /** For `Expect: 100-continue`; without it the client is told to go on and `onRequest` takes over. */
  readonly onExpectContinue?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Takes the socket over. Upgrades that are not wanted, or all without it, are served as plain requests. */
  readonly onUpgrade?: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
  readonly wantsUpgrade?: (request: IncomingMessage) => boolean;
}

export interface Listener {
  readonly name: string;
  /** `http://host:port`, connectable from this machine. */
  readonly url: string;
  readonly address: AddressInfo;
  /** Stops accepting, lets exchanges in flight finish for `graceMs`, then calls `beforeCut` and cuts what is left. */
  readonly stop: (graceMs?: number, beforeCut?: () => void) => Promise<void>;
}

/** Opens one HTTP/1.x listener with our limits. Throws PORT_IN_USE or LISTEN_FAILED. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { onRequest, onUpgrade, wantsUpgrade } = options;
  const open = new Set<Socket>();
  /** Connected, but without a request so far: browsers keep such connections in hand. */
  const unused = new Set<Socket>();
  const tunnels = new Set<Socket>();
  let stopping = false;

  const server = http.createServer({
    maxHeaderSize: maxHeadBytes,
    headersTimeout: 60_000,
    // Long uploads and long polls are legitimate; a slow head is not.
    requestTimeout: 0,
    // Longer than the pools of common clients, so that it is the client who closes and never meets a closed socket.
    keepAliveTimeout: 65_000,
    keepAlive: true,
    noDelay: true,
  });
  server.maxHeadersCount = 0;
  server.maxConnections = 10_000;
  // A client may end its side after the request and still wants the answer. Not in Node's types.
  (server as { httpAllowHalfOpen?: boolean }).httpAllowHalfOpen = true;

  server.on('connection', (socket: Socket) => {
    open.add(socket);
    unused.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      unused.delete(socket);
    });
  });
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    unused.delete(request.socket);
    if (stopping) response.shouldKeepAlive = false;
    onRequest(request, response);
  };
  server.on('request', serve);
  // Other expectations than 100-continue are for upstream to judge.
  server.on('checkExpectation', serve);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (options.onExpectContinue) {
      unused.delete(request.socket);
      if (stopping) response.shouldKeepAlive = false;
      options.onExpectContinue(request, response);
      return;
    }
    response.writeContinue();
    serve(request, response);
  });
  if (onUpgrade) {
    server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      const socket = stream as Socket;
      if (wantsUpgrade?.(request) === false) {
        serveWithoutUpgrade(server, request, socket, head);
        return;
      }
      unused.delete(socket);
      tunnels.add(socket);
      socket.once('close', () => tunnels.delete(socket));
      onUpgrade(request, socket, head);
    });
  }
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    refuse(socket, 405, {
      code: 'not-a-forward-proxy',
      detail: 'CONNECT is for forward proxies; this is a reverse proxy',
    });
  });
  server.on('clientError', onClientError);

  await listen(server, options);
  const address = server.address() as AddressInfo;

  const stop = async (graceMs = stopGraceMs, beforeCut?: () => void): Promise<void> => {
    stopping = true;
    // The sockets, not the server: its own event comes before the exchanges of the last ones have been told.
    const closed = [...open].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    server.close();
    // A tunnel has no end of its own to wait for.
    for (const socket of tunnels) socket.end();
    for (const socket of unused) socket.destroy();
    // Connections that were busy at `close()` become idle one by one.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    const cut = setTimeout(() => {
      beforeCut?.();
      server.closeAllConnections();
      for (const socket of tunnels) socket.destroy();
    }, graceMs);
    await Promise.all(closed);
    clearInterval(sweep);
    clearTimeout(cut);
  };
  return { name: options.name, url: urlOf(address), address, stop };
}

async function listen(server: http.Server, options: ListenerOptions): Promise<void> {
  const { host, port } = options;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, backlog: 1024 }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new AppError('PORT_IN_USE', { port, host }, thrown);
    }
    throw new AppError('LISTEN_FAILED', { host, port, problem: problemOf(thrown) }, thrown);
  }
}

/** A wildcard address is not connectable everywhere; loopback stands for it. */
function urlOf(address: AddressInfo): string {
  if (address.address === '0.0.0.0') return `http://127.0.0.1:${address.port}`;
  if (address.address === '::') return `http://[::1]:${address.port}`;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

/**
 * A server may ignore `Upgrade` (RFC 9110 §7.8), but Node has given up parsing by now: the request is put back on the
 * socket without it, and read again as a new connection.
 */
function serveWithoutUpgrade(server: http.Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const { rawHeaders } = request;
  let text = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (name === 'upgrade' || name === 'http2-settings' || name === 'connection') continue;
    text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  }
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

/** What Node's parser refused, with the reason in words. */
function onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Nobody is left to answer, or an answer is under way whose framing we would break.
  const underWay = (socket as Socket & { _httpMessage?: ServerResponse })._httpMessage?.headersSent === true;
  if (error.code === 'ECONNRESET' || !socket.writable || underWay) {
    socket.destroy();
    return;
  }
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      refuse(socket, 431, {
        code: 'head-too-large',
        detail: `the request head is over the limit of ${maxHeadBytes} bytes`,
      });
      return;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      refuse(socket, 408, { code: 'request-timeout', detail: 'the request head did not arrive within 60 s' });
      return;
    default:
      refuse(socket, 400, { code: 'bad-request', detail: `not a valid HTTP/1.1 request: ${error.message}` });
  }
}

/** Answers on the bare socket and closes it: after a broken request nothing on this connection can be trusted. */
function refuse(socket: Duplex, status: number, problem: { readonly code: string; readonly detail: string }): void {
  const { reason, headers, body } = formatProblem(status, problem);
  let head = `HTTP/1.1 ${status} ${reason}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  socket.on('error', () => socket.destroy());
  socket.end(Buffer.concat([Buffer.from(`${head}Connection: close\r\n\r\n`, 'latin1'), body]));
}
