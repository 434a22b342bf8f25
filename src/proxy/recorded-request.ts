import type { Recording } from './recording-cache.ts';
import type { Layer } from './replay-layer.ts';
import { maxMatchedBodyBytes } from './request-body.ts';

/**
 * The request of a recording as one that comes in. Without its body where that was cut, or is too large to be looked
 * into; whether it is damaged says nothing of the answer.
 */
export function recordedRequest({ exchange }: Recording, layer: Pick<Layer, 'reader'>) {
  const { body, ...rest } = exchange.request;
  const isThere = body.sizeBytes > 0 && !body.truncated && body.sizeBytes <= maxMatchedBodyBytes;
  return { ...rest, targetName: exchange.targetName, body: isThere ? bodyOf(layer, body.sha256) : undefined };
}

function bodyOf({ reader }: Pick<Layer, 'reader'>, sha256: string): Buffer | undefined {
  try {
    return reader.body(sha256);
  } catch {
    return undefined;
  }
}
