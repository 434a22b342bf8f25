import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createShop } from '../../src/demo/shop-server.ts';
import { runShopSession } from '../../src/demo/shop-session.ts';

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('runShopSession', () => {
  it('visits the whole shop and keeps every answer', async () => {
    const steps: string[] = [];
    const baseUrl = await listen(createShop({ version: 1 }));
    const answers = await runShopSession({ baseUrl, onStep: (line) => steps.push(line) });
    expect(answers).toHaveLength(23);
    expect(new Set(answers.map(({ method }) => method))).toEqual(new Set(['GET', 'POST', 'PATCH', 'DELETE']));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201, 204, 304, 401, 404]));
    expect(answers.some(({ headers }) => headers.some(([, value]) => value === 'text/event-stream'))).toBe(true);
    expect(steps).toHaveLength(6);
  });

  it('says what it expected when a server is not the shop', async () => {
    const baseUrl = await listen(createServer((_request, response) => response.writeHead(503).end('closed today')));
    await expect(runShopSession({ baseUrl, onStep: () => {} })).rejects.toThrow(
      'the customer expected status 200 for GET /, got 503: closed today',
    );
  });
});
