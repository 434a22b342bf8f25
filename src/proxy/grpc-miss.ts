import { headerValue } from '../model/headers.ts';
import type { ClientResponse } from './client-side.ts';
import type { MissReport } from './miss.ts';
import type { IncomingRequest } from './replay-layer.ts';
import type { Miss } from './replay-found.ts';

/** Clients do not try again: it will not help before the recording has changed. */
const failedPrecondition = '9';
const deadlineHeader = 'grpc-timeout';

/** Ends a call with the status of a miss, behind what was said already. */
export function endWithMiss(response: ClientResponse, words: string): void {
  const status = ['grpc-status', failedPrecondition, 'grpc-message', grpcMessage(`retake: ${words}`)];
  if (response.isGone) return;
  if (response.isStarted) {
    response.end(undefined, status);
    return;
  }
  const headers = ['content-type', 'application/grpc', ...status];
  response.start({ status: 200, reason: 'OK', headers, framing: 'none' });
  response.end(undefined, []);
}

/** Percent-encoded, but for what is printable ("Responses" of gRPC over HTTP/2). */
function grpcMessage(text: string): string {
  return Array.from(Buffer.from(text), (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

/**
 * Was the call recorded with a deadline that came before any answer? Then silence is what was recorded, and a client that
 * has set itself a deadline again will leave as it did.
 */
export function ranIntoDeadline({ headers }: IncomingRequest, { layer, choice }: Miss): boolean {
  if (choice.code !== 'incomplete' || 'why' in choice || headerValue(headers, deadlineHeader) === undefined)
    return false;
  const recorded = layer.reader.exchange(layer.session.id, choice.last.position);
  const isLeft = recorded?.outcome?.kind === 'failure' && recorded.outcome.code === 'client-aborted';
  return isLeft && headerValue(recorded.request.headers, deadlineHeader) !== undefined;
}

/** What a client shows of a miss. */
export function wordsOf({ title, reason }: MissReport): string {
  return `${title}: ${reason}`;
}
