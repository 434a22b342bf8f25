import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { responseOf, wasLeft } from '../model/exchange.ts';
import type { ClientRequest, ClientResponse } from './client-side.ts';
import { playConversation } from './conversation-player.ts';
import type { Departure } from './conversation.ts';
import { Http1Response } from './http1-client.ts';
import type { Pace } from './pace.ts';
import type { Recording, RecordingCache } from './recording-cache.ts';

/** A request to switch protocols with the connection it came on. */
export interface Upgrade {
  readonly request: IncomingMessage & ClientRequest;
  /** What came behind the request already. */
  readonly head: Buffer;
  /** For an answer without a switch: the connection ends with it. */
  readonly response: ClientResponse;
  /** Gives the socket back: `response` is of no use any more. */
  readonly takeSocket: () => Socket;
}

/** Makes a connection whose parser has gone answer in HTTP/1.1 once more. */
export function openUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): Upgrade {
  const answer = new ServerResponse(request);
  answer.shouldKeepAlive = false;
  answer.assignSocket(socket);
  const onDrain = (): boolean => answer.emit('drain');
  const onError = (): void => void socket.destroy();
  socket.on('drain', onDrain);
  socket.on('error', onError);
  answer.once('finish', () => socket.end());
  return {
    request: request as Upgrade['request'],
    head,
    response: new Http1Response(request, answer),
    takeSocket: () => {
      answer.detachSocket(socket);
      socket.off('drain', onDrain);
      socket.off('error', onError);
      return socket;
    },
  };
}

/** Did the recorded server switch protocols? */
export function isSwitch({ exchange }: Recording): boolean {
  return responseOf(exchange.outcome)?.status === 101;
}

export interface PlayRecordingOptions {
  readonly upgrade: Upgrade;
  readonly recording: Recording;
  readonly cache: RecordingCache;
  readonly pace: Pace;
  readonly arrivedAtMs: number;
  readonly onDeparture: (departure: Departure) => string;
  readonly onUnreadable: (problem: string) => void;
}

/** Answers with a recorded switch and plays what followed. */
export function playRecording({ upgrade, recording, cache, ...rest }: PlayRecordingOptions): void {
  const { outcome, durationMs = 0, firstByteMs = 0 } = recording.exchange;
  const isBroken = outcome?.kind === 'failure' && !wasLeft(outcome);
  playConversation({
    ...rest,
    facts: responseOf(outcome)!,
    firstByteMs,
    events: recording.events,
    payloadOf: (event) => cache.payloadOf(event),
    requestHeaders: upgrade.request.rawHeaders,
    socket: upgrade.takeSocket(),
    head: upgrade.head,
    ...(isBroken ? { resetMs: durationMs } : {}),
  });
}
