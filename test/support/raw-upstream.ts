import net, { type AddressInfo, type Socket } from 'node:net';
import { ByteReader, ConnectionClosed } from './byte-reader.ts';

/** One connection from the proxy to the scripted upstream. */
export interface UpstreamConnection {
  readonly socket: Socket;
  readonly read: ByteReader;
  /** How many connections came before this one. */
  readonly index: number;
  /** Bytes as given; text is Latin-1. Resolves when the socket has taken them. */
  readonly write: (bytes: string | Buffer) => Promise<void>;
  /** FIN. */
  readonly end: () => void;
  /** RST. */
  readonly reset: () => void;
  /** Resolves when the peer has closed. */
  readonly closed: Promise<void>;
}

export interface RawUpstream {
  readonly port: number;
  readonly url: string;
  /** Connections accepted so far. */
  readonly connectionCount: () => number;
  /** What a script threw, other than by the peer leaving: a test should find this empty. */
  readonly problems: readonly unknown[];
  readonly close: () => Promise<void>;
}

/**
 * An upstream that does exactly what the script says, byte by byte: no HTTP library between the test and the wire.
 * The script runs once for each connection; when it returns, the connection is ended.
 */
export async function startRawUpstream(
  script: (connection: UpstreamConnection) => Promise<void>,
): Promise<RawUpstream> {
  const sockets = new Set<Socket>();
  const problems: unknown[] = [];
  let count = 0;
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    void closed.then(() => sockets.delete(socket));
    const connection: UpstreamConnection = {
      socket,
      read: new ByteReader(socket),
      index: count++,
      write: (bytes) => writeAll(socket, bytes),
      end: () => void socket.end(),
      reset: () => void socket.resetAndDestroy(),
      closed,
    };
    script(connection).then(
      () => socket.end(),
      (thrown: unknown) => {
        if (!(thrown instanceof ConnectionClosed)) problems.push(thrown);
        socket.destroy();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connectionCount: () => count,
    problems,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A script that answers every request on every connection with the same bytes. */
export function answering(response: string | Buffer): (connection: UpstreamConnection) => Promise<void> {
  return async (connection) => {
    for (;;) {
      await connection.read.request();
      await connection.write(response);
    }
  };
}

/** Writes and waits until the socket has taken it; a socket that is gone takes everything. */
export function writeAll(socket: Socket, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed || socket.writableEnded) resolve();
    else socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, () => resolve());
  });
}
