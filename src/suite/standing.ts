import { mediaType } from '../model/content-shape.ts';
import { type Exchange, isWrite } from '../model/exchange.ts';

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

export function standingOf({ request, outcome }: Recorded): Standing {
  if (request.body.truncated) return skipped('its request body was stored only in part (--max-body)');
  if (outcome === undefined) return skipped('the recording of it has no end');
  if (mediaType(request.headers).startsWith('application/grpc')) return skipped('a test run does not send gRPC calls');
  if (outcome.kind === 'response') {
    if (outcome.status === 101) return skipped('it switched to another protocol, which a test run does not speak');
    if (!outcome.body.truncated) return { kind: 'judged' };
    return { kind: 'sent', reason: 'its response body was stored only in part (--max-body)' };
  }
  switch (outcome.code) {
    case 'interrupted':
      return skipped('the recording was interrupted while it ran');
    case 'client-aborted':
      return skipped('the recording client left before the response was complete');
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

function skipped(reason: string): Standing {
  return { kind: 'skipped', reason };
}

/** Must it be sent even though it is not judged? What changes data decides what later reads see. */
export function isNeededForState(method: string, standing: Standing): boolean {
  return standing.kind !== 'skipped' && isWrite(method);
}
