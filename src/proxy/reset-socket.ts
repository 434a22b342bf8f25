import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Ends a connection with a reset. TLS has none: there it ends without the alert that marks a whole stream (RFC 8446 §6.1). */
export function resetSocket(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
