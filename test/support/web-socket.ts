import { onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';

/** A WebSocket of the third-party package `ws`, with everything it saw. */
export interface TestSocket {
  readonly socket: WebSocket;
  /** In order: `text hello`, `binary 0102`, `ping now`, `pong now`, `close 1000 bye`, `error …`. */
  readonly seen: readonly string[];
  /** Waits until so many things were seen and returns them. */
  readonly first: (count: number) => Promise<readonly string[]>;
  /** Waits until the connection has closed and returns everything. */
  readonly closed: Promise<readonly string[]>;
}

/** Opens a WebSocket for the rest of the running test; rejects when it is refused. */
export async function openSocket(url: string, options: ClientOptions = {}): Promise<TestSocket> {
  const socket = new WebSocket(url, options);
  onTestFinished(() => socket.terminate());
  const seen: string[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const see = (words: string): void => {
    seen.push(words.trim());
    for (const { count, resolve } of waiting) if (seen.length >= count) resolve();
  };
  socket.on('message', (data: Buffer, isBinary) => {
    see(isBinary ? `binary ${data.toString('hex')}` : `text ${data.toString()}`);
  });
  socket.on('ping', (data) => see(`ping ${data.toString()}`));
  socket.on('pong', (data) => see(`pong ${data.toString()}`));
  const closed = new Promise<readonly string[]>((resolve) => {
    socket.on('close', (code, reason) => {
      see(`close ${code} ${reason.toString()}`);
      resolve(seen);
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', (error) => see(`error ${error.message}`));
  const first = async (count: number): Promise<readonly string[]> => {
    if (seen.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }));
    return seen.slice(0, count);
  };
  return { socket, seen, first, closed };
}
