import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { formatProblem } from './hop-failure.ts';
import { maxHeadBytes } from './limits.ts';

/** Answers what Node's HTTP/1.x parser refused, with the reason in words. */
export function refuseBadRequest(error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Duplex): void {
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
    default: {
      const isTls = error.rawPacket?.[0] === 0x16;
      refuse(socket, 400, {
        code: 'bad-request',
        detail: isTls
          ? 'this port speaks plain HTTP; for HTTPS start it with --tls'
          : `not a valid HTTP/1.1 request: ${error.message}`,
      });
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
