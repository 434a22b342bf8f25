import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type WebSocket, WebSocketServer } from 'ws';

/**
 * The real server behind the recorder:
 * `/items/…` answers with its own path after a little while; `/bytes/N` sends N bytes; a POST to `/sum` answers with the size
 * and CRC-32 of the body; `/break/FRAMING` breaks off; `/events/NAME` sends numbered events until `endStreams`; a WebSocket gets everything back.
 */
export interface TestUpstream {
  readonly url: string;
  readonly connectionCount: () => number;
  /** Sends each open stream its last event and ends it. */
  readonly endStreams: () => void;
  /** Events sent on each stream so far, by its name. */
  readonly eventsSent: ReadonlyMap<string, number>;
  readonly close: () => Promise<void>;
}

export interface TestUpstreamOptions {
  readonly eventEveryMs?: number;
}

/** Every byte says where it stands, so that a lost or doubled piece changes the sum. */
const piece = Buffer.from(Array.from({ length: 256 * 1024 }, (_, i) => (i * 31 + (i >> 8)) % 251));

export function* pieces(size: number): Iterable<Buffer> {
  for (let left = size; left > 0; left -= piece.length) yield left >= piece.length ? piece : piece.subarray(0, left);
}

/** What `/items/…` answers. */
export const answerTo = (path: string): string => `{"path":"${path}","note":"${'a good answer '.repeat(8)}"}`;

export async function startTestUpstream({ eventEveryMs = 2000 }: TestUpstreamOptions = {}): Promise<TestUpstream> {
  const sockets = new Set<Socket>();
  const streams = new Map<string, ServerResponse>();
  const eventsSent = new Map<string, number>();

  const sendEvent = (name: string, response: ServerResponse): void => {
    const number = (eventsSent.get(name) ?? 0) + 1;
    eventsSent.set(name, number);
    response.write(`id: ${number}\ndata: {"stream":"${name}","number":${number}}\n\n`);
  };
  const startStream = (name: string, response: ServerResponse): void => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    streams.set(name, response);
    sendEvent(name, response);
    const timer = setInterval(() => sendEvent(name, response), eventEveryMs);
    response.on('close', () => {
      clearInterval(timer);
      streams.delete(name);
    });
  };

  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    const [, route = '', first = ''] = path.split('/');
    switch (route) {
      case 'bytes':
        response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': first });
        pipeline(Readable.from(pieces(Number(first))), response, () => {});
        return;
      case 'sum':
        sum(request, response);
        return;
      case 'events':
        startStream(first, response);
        return;
      case 'break':
        breakOff(first, response);
        return;
      default: {
        request.resume();
        // Some are slow, so that many are under way at once.
        const timer = setTimeout(() => sendText(response, answerTo(path)), crc32(path) % 50);
        response.on('close', () => clearTimeout(timer));
      }
    }
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  const webSockets = new WebSocketServer({ server });
  webSockets.on('connection', (socket: WebSocket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on('error', () => {});
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connectionCount: () => sockets.size,
    endStreams: () => {
      for (const [name, response] of streams) {
        sendEvent(name, response);
        response.end();
      }
    },
    eventsSent,
    close: async () => {
      for (const socket of webSockets.clients) socket.terminate();
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

/** A third of an answer of 3,000 bytes, and a reset. */
function breakOff(framing: string, response: ServerResponse): void {
  if (framing === 'close') response.useChunkedEncodingByDefault = false;
  response.writeHead(200, framing === 'length' ? { 'Content-Length': 3000 } : {});
  response.write('a third'.repeat(143), () => response.socket?.resetAndDestroy());
}

function sum(request: IncomingMessage, response: ServerResponse): void {
  let size = 0;
  let crc = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    crc = crc32(chunk, crc);
  });
  request.on('error', () => {});
  request.on('end', () => sendText(response, JSON.stringify({ size, crc })));
}
