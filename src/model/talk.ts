import type { StreamEvent } from './stream-event.ts';

/** What was said in a conversation, with the bytes: of the recording or of a run. */
export interface TalkMessage {
  readonly direction: StreamEvent['direction'];
  /** As in `StreamEvent`. */
  readonly offsetMs: number;
  readonly opcode?: number;
  readonly payload: Buffer;
}

/** A stored conversation: one document, found by its checksum like a body. */
export interface TalkFacts {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Messages in it, those of both sides. */
  readonly count: number;
}

/** A conversation as one document: a line of JSON for each message, payloads as base64. */
export function encodeTalk(messages: readonly TalkMessage[]): Buffer {
  const lines = messages.map(({ direction, offsetMs, opcode, payload }) =>
    JSON.stringify({
      direction,
      offsetMs,
      ...(opcode === undefined ? {} : { opcode }),
      payload: payload.toString('base64'),
    }),
  );
  return Buffer.from(lines.join('\n'));
}

/** Throws SyntaxError for what `encodeTalk` did not write. */
export function decodeTalk(document: Buffer): TalkMessage[] {
  return document
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { payload, ...rest } = JSON.parse(line) as Omit<TalkMessage, 'payload'> & { readonly payload: string };
      return { ...rest, payload: Buffer.from(payload, 'base64') };
    });
}
