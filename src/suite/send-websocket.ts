import http from 'node:http';
import https from 'node:https';
import { WebSocket } from 'ws';
import { headerValue, type RawHeaders, toPairs, withoutHopByHop } from '../model/headers.ts';
import { type Target, upstreamPath } from '../model/target.ts';
import type { Connections } from './connections.ts';
import { ResponseCollector } from './response-collector.ts';
import type { SendLimits, Sent } from './send.ts';
import { InterruptedError, TimeoutError, TruncatedError } from './send-errors.ts';
import { type TalkPlan, WebSocketPlayer } from './websocket-player.ts';
import type { OutgoingRequest } from './wire-request.ts';

export interface WebSocketOptions {
  readonly target: Target;
  readonly connections?: Connections;
  readonly request: OutgoingRequest;
  readonly plan: TalkPlan;
  readonly limits: SendLimits;
}

/** What the handshake makes anew, or `ws` writes itself. */
const ownHeaders = new Set([
  'host',
  'content-length',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
  'sec-websocket-protocol',
]);
const maxMessageBytes = 64 * 1024 * 1024;

/**
 * Opens a WebSocket as the recorded client did and plays its side of the conversation. An answer that refuses the switch
 * is a response like any other. Never throws for what happens on the network.
 */
export async function sendWebSocket(options: WebSocketOptions): Promise<Sent> {
  const startedAt = Date.now();
  const startMs = performance.now();
  const collector = new ResponseCollector();
  const { socket, agent } = open(options);
  const { promise: interrupted, reject: interrupt } = Promise.withResolvers<never>();
  interrupted.catch(() => {});
  const { limits, plan } = options;
  const player = new WebSocketPlayer(socket, plan, { timeoutMs: limits.timeoutMs, startMs });
  const onAbort = (): void => {
    player.abandon(new InterruptedError());
    interrupt(new InterruptedError());
  };
  limits.signal?.addEventListener('abort', onAbort);
  let problem: Error | undefined;
  let answer: 'switched' | 'refused' | undefined;
  try {
    if (limits.signal?.aborted) onAbort();
    answer = await Promise.race([openingOf(socket, collector, limits.timeoutMs), interrupted]);
    if (answer === 'switched') await player.play();
  } catch (thrown) {
    problem = thrown as Error;
  } finally {
    limits.signal?.removeEventListener('abort', onAbort);
    socket.terminate();
    agent.destroy();
  }
  const { messages } = player;
  return {
    startedAt,
    endedAt: Date.now(),
    durationMs: performance.now() - startMs,
    ...collector.result(problem),
    ...(answer === 'switched' ? { messages } : {}),
  };
}

function open({ target, connections, request }: WebSocketOptions): { socket: WebSocket; agent: http.Agent } {
  const { headers } = request;
  const isSecure = target.protocol === 'https:';
  const agent = connections?.agentFor(target, {}) ?? (isSecure ? new https.Agent() : new http.Agent());
  const protocols = (headerValue(headers, 'sec-websocket-protocol') ?? '').split(',').map((name) => name.trim());
  const socket = new WebSocket(
    `${isSecure ? 'wss' : 'ws'}://${target.authority}/`,
    protocols.filter((name) => name !== ''),
    {
      agent,
      headers: { Host: target.authority, ...headerObject(headers) },
      perMessageDeflate: /permessage-deflate/i.test(headerValue(headers, 'sec-websocket-extensions') ?? ''),
      maxPayload: maxMessageBytes,
      // As it was recorded, byte for byte: a URL would be normalised.
      finishRequest: (call) => {
        call.path = upstreamPath(target, request.target);
        call.end();
      },
    },
  );
  return { socket, agent };
}

/** Resolves when the answer is there. */
function openingOf(
  socket: WebSocket,
  collector: ResponseCollector,
  timeoutMs: number,
): Promise<'switched' | 'refused'> {
  const { promise, resolve, reject } = Promise.withResolvers<'switched' | 'refused'>();
  const timer = setTimeout(() => reject(new TimeoutError(timeoutMs)), timeoutMs);
  socket.on('upgrade', (response) => collector.begin(response, 'GET'));
  socket.on('open', () => resolve('switched'));
  socket.on('error', reject);
  socket.on('unexpected-response', (_call, response) => {
    collector.begin(response, 'GET');
    response.on('data', (chunk: Buffer) => collector.addChunk(chunk));
    response.on('end', () => resolve('refused'));
    response.on('error', () => reject(new TruncatedError()));
  });
  return promise.finally(() => clearTimeout(timer));
}

/** Recorded headers in their order, equal names together. */
function headerObject(headers: RawHeaders): Record<string, string | string[]> {
  const found = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name, value] of toPairs(withoutHopByHop(headers))) {
    const key = name.toLowerCase();
    if (ownHeaders.has(key)) continue;
    const known = found.get(key);
    if (known) known.values.push(value);
    else found.set(key, { name, values: [value] });
  }
  return Object.fromEntries(
    [...found.values()].map(({ name, values }) => [name, values.length === 1 ? values[0]! : values]),
  );
}
