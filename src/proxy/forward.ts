import type httpProxy from 'http-proxy';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import util from 'node:util';
import type { ClientRequest, ClientResponse } from './client-side.ts';
import { Hop, type HopRoute } from './hop.ts';
import type { HopObserver } from './hop-observer.ts';
import { http1Calls, nodeRequest } from './http1-call.ts';
import { fixed, httpProxyRequest } from './http-proxy-engine.ts';
import { negotiatedCalls } from './negotiated-calls.ts';
import { maxHeadBytes } from './limits.ts';
import { Tunnel, type TunnelEvents } from './tunnel.ts';
import { createUpstreamAgent } from './upstream-agent.ts';
import { connectUpstream, type IsOwnAddress } from './upstream-connection.ts';
import { upstreamSettings, type UpstreamSettings } from './upstream-settings.ts';
import type { Target } from '../model/target.ts';

export interface ForwarderOptions {
  readonly target: Target;
  /** Direct and verified by default. */
  readonly settings?: UpstreamSettings;
  readonly host?: HopRoute['host'];
  readonly lastByte?: HopRoute['lastByte'];
  readonly mapHeaders?: NonNullable<HopRoute['mapHeaders']>;
  readonly answerTimeoutMs?: number;
  /** Connections that lead to such an address are cut before a byte is sent. */
  readonly isOwnAddress: IsOwnAddress;
}

/** Carries traffic to one target. The observer sees what passes; nothing here knows about cassettes. */
export interface Forwarder {
  /** Answers in any case: with upstream's response, or with 502/504 for a failure of the hop. */
  readonly forward: (request: ClientRequest, response: ClientResponse, observer: HopObserver) => void;
  /** For a request that asks to switch protocols: takes the client's socket over. */
  readonly tunnel: (request: IncomingMessage, socket: Socket, head: Buffer, observer: HopObserver) => void;
  /** Closes idle connections. Exchanges under way are the listener's to end. */
  readonly close: () => void;
}

export function createForwarder(options: ForwarderOptions): Forwarder {
  const { target, isOwnAddress, settings = upstreamSettings() } = options;
  // Plain http goes to a proxy in absolute-form, everything else through it.
  const endsAt = target.protocol === 'http:' ? 'proxy' : 'target';
  const kept = createUpstreamAgent(target, settings, { isOwnAddress, reuse: 'keep-alive', endsAt });
  const fresh = createUpstreamAgent(target, settings, { isOwnAddress, reuse: 'fresh', endsAt });
  const freshAgent = createUpstreamAgent(target, settings, { isOwnAddress, reuse: 'fresh', endsAt: 'target' });
  const proxy = endsAt === 'proxy' ? settings.proxyFor(target) : undefined;
  const begin =
    settings.engine === 'http-proxy'
      ? httpProxyRequest(loadHttpProxy().createProxyServer(), target)
      : nodeRequest(target);
  const stopped = new AbortController();
  const calls = negotiatedCalls({
    target,
    http: settings.http,
    http1: http1Calls(target, { kept, fresh, ...(proxy ? { proxy } : {}) }, begin),
    connect: (alpn) => connectUpstream(target, settings, { isOwnAddress, alpn, signal: stopped.signal }),
    triesClearText: proxy === undefined,
  });
  const route: HopRoute = {
    target,
    openCall: calls.openCall,
    freshAgent,
    host: options.host ?? 'target',
    answerTimeoutMs: options.answerTimeoutMs,
    idleTimeoutMs: settings.idleTimeoutMs,
    lastByte: options.lastByte ?? 'at-once',
    mapHeaders: options.mapHeaders,
  };
  return {
    forward: (request, response, observer) => new Hop(request, response, route, observer).start(),
    tunnel: (request, socket, head, observer) => {
      const tunnel = new Tunnel(request, socket, route, observer);
      tunnel.start((events) => openTunnel({ route, socket, behind: head, ...events }));
    },
    close: () => {
      stopped.abort();
      calls.close();
      for (const agent of [kept, fresh, freshAgent]) agent.destroy();
    },
  };
}

interface OpenTunnel extends TunnelEvents {
  readonly route: HopRoute;
  readonly socket: Socket;
  /** What the client sent behind its head. */
  readonly behind: Buffer;
}

/**
 * Lets http-proxy connect the two sockets. It is shown a neutral WebSocket request, because it would send names in
 * lower case, join duplicates and accept WebSocket only; the real head cannot be rewritten.
 */
function openTunnel(options: OpenTunnel): void {
  const { target, freshAgent } = options.route;
  const proxy = loadHttpProxy().createProxyServer();
  proxy.on('proxyReqWs', options.onRequest);
  proxy.on('open', options.onOpen);
  const neutral = { method: 'GET', url: '/', headers: { upgrade: 'websocket', connection: 'upgrade' } };
  proxy.ws(
    neutral as unknown as IncomingMessage,
    options.socket,
    options.behind,
    {
      target: { protocol: target.protocol, host: target.hostname, hostname: target.hostname, port: target.port },
      agent: freshAgent,
      // http-proxy starts the options of its request from these, for http as well.
      ssl: fixed({
        ...options.head,
        setHost: false,
        setDefaultHeaders: false,
        maxHeaderSize: maxHeadBytes,
        allowHalfOpen: true,
      }),
    },
    options.onError,
  );
}

let loaded: typeof httpProxy | undefined;

/** Loaded when it is needed, for the first upgrade or as the engine: a recording without it need not pay for it. */
function loadHttpProxy(): typeof httpProxy {
  if (loaded) return loaded;
  // It keeps util._extend from when it loads, and calling that prints DEP0060. Object.assign does the same.
  const legacy = util as unknown as { _extend: unknown };
  const original = legacy._extend;
  legacy._extend = Object.assign;
  try {
    loaded = createRequire(import.meta.url)('http-proxy') as typeof httpProxy;
  } finally {
    legacy._extend = original;
  }
  return loaded;
}
