import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { formatProblem } from './hop-failure.ts';
import { maxHeadBytes } from './limits.ts';

/** A request that was not passed on, and what its client was told. */
export interface Refused {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/** Answers what Node's HTTP/1.x parser refused, with the reason in words; undefined for a client that just left. */
export function refuseBadRequest(
  error: NodeJS.ErrnoException & { readonly rawPacket?: Buffer },
  socket: Duplex,
): Refused | undefined {
  if (error.code === 'ECONNRESET') {
    socket.destroy();
    return undefined;
  }
  const refused = refusedOf(error);
  // Nobody is left to answer, or an answer is under way whose framing we would break.
  const underWay = (socket as Socket & { _httpMessage?: ServerResponse })._httpMessage?.headersSent === true;
  if (!socket.writable || underWay) socket.destroy();
  else refuse(socket, refused.status, refused);
  return refused;
}

function refusedOf(error: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }): Refused {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW': {
      const detail = `the request head is over the limit of ${maxHeadBytes} bytes`;
      return { status: 431, code: 'head-too-large', detail };
    }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, code: 'request-timeout', detail: 'the request head did not arrive within 60 s' };
    default: {
      const isTls = error.rawPacket?.[0] === 0x16;
      const detail = isTls
        ? 'this port speaks plain HTTP; for HTTPS start it with --tls'
        : `not a valid HTTP/1.1 request: ${error.message}`;
      return { status: 400, code: 'bad-request', detail };
    }
  }
}

/** Answers on the bare socket and closes it: after a broken request nothing on this connection can be trusted. */
export function refuse(
  socket: Duplex,
  status: number,
  problem: { readonly code: string; readonly detail: string },
): void {
  const { reason, headers, body } = formatProblem(status, problem);
  let head = `HTTP/1.1 ${status} ${reason}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  socket.on('error', () => socket.destroy());
  socket.end(Buffer.concat([Buffer.from(`${head}Connection: close\r\n\r\n`, 'latin1'), body]));
}
