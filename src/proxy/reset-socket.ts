import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Ends a connection with a reset. TLS has none: there it ends without the alert that marks a whole stream (RFC 8446 §6.1). */
export function resetSocket(socket: Socket): void {
  // While its end is being sent libuv refuses the reset, and Node then forgets the socket without closing it.
  const isEnding = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
  if (socket instanceof TLSSocket || isEnding) socket.destroy();
  else socket.resetAndDestroy();
}
