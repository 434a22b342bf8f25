import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientResponse } from './client-side.ts';
import { Http1Response } from './http1-client.ts';

export interface RefusedUpgrade {
  /** The connection ends with it. */
  readonly response: ClientResponse;
  /** Gives the socket back: `response` is of no use any more. */
  readonly takeSocket: () => Socket;
}

/**
 * The response to a request to switch protocols that is answered without switching. Node's server has given the socket
 * away by then, so that no further request can be read from it.
 */
export function responseOn(request: IncomingMessage, socket: Socket): RefusedUpgrade {
  const answer = new ServerResponse(request);
  answer.shouldKeepAlive = false;
  answer.assignSocket(socket);
  // What Node's server does for its own sockets.
  const onDrain = (): boolean => answer.emit('drain');
  const onError = (): void => void socket.destroy();
  socket.on('drain', onDrain);
  socket.on('error', onError);
  answer.once('finish', () => socket.end());
  return {
    response: new Http1Response(request, answer),
    takeSocket: () => {
      answer.detachSocket(socket);
      socket.off('drain', onDrain);
      socket.off('error', onError);
      return socket;
    },
  };
}
