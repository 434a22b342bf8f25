import { mediaType } from '../model/content-shape.ts';
import { type Exchange, isWrite, responseOf } from '../model/exchange.ts';
import { headerValue } from '../model/headers.ts';
import { opcodes, type StreamEvent } from '../model/stream-event.ts';

/** How a recorded request goes out: as a request of HTTP/1.1, as a gRPC call over HTTP/2, or as a WebSocket. */
export type SendingWay = 'request' | 'grpc' | 'websocket';

type Recorded = Pick<Exchange, 'request' | 'outcome'>;

export function sendingWayOf({ request, outcome }: Recorded): SendingWay {
  if (responseOf(outcome)?.status === 101) return 'websocket';
  return isGrpcCall({ request }) ? 'grpc' : 'request';
}

/** gRPC over HTTP/2; gRPC-Web is made of ordinary requests. */
export function isGrpcCall({ request }: Pick<Recorded, 'request'>): boolean {
  return /^application\/grpc(?:\+|$)/.test(mediaType(request.headers));
}

export function isWebSocket({ outcome }: Pick<Recorded, 'outcome'>): boolean {
  const response = responseOf(outcome);
  return response?.status === 101 && headerValue(response.headers, 'upgrade')?.trim().toLowerCase() === 'websocket';
}

/** May it change what later requests see? What a client says in a conversation may do anything. */
export function effectOf({ request }: Pick<Recorded, 'request'>, events: readonly StreamEvent[]): 'read' | 'write' {
  const speaks = events.some(
    ({ direction, opcode }) => direction === 'request' && (opcode === opcodes.text || opcode === opcodes.binary),
  );
  return isWrite(request.method) || speaks ? 'write' : 'read';
}
