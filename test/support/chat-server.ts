import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

/** How this build of the server differs from the recorded one. */
export interface ChatBuild {
  /** What an answer says. */
  readonly price?: number;
  /** Says one thing more before it answers. */
  readonly notice?: true;
  /** Never answers. */
  readonly silent?: true;
  readonly closeCode?: number;
  /** Refuses the switch. */
  readonly status?: number;
  /** Identifier of the room, new with every server. */
  readonly room?: string;
}

/**
 * A chat over WebSocket (subprotocol `chat.v2`): greets with the id of a room, answers what is asked in it, tells
 * everybody about `POST /notes`, and closes when told so. `GET /stream` tells the same as server-sent events.
 */
export async function startChatServer(
  build: ChatBuild = {},
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const { price = 10, notice, silent, closeCode = 1000, status, room = 'room_7f3k20' } = build;
  const talks = new Set<WebSocket>();
  const streams = new Set<http.ServerResponse>();
  const server = http.createServer((request, response) => {
    if (request.url === '/stream') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(': hello\n\n');
      if (request.headers['x-session']) response.write(`event: endpoint\ndata: {"room":"${room}"}\n\n`);
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      for (const talk of talks) talk.send(JSON.stringify({ note: text, price }));
      for (const stream of streams) stream.write(`event: note\ndata: ${JSON.stringify({ note: text, price })}\n\n`);
      response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"ok":true}');
    });
  });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'chat.v2', perMessageDeflate: true });
  server.on('upgrade', (request, socket, head) => {
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} Sorry\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (talk) => {
      talks.add(talk);
      talk.on('close', () => talks.delete(talk));
      talk.send(JSON.stringify({ welcome: true, room }));
      talk.on('message', (data: Buffer, isBinary) => {
        if (isBinary) {
          talk.send(Buffer.from(data).reverse());
          return;
        }
        const asked = JSON.parse(data.toString()) as { room?: string; ask?: string; bye?: true; tell?: string };
        if (asked.tell !== undefined) {
          for (const other of talks) other.send(JSON.stringify({ told: asked.tell }));
          return;
        }
        if (notice) talk.send('{"notice":"maintenance"}');
        if (asked.bye) talk.close(closeCode, 'bye');
        else if (!silent)
          talk.send(JSON.stringify(asked.room === room ? { answer: asked.ask, price } : { error: 'no such room' }));
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    for (const talk of sockets.clients) talk.terminate();
    for (const stream of streams) stream.destroy();
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
