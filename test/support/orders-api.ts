import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface OrdersApi {
  readonly url: string;
  /** Requests as they arrived: `METHOD path`. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

/** A server with orders: every one that is posted gets the next number; anything else tells how often it was asked. */
export async function startOrdersApi({ cors = 'refused' }: { cors?: 'refused' | 'allowed' } = {}): Promise<OrdersApi> {
  const requests: string[] = [];
  const orders: unknown[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push(`${request.method} ${request.url}`);
      if (request.method === 'POST') orders.push(JSON.parse(Buffer.concat(chunks).toString()));
      const answer = request.method === 'POST' ? { id: orders.length, ...(orders.at(-1) as object) } : { orders };
      if (cors === 'allowed') response.setHeader('access-control-allow-origin', '*');
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, close };
}
