import { problemOf } from '../base/errors.ts';
import type { AskedRequest } from './asked-request.ts';
import type { ClientResponse } from './client-side.ts';
import type { Departure } from './conversation.ts';
import { wordsOf } from './grpc-miss.ts';
import { playableCall, playGrpc } from './grpc-player.ts';
import type { GrpcRequest } from './grpc-request.ts';
import { closeReason } from './miss-text.ts';
import type { MissAnswers } from './miss-answers.ts';
import type { Pace } from './pace.ts';
import { type Hit, type Miss, unreadable } from './replay-found.ts';
import type { IncomingRequest } from './replay-layer.ts';
import { playRecording, type Upgrade } from './replay-upgrade.ts';

export interface ConversationOptions {
  readonly request: IncomingRequest;
  readonly hit: Hit;
  readonly pace: Pace;
  readonly misses: MissAnswers;
  /** The recording is the right one, and goes out. */
  readonly onServed: () => void;
}

/** Plays what follows a switch of protocols. The switch is a hit; what departs from the recording later is a miss. */
export function playSwitch({ arrivedAtMs }: AskedRequest, upgrade: Upgrade, options: ConversationOptions): void {
  const { request, hit, pace, misses, onServed } = options;
  const { layer, recording } = hit;
  const { position } = recording.exchange;
  onServed();
  playRecording({
    upgrade,
    recording,
    cache: layer.cache,
    pace,
    arrivedAtMs,
    onDeparture: (departure) => closeReason(misses.tell(request, departed(hit, departure)), departure),
    onUnreadable: (problem) => void misses.tell(request, unreadable(layer, { position, problem })),
  });
}

export interface CallOptions extends ConversationOptions {
  /** Serves it as any answer: the recording holds no messages. */
  readonly serve: () => void;
  readonly keepOpen: (response: ClientResponse) => void;
}

/** Plays a gRPC call while it goes on. */
export async function playCall(asked: AskedRequest, call: GrpcRequest, options: CallOptions): Promise<void> {
  const { request, hit, pace, misses, onServed, serve, keepOpen } = options;
  const { layer, recording } = hit;
  const { position } = recording.exchange;
  const { response, arrivedAtMs } = asked;
  let played: ReturnType<typeof playableCall>;
  try {
    played = playableCall(layer, recording);
  } catch (thrown) {
    misses.answer(asked, request, unreadable(layer, { position, problem: problemOf(thrown) }));
    return;
  }
  if (!played) {
    await call.drained();
    serve();
    return;
  }
  onServed();
  playGrpc({
    ...played,
    incoming: call,
    response,
    pace,
    arrivedAtMs,
    onOpen: () => keepOpen(response),
    onDeparture: (departure) => wordsOf(misses.tell(request, departed(hit, departure))),
    onUnreadable: (problem) => void misses.tell(request, unreadable(layer, { position, problem })),
  });
}

function departed({ layer, recording }: Hit, departure: Departure): Miss {
  const { position } = recording.exchange;
  return { kind: 'miss', layer, choice: { kind: 'miss', code: 'conversation', position, departure } };
}
