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

/**
 * Connections to one upstream for Node's HTTP/1.1 client, made by `connectUpstream`. A kept connection that is idle goes
 * after 55 s, or a second before the time upstream announced, whichever is first.
 */
export function createUpstreamAgent(target: Target, settings: UpstreamSettings, options: AgentOptions): http.Agent {
  const { isOwnAddress, endsAt } = options;
  const agent = target.protocol === 'https:' ? new https.Agent(poolOf(options)) : new http.Agent(poolOf(options));
  const stopped = new AbortController();
  const { signal } = stopped;
  const connect = async (allowHalfOpen: boolean, done: Connected): Promise<void> => {
    let socket: Socket;
    try {
      socket = await connectUpstream(target, settings, { isOwnAddress, allowHalfOpen, endsAt, signal });
    } catch (thrown) {
      done(thrown as Error, undefined as never);
      return;
    }
    // Node writes a head with `Expect` without naming an encoding; heads are Latin-1 (RFC 9110 §5.5).
    socket.setDefaultEncoding('latin1');
    done(null, socket);
  };
  agent.createConnection = (request: http.ClientRequestArgs & { readonly allowHalfOpen?: boolean }, done) => {
    void connect(request.allowHalfOpen ?? false, done!);
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
