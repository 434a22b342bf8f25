import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { AppError, problemOf } from '../base/errors.ts';
import { headerValue } from '../model/headers.ts';
import type { QuietClient } from './blind-tunnel.ts';
import type { Arrival, ClientRequest, ClientResponse } from './client-side.ts';
import { FrontDoor, type FrontDoorOptions, type RefusedHandshake } from './front-door.ts';
import { answerProblem } from './hop-failure.ts';
import { hasEnded, Http1Response } from './http1-client.ts';
import { Http2Sessions } from './http2-sessions.ts';
import { proxyUserOf } from './lane-marks.ts';
import { maxHeadBytes, probeDelayMs } from './limits.ts';
import { refusalOf } from './passed-headers.ts';
import { type Refused, refuse, refuseBadRequest } from './refused-request.ts';

/** How long exchanges in flight may go on after a stop was asked for. */
export const stopGraceMs = 5000;

/** A client's request to be connected to `request.url` (RFC 9110 §9.3.6). */
export interface ConnectRequest {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** What came behind the head. */
  readonly head: Buffer;
  /** Reads from the socket as from a new connection, once the client has been told to go on. */
  readonly admit: (connectedTo: string) => void;
  /** Takes the connection over, with what has come behind the head: it is a tunnel until its end. */
  readonly take: () => Socket;
}

export interface ListenerOptions {
  readonly name: string;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly onRequest: (request: ClientRequest, response: ClientResponse, arrival: Arrival) => void;
  /** For `Expect: 100-continue`; without it the client is told to go on and `onRequest` takes over. */
  readonly onExpectContinue?: (request: ClientRequest, response: ClientResponse, arrival: Arrival) => void;
  /** Takes the socket over. Upgrades that are not wanted, or all without it, are served as plain requests. */
  readonly onUpgrade?: (request: IncomingMessage, socket: Socket, head: Buffer, arrival: Arrival) => void;
  readonly wantsUpgrade?: (request: IncomingMessage) => boolean;
  /** For forward proxies; without it CONNECT is refused. */
  readonly onConnect?: (connect: ConnectRequest) => void;
  /** What is said behind a CONNECT and is neither TLS nor HTTP. */
  readonly onOther?: (socket: Socket, connectedTo: string) => void;
  readonly onQuiet?: FrontDoorOptions['onQuiet'];
  /** The certificate to show for a host: TLS and plain text on one port. Without it TLS is refused. */
  readonly secureContextFor?: (host: string) => Promise<SecureContext>;
  readonly onRefusedHandshake?: (refused: RefusedHandshake) => void;
  /** A request that broke the grammar, or that two readers could understand differently, was answered by us. */
  readonly onRefused?: (refused: Refused) => void;
  /**
   * A request whose head announces no body is at its end when it comes: none of its events happen, which saves a fifth
   * of what it costs. For listeners that look at the head first and read only what is announced.
   */
  readonly emptyRequests?: 'ended';
  /** Scheme of `url`; `http` unless told. */
  readonly scheme?: 'http' | 'https';
}

export interface Listener {
  readonly name: string;
  /** `http://host:port`, connectable from this machine. */
  readonly url: string;
  readonly address: AddressInfo;
  /** Stops accepting, lets exchanges in flight finish for `graceMs`, then calls `beforeCut` and cuts what is left. */
  readonly stop: (graceMs?: number, beforeCut?: () => void) => Promise<void>;
}

const direct: Arrival = { scheme: 'http', connectedTo: undefined };

/** Opens one listener for HTTP/1.x and HTTP/2, and TLS if wanted, with our limits. Throws PORT_IN_USE or LISTEN_FAILED. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { onRequest, onUpgrade, wantsUpgrade, onOther, onQuiet, onRefusedHandshake } = options;
  const open = new Set<Socket>();
  /** Connected, but without a request so far: browsers keep such connections in hand. */
  const unused = new Set<Socket>();
  const tunnels = new Set<Socket>();
  const ways = new WeakMap<Duplex, Way>();
  let stopping = false;

  const server = http.createServer({
    maxHeaderSize: maxHeadBytes,
    headersTimeout: 60_000,
    // Long uploads and long polls are legitimate; a slow head is not.
    requestTimeout: 0,
    // Longer than the pools of common clients, so that it is the client who closes and never meets a closed socket.
    keepAliveTimeout: 65_000,
    keepAlive: true,
    keepAliveInitialDelay: probeDelayMs,
    // Looked for below: Node would answer without telling us.
    requireHostHeader: false,
    noDelay: true,
    optimizeEmptyRequests: options.emptyRequests === 'ended',
  });
  server.maxHeadersCount = 0;
  server.maxConnections = 10_000;
  // A client may end its side after the request and still wants the answer. Not in Node's types.
  (server as { httpAllowHalfOpen?: boolean }).httpAllowHalfOpen = true;
  // Node's own listener parses HTTP/1.x at once; ours looks first what the connection speaks.
  const [parseHttp1] = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');

  const used = (socket: Duplex | undefined): Arrival => {
    const way = socket && ways.get(socket);
    if (!way) return direct;
    unused.delete(way.raw);
    return way.arrival;
  };
  const http2 = new Http2Sessions({
    onRequest: (request, response, arrival) => {
      if (isRefused(request, response)) return;
      const waits = headerValue(request.rawHeaders, 'expect')?.toLowerCase() === '100-continue';
      if (waits && !options.onExpectContinue) response.sendContinue();
      onRequest(request, response, arrival);
    },
  });
  const takeAsTunnel = (socket: Socket, raw: Socket): void => {
    unused.delete(raw);
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
  };
  const doorOf = (raw: Socket): FrontDoor =>
    new FrontDoor({
      onHttp1: (socket, arrival) => {
        ways.set(socket, { raw, arrival });
        parseHttp1!.call(server, socket);
      },
      onHttp2: (socket, arrival) => {
        unused.delete(raw);
        http2.accept(socket, arrival);
      },
      ...(onOther
        ? {
            onOther: (socket: Socket, connectedTo: string) => {
              takeAsTunnel(socket, raw);
              onOther(socket, connectedTo);
            },
          }
        : {}),
      ...(onQuiet
        ? {
            onQuiet: ({ signal, take }: QuietClient, connectedTo: string) => {
              const takeOver = (): Socket => {
                const socket = take();
                takeAsTunnel(socket, raw);
                return socket;
              };
              onQuiet({ signal, take: takeOver }, connectedTo);
            },
          }
        : {}),
      ...(options.secureContextFor ? { secureContextFor: options.secureContextFor } : {}),
      ...(onRefusedHandshake
        ? {
            onRefusedHandshake: (refused: RefusedHandshake) => {
              // Who is cut off by our own stop has refused nothing.
              if (!stopping) onRefusedHandshake(refused);
            },
          }
        : {}),
    });
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    unused.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      unused.delete(socket);
    });
    doorOf(socket).admit(socket, { arrival: { ...direct }, host: localAddressOf(socket) });
  });

  const isRefused = (request: ClientRequest, response: ClientResponse): boolean => {
    const refused = refusalOf(request);
    if (!refused) return false;
    // Nothing behind a head that can be read in two ways is to be trusted.
    response.endConnection();
    answerProblem(response, refused.status, refused);
    options.onRefused?.(refused);
    return true;
  };
  const serve = (request: IncomingMessage, response: ServerResponse, handle = onRequest): void => {
    if (hasEnded(request.socket)) return;
    const answer = new Http1Response(request, response);
    if (isRefused(request as ClientRequest, answer)) return;
    const arrival = used(request.socket);
    if (stopping) response.shouldKeepAlive = false;
    handle(request as ClientRequest, answer, arrival);
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => serve(request, response));
  // Other expectations than 100-continue are for upstream to judge.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => serve(request, response));
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (!options.onExpectContinue) response.writeContinue();
    serve(request, response, options.onExpectContinue);
  });
  if (onUpgrade) {
    server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      const socket = stream as Socket;
      if (wantsUpgrade?.(request) === false) {
        serveWithoutUpgrade(request, socket, head);
        parseHttp1!.call(server, socket);
        return;
      }
      const arrival = used(socket);
      takeAsTunnel(socket, ways.get(socket)?.raw ?? socket);
      const refused = refusalOf(request);
      if (!refused) onUpgrade(request, socket, head, arrival);
      else {
        refuse(socket, refused.status, refused);
        options.onRefused?.(refused);
      }
    });
  }
  server.on('connect', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const socket = stream as Socket;
    const raw = ways.get(socket)?.raw ?? socket;
    used(socket);
    if (!options.onConnect) {
      const detail = 'CONNECT is for forward proxies; this is a reverse proxy';
      refuse(socket, 405, { code: 'not-a-forward-proxy', detail });
      return;
    }
    const admit = (connectedTo: string): void => {
      unused.add(raw);
      if (head.length > 0) socket.unshift(head);
      const host = connectedTo.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
      const proxyUser = proxyUserOf(request.rawHeaders);
      const arrival: Arrival = { ...direct, connectedTo, ...(proxyUser === undefined ? {} : { proxyUser }) };
      doorOf(raw).admit(socket, { arrival, host });
    };
    const take = (): Socket => {
      if (head.length > 0) socket.unshift(head);
      takeAsTunnel(socket, raw);
      return socket;
    };
    options.onConnect({ request, socket, head, admit, take });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const refused = refuseBadRequest(error, socket);
    if (refused) options.onRefused?.(refused);
  });

  await listen(server, options);
  const address = server.address() as AddressInfo;

  const stop = async (graceMs = stopGraceMs, beforeCut?: () => void): Promise<void> => {
    stopping = true;
    // The sockets, not the server: its own event comes before the exchanges of the last ones have been told.
    const closed = [...open].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    server.close();
    http2.close();
    // A tunnel has no end of its own to wait for.
    for (const socket of tunnels) socket.end();
    for (const socket of unused) socket.destroy();
    // Connections that were busy at `close()` become idle one by one.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    const cut = setTimeout(() => {
      beforeCut?.();
      server.closeAllConnections();
      http2.destroy();
      for (const socket of tunnels) socket.destroy();
      for (const socket of open) socket.destroy();
    }, graceMs);
    await Promise.all(closed);
    clearInterval(sweep);
    clearTimeout(cut);
  };
  return { name: options.name, url: urlOf(address, options.scheme ?? 'http'), address, stop };
}

/** What a parsed connection came from. */
interface Way {
  /** The connection itself, below TLS. */
  readonly raw: Socket;
  readonly arrival: Arrival;
}

/** Names the certificate for a client that speaks TLS to us without naming a host. */
function localAddressOf(socket: Socket): string {
  return (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:(?=\d+\.)/i, '');
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
function urlOf(address: AddressInfo, scheme: 'http' | 'https'): string {
  if (address.address === '0.0.0.0') return `${scheme}://127.0.0.1:${address.port}`;
  if (address.address === '::') return `${scheme}://[::1]:${address.port}`;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${scheme}://${host}:${address.port}`;
}

/**
 * A server may ignore `Upgrade` (RFC 9110 §7.8), but Node has given up parsing by now: the request is put back on the
 * socket without it, to be read again as on a new connection.
 */
function serveWithoutUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
  const { rawHeaders } = request;
  let text = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (name === 'upgrade' || name === 'http2-settings') continue;
    const value = name === 'connection' ? withoutUpgrade(rawHeaders[i + 1]!) : rawHeaders[i + 1]!;
    text += `${rawHeaders[i]}: ${value}\r\n`;
  }
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
}

/** What else `Connection` says still counts. */
function withoutUpgrade(connection: string): string {
  const tokens = connection.split(',').map((token) => token.trim());
  return tokens.filter((token) => !/^(upgrade|http2-settings)$/i.test(token)).join(', ');
}
