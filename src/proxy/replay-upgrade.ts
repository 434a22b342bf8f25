import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { responseOf, wasLeft } from '../model/exchange.ts';
import type { ClientRequest } from './client-side.ts';
import { playConversation } from './conversation-player.ts';
import type { Departure } from './conversation.ts';
import type { Pace } from './pace.ts';
import { type RefusedUpgrade, responseOn } from './refused-upgrade.ts';
import type { Recording, RecordingCache } from './recording-cache.ts';

/** A request to switch protocols with the connection it came on. */
export interface Upgrade extends RefusedUpgrade {
  readonly request: IncomingMessage & ClientRequest;
  /** What came behind the request already. */
  readonly head: Buffer;
}

export function openUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): Upgrade {
  return { request: request as Upgrade['request'], head, ...responseOn(request, socket) };
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
