import { isLeftStream } from '../compare/open-stream.ts';
import { type BodyFacts, type Exchange, type FailureOutcome, responseOf } from '../model/exchange.ts';
import { isConversation, type StreamEvent } from '../model/stream-event.ts';
import { isGrpcCall, isWebSocket } from './sending-way.ts';

/**
 * What a recording is good for in a test.
 * `judged`: sent, and its fresh response compared. `sent`: sent only where later requests build on it, because there
 * is nothing complete to compare with. `skipped`: not sent, because the request itself is unknown or never arrived.
 */
export type Standing =
  | { readonly kind: 'judged' }
  | { readonly kind: 'sent'; readonly reason: string }
  | { readonly kind: 'skipped'; readonly reason: string };

type Recorded = Pick<Exchange, 'request' | 'outcome'>;

/** A conversation is held in memory, recorded and fresh. */
const maxTalkBytes = 32 * 1024 * 1024;

/** @param events What passed while it went on; needed of switches of protocols only. */
export function standingOf(exchange: Recorded, events: readonly StreamEvent[] = []): Standing {
  const { request, outcome } = exchange;
  if (outcome === undefined) return skipped('the recording of it has no end');
  // The client of a call may leave without having ended its side: all it said is there.
  const isWhole = !request.body.truncated || (isGrpcCall(exchange) && isAllThatCame(request.body));
  if (!isWhole) return skipped('its request body was stored only in part (--max-body)');
  const response = responseOf(outcome);
  if (response?.status === 101) {
    const problem = isWebSocket(exchange) ? talkProblem(events) : 'it switched to a protocol other than WebSocket';
    if (problem !== undefined) return skipped(`${problem}, which a test run cannot play`);
  }
  if (outcome.kind === 'failure') return standingOfFailure(outcome);
  if (!outcome.body.truncated) return { kind: 'judged' };
  return { kind: 'sent', reason: 'its response body was stored only in part (--max-body)' };
}

function standingOfFailure(outcome: FailureOutcome): Standing {
  const isStream = isLeftStream(outcome) && isAllThatCame(outcome.response!.body);
  switch (outcome.code) {
    case 'interrupted':
    case 'client-aborted':
      if (isStream && outcome.response!.body.sizeBytes > 0) return { kind: 'judged' };
      return skipped(
        outcome.code === 'interrupted'
          ? 'the recording was interrupted while it ran'
          : 'the recording client left before the response was complete',
      );
    // The server under test is asked for in words no server ever heard: nothing it says can be compared.
    case 'dns':
    case 'refused':
    case 'unreachable':
    case 'tls':
      return skipped(`the recording never reached a server (${outcome.code}: ${outcome.message})`);
    // The recorded server broke the exchange off: a fresh response is a change worth telling.
    case 'reset':
    case 'timeout':
    case 'protocol':
    case 'truncated':
      return { kind: 'judged' };
    default:
      return outcome.code satisfies never;
  }
}

function talkProblem(events: readonly StreamEvent[]): string | undefined {
  const said = events.filter(isConversation);
  if (said.some(({ storedBytes }) => storedBytes !== undefined)) return 'a message of it was stored only in part';
  if (
    said.some(({ direction, opcode, sizeBytes }) => direction === 'request' && opcode === undefined && sizeBytes > 0)
  ) {
    return 'its client broke the rules of WebSocket';
  }
  const total = said.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return total > maxTalkBytes ? `its messages are more than ${maxTalkBytes} bytes` : undefined;
}

/** No limit cut it. */
function isAllThatCame({ sizeBytes, fullSizeBytes }: BodyFacts): boolean {
  return sizeBytes === fullSizeBytes;
}

function skipped(reason: string): Standing {
  return { kind: 'skipped', reason };
}

/** Must it be sent even though it is not judged? What changes data decides what later reads see. */
export function isNeededForState(effect: 'read' | 'write', standing: Standing): boolean {
  return standing.kind !== 'skipped' && effect === 'write';
}
