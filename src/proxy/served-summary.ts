import { mediaType } from '../model/content-shape.ts';
import { type ExchangeSummary, responseOf } from '../model/exchange.ts';
import type { Hit } from './replay-found.ts';

/** A recording as it was served just now: with the time and duration of this answer. `arrivedAtMs`: of its request. */
export function servedSummary({ layer, recording: { exchange } }: Hit, arrivedAtMs: number): ExchangeSummary {
  const response = responseOf(exchange.outcome);
  const durationMs = Math.round((performance.now() - arrivedAtMs) * 1000) / 1000;
  const { outcome } = exchange;
  return {
    sessionId: exchange.sessionId,
    session: layer.session.name,
    position: exchange.position,
    method: exchange.request.method,
    target: exchange.request.target,
    targetName: exchange.targetName,
    startedAt: Date.now() - durationMs,
    durationMs,
    ...(response ? { status: response.status } : {}),
    ...(outcome?.kind === 'failure' ? { failure: outcome.code } : {}),
    requestBytes: exchange.request.body.sizeBytes,
    responseBytes: response?.body.sizeBytes ?? 0,
    contentType: response ? mediaType(response.headers) : '',
  };
}
