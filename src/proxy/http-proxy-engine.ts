import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type https from 'node:https';
import type { Target } from '../model/target.ts';

/** What is used of http-proxy. */
interface WebProxy {
  readonly web: (request: IncomingMessage, response: ServerResponse, options: object, onError: () => void) => void;
}

/**
 * Begins requests with http-proxy's `web()`. Left to itself it would let a chunked DELETE smuggle a second request, join
 * duplicate headers, rewrite paths, lose trailers and interim responses, wait for ever on a body that breaks off, and
 * not tell upstream that the client left. So it is shown a neutral request without headers, whose options cannot be
 * rewritten, and what it would pipe the body into is taken over: head, body, answer and ends go the way of any call.
 */
export function httpProxyRequest(
  proxy: WebProxy,
  target: Pick<Target, 'protocol' | 'hostname' | 'port'>,
): (options: https.RequestOptions) => ClientRequest {
  const { protocol, hostname, port } = target;
  const address = { protocol, host: hostname, hostname, port };
  return (options) => {
    let begun: ClientRequest | undefined;
    const neutral = {
      method: options.method,
      url: '/',
      headers: {},
      socket: { destroyed: false },
      on: ignore,
      pipe: (request: ClientRequest) => {
        begun = request;
      },
    };
    proxy.web(
      neutral as unknown as IncomingMessage,
      // The answer is not its to handle: it may look whether there is still somebody to answer.
      { finished: true } as ServerResponse,
      // It starts the options of its request from `ssl`, for http as well.
      { target: address, ssl: fixed(options), agent: options.agent, selfHandleResponse: true, toProxy: true },
      // The call has its own listener.
      ignore,
    );
    return begun!;
  };
}

/** An object whose values cannot be written over, but which takes further ones. */
export function fixed(options: object): object {
  const properties = Object.entries(options).map(([name, value]: [string, unknown]) => {
    return [name, { get: () => value, set: ignore, enumerable: true }] as const;
  });
  return Object.defineProperties({}, Object.fromEntries(properties));
}

function ignore(): void {}
