import http from 'node:http';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Target } from '../model/target.ts';

/** Is this address, as connected to, one of our own listeners? */
export type IsOwnAddress = (address: string, port: number) => boolean;

/** `code` of the error a connection to ourselves ends with. */
export const loopErrno = 'RETAKE_LOOP';

export interface AgentOptions {
  readonly connectTimeoutMs: number;
  readonly isOwnAddress: IsOwnAddress;
  readonly reuse: 'keep-alive' | 'fresh';
}

/**
 * Connections to one upstream. A kept connection that is idle goes after 55 s, or a second before the time upstream
 * announced, whichever is first; https is verified against the system's roots with the target's name.
 */
export function createUpstreamAgent(target: Target, options: AgentOptions): http.Agent {
  const agent = target.protocol === 'https:' ? new https.Agent(poolOf(options)) : new http.Agent(poolOf(options));
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (connectOptions, callback) => {
    const socket = connect(connectOptions, callback);
    if (socket) guardConnection(socket, options);
    return socket;
  };
  return agent;
}

function poolOf(options: AgentOptions): http.AgentOptions {
  return options.reuse === 'fresh'
    ? { keepAlive: false }
    : { keepAlive: true, maxFreeSockets: 256, scheduling: 'lifo', timeout: 55_000 };
}

/** Ends a new connection that takes too long, or that turns out to lead back to us, before a byte is sent on it. */
function guardConnection(stream: Duplex, options: Omit<AgentOptions, 'reuse'>): void {
  const socket = stream as Socket;
  const ready = 'encrypted' in socket ? 'secureConnect' : 'connect';
  const timer = setTimeout(() => {
    const seconds = options.connectTimeoutMs / 1000;
    socket.destroy(Object.assign(new Error(`no connection within ${seconds} s`), { code: 'ETIMEDOUT' }));
  }, options.connectTimeoutMs);
  const settled = (): void => clearTimeout(timer);
  socket.once(ready, settled);
  socket.once('close', settled);
  // The name may resolve to anything at any time: only the address really connected to counts.
  socket.once('connect', () => {
    if (options.isOwnAddress(socket.remoteAddress ?? '', socket.remotePort ?? 0)) {
      socket.destroy(Object.assign(new Error('the connection leads back to this proxy'), { code: loopErrno }));
    }
  });
}

/** The name for SNI and for checking the certificate; none for a bare address (RFC 6066 §3). */
export function serverNameOf(target: Target): string {
  return net.isIP(target.hostname) === 0 ? target.hostname : '';
}
