import { decodeContent } from '../model/content-coding.ts';
import type { RequestFacts, ResponseFacts } from '../model/exchange.ts';
import { imageType } from '../views/image-type.ts';

/** Recorded bytes on our origin: nothing in them may run, load or be framed. */
export const recordedContentPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";

/** A picture larger than this is downloaded, not shown. */
const maxPictureBytes = 16 * 1024 * 1024;

export interface RecordedPicture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** By what the bytes begin with; what was recorded of it is only a claim. */
  readonly type: string;
}

/** A body without its codings, if its bytes say that it is a picture, and it is not too large to be shown. */
export function recordedPicture(
  { headers, body }: Pick<RequestFacts | ResponseFacts, 'headers' | 'body'>,
  bytesOf: (sha256: string) => Buffer,
): RecordedPicture | undefined {
  if (body.sizeBytes === 0 || body.sizeBytes > maxPictureBytes) return undefined;
  const decoded = decodeContent(headers, bytesOf(body.sha256), maxPictureBytes);
  const type = decoded.ok ? imageType(decoded.content) : undefined;
  return decoded.ok && type !== undefined ? { bytes: new Uint8Array(decoded.content), type } : undefined;
}
