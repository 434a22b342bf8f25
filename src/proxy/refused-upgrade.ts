import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientResponse } from './client-side.ts';
import { Http1Response } from './http1-client.ts';

/**
 * The response to a request to switch protocols that is answered without switching. Node's server has given the socket
 * away by then, so that no further request can be read from it: the connection ends with the response.
 */
export function responseOn(request: IncomingMessage, socket: Socket): ClientResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  // What Node's server does for its own sockets.
  socket.on('drain', () => response.emit('drain'));
  response.on('finish', () => socket.end());
  return new Http1Response(request, response);
}
