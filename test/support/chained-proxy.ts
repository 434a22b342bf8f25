import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { KeyPair } from './bad-certificates.ts';

export interface ChainedProxy {
  readonly port: number;
  readonly url: string;
  /** `CONNECT host:port` or `GET http://…`, with its Proxy-Authorization if it has one. */
  readonly asked: readonly string[];
}

export interface ChainedProxyOptions {
  /** `user:password` it wants. */
  readonly credentials?: string;
  /** Speaks TLS itself. */
  readonly tls?: KeyPair;
  /** Answers every CONNECT with this instead of connecting. */
  readonly answer?: string;
}

/** Somebody else's forward proxy for the rest of the running test. Every name leads to 127.0.0.1. */
export async function startChainedProxy(options: ChainedProxyOptions = {}): Promise<ChainedProxy> {
  const asked: string[] = [];
  const open = new Set<Duplex>();
  const isAllowed = (request: http.IncomingMessage): boolean => {
    const { 'proxy-authorization': given } = request.headers;
    asked.push([request.method, request.url, given].filter((text) => text !== undefined).join(' '));
    if (options.credentials === undefined) return true;
    return given === `Basic ${Buffer.from(options.credentials).toString('base64')}`;
  };
  const server = options.tls ? https.createServer(options.tls) : http.createServer();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.on('connect', (request: http.IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => {});
    if (!isAllowed(request)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
    } else if (options.answer !== undefined) {
      client.end(options.answer);
    } else {
      const upstream = net.connect(Number(request.url!.split(':').at(-1)), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n');
        if (head.length > 0) upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      client.on('close', () => upstream.destroy());
      open.add(upstream);
    }
  });
  server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    if (!isAllowed(request)) {
      response.writeHead(407, { 'Proxy-Authenticate': 'Basic' }).end();
      return;
    }
    const url = new URL(request.url!);
    const onward = http.request(
      { host: '127.0.0.1', port: url.port, method: request.method!, path: url.pathname, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`, asked };
}
