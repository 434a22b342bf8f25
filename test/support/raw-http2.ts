import net, { type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export const frameTypes = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, continuation: 9 } as const;

/** What every client begins with. */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** One frame as bytes (RFC 9113 §4.1). */
export function frame(
  type: keyof typeof frameTypes,
  { flags = 0, stream = 0, payload = Buffer.alloc(0) }: { flags?: number; stream?: number; payload?: Buffer },
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(frameTypes[type], 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export const endStream = 1;
export const endHeaders = 4;

/** Literal header fields without indexing and without Huffman coding (RFC 7541 §6.2.2). */
export function hpack(...fields: readonly (readonly [name: string, value: string])[]): Buffer {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value, 'latin1');
    if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
    const size: number[] = [127];
    let left = bytes.length - 127;
    for (; left >= 128; left = Math.floor(left / 128)) size.push((left % 128) + 128);
    return Buffer.concat([Buffer.from([...size, left]), bytes]);
  };
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

/** A 32-bit number as a payload: the error code of a reset, for one. */
export function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

interface Seen {
  readonly type: number;
  readonly stream: number;
  /** Of a reset or a farewell. */
  readonly code: number;
}

/** A client that sends any frames at all, and reads what comes back. */
export class RawHttp2 {
  readonly socket: Socket;
  readonly seen: Seen[] = [];
  #rest = Buffer.alloc(0);

  constructor(port: number) {
    this.socket = net.connect(port, '127.0.0.1');
    onTestFinished(() => void this.socket.destroy());
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk: Buffer) => this.#read(chunk));
    this.socket.write(Buffer.concat([preface, frame('settings', {})]));
  }

  send(...frames: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** Resolves with the error code of the first reset of this stream, or of the farewell. */
  async refusal(stream: number): Promise<{ readonly type: number; readonly code: number }> {
    const isRefusal = ({ type, stream: of }: Seen): boolean =>
      type === frameTypes.goaway || (type === frameTypes.reset && of === stream);
    while (!this.seen.some(isRefusal) && !this.socket.destroyed) await this.#news();
    const { type, code } = this.seen.find(isRefusal) ?? { type: -1, code: -1 };
    return { type, code };
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.once('data', () => resolve());
      this.socket.once('close', () => resolve());
    });
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 9) {
      const size = this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < 9 + size) return;
      const type = this.#rest.readUInt8(3);
      const payload = this.#rest.subarray(9, 9 + size);
      const at = type === frameTypes.goaway ? 4 : 0;
      const isCode = type === frameTypes.goaway || type === frameTypes.reset;
      this.seen.push({ type, stream: this.#rest.readUInt32BE(5), code: isCode ? payload.readUInt32BE(at) : 0 });
      this.#rest = this.#rest.subarray(9 + size);
    }
  }
}
