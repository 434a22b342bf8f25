/** WebSocket opcodes of whole messages (RFC 6455 §5.2). */
export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/**
 * Something that passed while an exchange went on, in the order of arrival. One of three:
 *
 * - a *message* of a WebSocket: `opcode` and `sha256`. The payload is what the peers mean: unmasked, fragments joined,
 *   decompressed. The payload of a close is its code (2 bytes, big-endian) and reason, or empty.
 * - *bytes* of another upgraded protocol, as they arrived: `sha256`, no `opcode`. Also what follows in a WebSocket
 *   direction that broke RFC 6455. None of them (`sizeBytes` 0): that side ended, without a close of the WebSocket.
 * - a *mark*: neither. The next `sizeBytes` of the stored body of that direction arrived then: a chunk of a streamed
 *   response, or one gRPC message of either direction with its prefix of 5 bytes (compressed flag, length).
 */
export interface StreamEvent {
  /** `request`: from the client. */
  readonly direction: 'request' | 'response';
  /** Milliseconds after the request head's arrival, when the last byte of it had arrived. */
  readonly offsetMs: number;
  readonly opcode?: number;
  /** Bytes of the payload, or of the piece of the body. */
  readonly sizeBytes: number;
  /** SHA-256 of the stored payload, lower-case hex. */
  readonly sha256?: string;
  /** Set where the payload could not be kept whole: its first bytes that are stored, fewer than `sizeBytes` or none. */
  readonly storedBytes?: number;
}

/** A message or bytes: it has a payload of its own, which replay must send or expect. */
export type ConversationEvent = StreamEvent & { readonly sha256: string };

/** One side ended its half of the connection. */
export function isEndOfSide({ opcode, sha256, sizeBytes }: StreamEvent): boolean {
  return opcode === undefined && sha256 !== undefined && sizeBytes === 0;
}

export function isConversation(event: StreamEvent): event is ConversationEvent {
  return event.sha256 !== undefined;
}
