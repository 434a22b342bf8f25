import type { Exchange } from '../model/exchange.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { Carrier } from './live-values.ts';
import type { OutgoingRequest } from './wire-request.ts';

/** Bodies up to this size are read whole, so that values can be carried into them; larger ones are streamed as recorded. */
const editableBodyBytes = 16 * 1024 * 1024;

/** The recorded request, with this run's values filled in by `fill`. */
export function outgoingRequest(
  reader: CassetteReads,
  exchange: Exchange,
  fill: (request: Carrier) => Carrier,
): OutgoingRequest {
  const { method, target, headers, trailers, body } = exchange.request;
  const isEditable = body.sizeBytes <= editableBodyBytes;
  const bytes = isEditable && body.sizeBytes > 0 ? reader.body(body.sha256) : undefined;
  const filled = fill({ target, headers, body: bytes });
  return {
    method,
    target: filled.target,
    headers: filled.headers,
    trailers,
    body: isEditable
      ? { sizeBytes: filled.body?.length ?? 0, chunks: () => (filled.body ? [filled.body] : []) }
      : { sizeBytes: body.sizeBytes, chunks: () => reader.bodyChunks(body.sha256) },
  };
}
