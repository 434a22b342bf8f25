import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { certificateProblem } from './certificate-problem.ts';
import { loopErrno } from './hop-failure.ts';
import { probeDelayMs } from './limits.ts';
import { openTunnel } from './proxy-tunnel.ts';
import { secureContextOf } from './upstream-trust.ts';
import { type Endpoint, fitsHost, type UpstreamSettings } from './upstream-settings.ts';

/** Is this address, as connected to, one of our own listeners? */
export type IsOwnAddress = (address: string, port: number) => boolean;

export interface ConnectOptions {
  /** A connection that leads to such an address is cut before a byte is sent. */
  readonly isOwnAddress: IsOwnAddress;
  /** Protocols to offer inside TLS; `http/1.1` by default. */
  readonly alpn?: readonly string[];
  /** The peer may end its side while we go on. */
  readonly allowHalfOpen?: boolean;
  /** `proxy`: the connection ends at the proxy if there is one, which then gets requests in absolute-form. */
  readonly endsAt?: 'target' | 'proxy';
  /** Gives up at once. */
  readonly signal?: AbortSignal;
}

/**
 * One connection to a server, ready for its first request: resolved, not our own address, through the proxy if there is
 * one, TLS verified. Rejects with the error of Node's socket or TLS layer, or one of ours in the same shape: `code`, and
 * `via` when it was about the proxy at that URL. Nothing is left open then.
 */
export async function connectUpstream(
  target: Endpoint,
  settings: UpstreamSettings,
  options: ConnectOptions,
): Promise<net.Socket> {
  const proxy = settings.proxyFor(target);
  let socket: net.Socket | undefined;
  let reason: Error | undefined;
  const giveUp = (error: Error): void => {
    reason = error;
    socket?.destroy(error);
  };
  const seconds = settings.connectTimeoutMs / 1000;
  const timer = setTimeout(() => {
    giveUp(Object.assign(new Error(`no connection within ${seconds} s`), { code: 'ETIMEDOUT' }));
  }, settings.connectTimeoutMs);
  const onAbort = (): void => giveUp(Object.assign(new Error('given up'), { code: 'ECONNABORTED' }));
  options.signal?.addEventListener('abort', onAbort);

  const enter = async (next: net.Socket, event: 'connect' | 'secureConnect'): Promise<void> => {
    socket = next;
    // Nobody else listens between two steps; whoever gets the socket sees it close.
    next.on('error', ignore);
    await once(next, event);
  };
  /** Errors from here on are the proxy's, not the target's. */
  const viaProxy = async <T>(step: Promise<T>): Promise<T> => {
    try {
      return await step;
    } catch (thrown) {
      throw proxy ? Object.assign(thrown as Error, { via: proxy.url }) : thrown;
    }
  };
  const secure = async (endpoint: Endpoint, alpn: readonly string[]): Promise<tls.TLSSocket> => {
    const secured = beginTls(socket!, endpoint, settings, alpn);
    await enter(secured, 'secureConnect');
    if (!secured.authorized && !isInsecure(settings, endpoint)) {
      throw certificateProblem(String(secured.authorizationError), endpoint, secured.getPeerCertificate(true));
    }
    return secured;
  };
  try {
    if (options.signal?.aborted) onAbort();
    if (reason) throw reason;
    settings.onConnection?.();
    await viaProxy(openTcp(proxy ?? target, options, enter));
    if (proxy) {
      if (proxy.protocol === 'https:') await viaProxy(secure(proxy, ['http/1.1']));
      if (options.endsAt !== 'proxy') await viaProxy(openTunnel(socket!, target, proxy));
    }
    if (target.protocol === 'https:') await secure(target, options.alpn ?? ['http/1.1']);
    return socket!;
  } catch (thrown) {
    socket?.destroy();
    throw reason ? Object.assign(reason, viaOf(thrown)) : thrown;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

async function openTcp(
  { hostname, port }: Pick<Endpoint, 'hostname' | 'port'>,
  { allowHalfOpen = false, isOwnAddress }: ConnectOptions,
  enter: (socket: net.Socket, event: 'connect') => Promise<void>,
): Promise<void> {
  const socket = net.connect({
    host: hostname,
    port,
    allowHalfOpen,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: probeDelayMs,
  });
  await enter(socket, 'connect');
  // The name may resolve to anything at any time: only the address really connected to counts.
  if (isOwnAddress(socket.remoteAddress ?? '', socket.remotePort ?? 0)) {
    throw Object.assign(new Error('the connection leads back to this proxy'), { code: loopErrno });
  }
}

function beginTls(
  socket: net.Socket,
  endpoint: Endpoint,
  settings: UpstreamSettings,
  alpn: readonly string[],
): tls.TLSSocket {
  const { hostname } = endpoint;
  return tls.connect({
    socket,
    host: hostname,
    servername: serverNameOf(endpoint),
    ALPNProtocols: [...alpn],
    secureContext: secureContextOf(settings, endpoint),
    // Node checks all the same; we look at its verdict before a byte is sent, and can say what the certificate holds.
    rejectUnauthorized: false,
  });
}

function isInsecure({ insecureHosts }: UpstreamSettings, endpoint: Endpoint): boolean {
  return insecureHosts.some((glob) => fitsHost(glob, endpoint));
}

function viaOf(thrown: unknown): { readonly via?: string } {
  const { via } = thrown as { via?: string };
  return via === undefined ? {} : { via };
}

/** The name for SNI and for checking the certificate; none for a bare address (RFC 6066 §3). */
export function serverNameOf({ hostname }: Pick<Endpoint, 'hostname'>): string {
  return net.isIP(hostname) === 0 ? hostname : '';
}

function ignore(): void {}
