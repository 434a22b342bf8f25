import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runLoad } from '../../bench/load.ts';

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('runLoad', () => {
  it('sends exactly as many requests as asked for, each connection its own in order', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      seen.push(request.url!);
      response.writeHead(200, { 'Content-Length': 2 }).end('ok');
    });
    const result = await runLoad({ url: `${url}/{connection}/{sequence}`, connections: 4, requests: 50 });
    expect(result).toMatchObject({ requests: 50, failures: 0 });
    expect(new Set(seen).size).toBe(50);
    for (const connection of [0, 1, 2, 3]) {
      const sequences = seen.filter((path) => path.startsWith(`/${connection}/`)).map((path) => path.split('/')[2]);
      expect(sequences).toEqual(sequences.map((_, index) => String(index)));
    }
  });

  it('draws a number for each request where the URL says so, whatever sends it', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      seen.push(request.url!);
      response.writeHead(200, { 'Content-Length': 2 }).end('ok');
    });
    await runLoad({ url: `${url}/a/{random:50}/b`, connections: 2, requests: 200 });
    await runLoad({ url: `${url}/a/{random:50}/b`, connections: 2, seconds: 1 });
    expect(seen.every((path) => /^\/a\/([0-4]?\d)\/b$/.test(path))).toBe(true);
    expect(new Set(seen).size).toBeGreaterThan(10);
  });

  it('keeps to a rate, and posts JSON when given some', async () => {
    const bodies: string[] = [];
    const url = await serve((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(`${request.method} ${text}`));
      request.on('end', () => response.writeHead(201, { 'Content-Length': 0 }).end());
    });
    const result = await runLoad({ url: `${url}/`, connections: 2, seconds: 0.5, ratePerSecond: 100, json: '{"a":1}' });
    expect(result).toMatchObject({ requests: 50, failures: 0 });
    expect(new Set(bodies)).toEqual(new Set(['POST {"a":1}']));
    expect(result.p50Ms).toBeLessThanOrEqual(result.p99Ms);
    expect(result.p99Ms).toBeLessThanOrEqual(result.maxMs);
  });

  it('counts answers other than 2xx, and lost connections, as failures and tells the first', async () => {
    const refusing = await serve((_request, response) => response.writeHead(503, { 'Content-Length': 0 }).end());
    const refused = await runLoad({ url: `${refusing}/`, connections: 1, requests: 1 });
    expect(refused).toMatchObject({ requests: 0, failures: 1, firstFailure: 'HTTP/1.1 503 Service Unavailable' });
    const closing = await serve((request) => void request.socket.destroy());
    expect(await runLoad({ url: `${closing}/`, connections: 1, requests: 1 })).toMatchObject({
      requests: 0,
      failures: 1,
    });
  });
});
