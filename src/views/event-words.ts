import { isConversation, isEndOfSide, opcodes, type StreamEvent } from '../model/stream-event.ts';

/** What an event is, in a word: `text`, `close 1000`, `bytes` for other protocols, `chunk` for a piece of a body. */
export function eventWord(event: StreamEvent, payload: Buffer | undefined): string {
  if (!isConversation(event)) return 'chunk';
  switch (event.opcode) {
    case opcodes.text:
      return 'text';
    case opcodes.binary:
      return 'binary';
    case opcodes.ping:
      return 'ping';
    case opcodes.pong:
      return 'pong';
    case opcodes.close:
      return payload !== undefined && payload.length >= 2 ? `close ${payload.readUInt16BE(0)}` : 'close';
    default:
      return isEndOfSide(event) ? 'end' : 'bytes';
  }
}

/**
 * A payload, or its beginning, as text: what the peers call text, and other bytes when they are UTF-8 without control
 * characters other than white space; else undefined.
 */
export function eventText(event: StreamEvent, payload: Buffer): string | undefined {
  if (event.opcode === opcodes.text) return payload.toString();
  try {
    // `stream`: a beginning may end in the middle of a character.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload, { stream: true });
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
