import net, { type Socket } from 'node:net';
import { ByteReader, type RawMessage } from './byte-reader.ts';
import { writeAll } from './raw-upstream.ts';

/** A client that sends exactly the bytes it is told and reads exactly what comes back. */
export interface RawClient {
  readonly socket: Socket;
  readonly read: ByteReader;
  readonly write: (bytes: string | Buffer) => Promise<void>;
  /** FIN, reading goes on. */
  readonly end: () => void;
  /** RST. */
  readonly reset: () => void;
  readonly close: () => void;
}

export async function connectRaw(port: number, host = '127.0.0.1'): Promise<RawClient> {
  const socket = net.connect({ port, host, allowHalfOpen: true, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    read: new ByteReader(socket),
    write: (bytes) => writeAll(socket, bytes),
    end: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
    close: () => void socket.destroy(),
  };
}

/** Sends one request on a connection of its own and reads its response. The method is taken from the bytes. */
export async function sendRaw(port: number, request: string | Buffer): Promise<RawMessage> {
  const client = await connectRaw(port);
  try {
    await client.write(request);
    return await client.read.response(request.toString('latin1').split(' ', 1)[0]);
  } finally {
    client.close();
  }
}
