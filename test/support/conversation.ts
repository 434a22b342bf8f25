import { createHash } from 'node:crypto';
import { opcodes, type StreamEvent } from '../../src/model/stream-event.ts';

/** One event with its payload, as tests say them. */
export interface Line {
  readonly event: StreamEvent;
  readonly payload: Buffer;
}

interface Spoken {
  readonly direction: StreamEvent['direction'];
  readonly opcode?: number;
  readonly text: string | Buffer;
  readonly atMs?: number;
}

export function line({ direction, opcode, text, atMs = 0 }: Spoken): Line {
  const payload = Buffer.from(text);
  const sha256 = createHash('sha256').update(payload).digest('hex');
  const kind = opcode === undefined ? {} : { opcode };
  return { event: { direction, offsetMs: atMs, ...kind, sizeBytes: payload.length, sha256 }, payload };
}

/** Code and reason of a close, as they stand in its payload. */
export function closing(code: number, reason = ''): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return Buffer.concat([payload, Buffer.from(reason)]);
}

type Say = (text: string | Buffer, atMs?: number) => Line;

const saying =
  (direction: StreamEvent['direction'], opcode?: number): Say =>
  (text, atMs = 0) =>
    line({ direction, ...(opcode === undefined ? {} : { opcode }), text, atMs });

function sideOf(direction: StreamEvent['direction']): Readonly<Record<keyof typeof opcodes | 'bytes', Say>> {
  return {
    text: saying(direction, opcodes.text),
    binary: saying(direction, opcodes.binary),
    close: saying(direction, opcodes.close),
    ping: saying(direction, opcodes.ping),
    pong: saying(direction, opcodes.pong),
    bytes: saying(direction),
  };
}

export const client = sideOf('request');
export const server = sideOf('response');
