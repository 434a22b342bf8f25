import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Target } from '../model/target.ts';
import { probeDelayMs } from './limits.ts';
import { connectUpstream, type IsOwnAddress } from './upstream-connection.ts';
import type { UpstreamSettings } from './upstream-settings.ts';

export interface AgentOptions {
  readonly isOwnAddress: IsOwnAddress;
  readonly reuse: 'keep-alive' | 'fresh';
  /** Where connections end when there is a proxy; for plain http only. */
  readonly endsAt: 'target' | 'proxy';
}

type Connected = NonNullable<Parameters<http.Agent['createConnection']>[1]>;

/** Opens a connection for an agent; gives up at the signal. */
export type Connect = (options: { readonly allowHalfOpen: boolean; readonly signal: AbortSignal }) => Promise<Socket>;

/**
 * Connections to one upstream for Node's HTTP/1.1 client, made by `connectUpstream`. A kept connection that is idle goes
 * after 55 s, or a second before the time upstream announced, whichever is first.
 */
export function createUpstreamAgent(target: Target, settings: UpstreamSettings, options: AgentOptions): http.Agent {
  const { isOwnAddress, endsAt } = options;
  return agentOver(target, poolOf(options), (how) =>
    connectUpstream(target, settings, { isOwnAddress, endsAt, ...how }),
  );
}

/** An agent of Node's client whose connections are made by `connect`; `destroy` also ends those still being made. */
export function agentOver(
  { protocol }: Pick<Target, 'protocol'>,
  pool: http.AgentOptions,
  connect: Connect,
): http.Agent {
  const agent = protocol === 'https:' ? new https.Agent(pool) : new http.Agent(pool);
  const stopped = new AbortController();
  const { signal } = stopped;
  const hand = async (allowHalfOpen: boolean, done: Connected): Promise<void> => {
    let socket: Socket;
    try {
      socket = await connect({ allowHalfOpen, signal });
    } catch (thrown) {
      done(thrown as Error, undefined as never);
      return;
    }
    // Node writes a head with `Expect` without naming an encoding; heads are Latin-1 (RFC 9110 §5.5).
    socket.setDefaultEncoding('latin1');
    done(null, socket);
  };
  agent.createConnection = (request: http.ClientRequestArgs & { readonly allowHalfOpen?: boolean }, done) => {
    void hand(request.allowHalfOpen ?? false, done!);
    return undefined;
  };
  const destroy = agent.destroy.bind(agent);
  agent.destroy = () => {
    stopped.abort();
    destroy();
  };
  return agent;
}

function poolOf({ reuse }: AgentOptions): http.AgentOptions {
  return reuse === 'fresh'
    ? { keepAlive: false }
    : { keepAlive: true, keepAliveMsecs: probeDelayMs, maxFreeSockets: 256, scheduling: 'lifo', timeout: 55_000 };
}
