/**
 * What recording is measured against: a proxy that only passes through, `--engine http-proxy` (with a keep-alive agent)
 * or `--engine node-http` (two pipes). `--target URL`. Prints its URL.
 */
import { Agent, createServer, request as sendRequest, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import httpProxy from 'http-proxy';

const { values } = parseArgs({
  options: { engine: { type: 'string', default: 'node-http' }, target: { type: 'string', default: '' } },
});
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

function httpProxyEngine(): RequestListener {
  const proxy = httpProxy.createProxyServer({ target: values.target, agent });
  proxy.on('error', (_problem, _request, response) => response.destroy());
  return (request, response) => proxy.web(request, response);
}

function nodeHttpEngine(): RequestListener {
  const { hostname, port } = new URL(values.target);
  return (request, response) => {
    const { method, url: path, rawHeaders: headers } = request;
    const hop = sendRequest({ hostname, port, method, path, headers, agent, setHost: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    hop.on('error', () => response.destroy());
    request.pipe(hop);
  };
}

const server = createServer(values.engine === 'http-proxy' ? httpProxyEngine() : nodeHttpEngine());
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`at http://127.0.0.1:${(server.address() as AddressInfo).port}`));
