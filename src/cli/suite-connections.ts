import type { Socket } from 'node:net';
import { failureCodeOf } from '../model/failure-code.ts';
import type { Target } from '../model/target.ts';
import { hopFailureOf } from '../proxy/hop-failure.ts';
import { agentOver } from '../proxy/upstream-agent.ts';
import { connectUpstream, type ConnectOptions } from '../proxy/upstream-connection.ts';
import type { UpstreamSettings } from '../proxy/upstream-settings.ts';
import type { Connections } from '../suite/connections.ts';

/** A run's connections, made as the proxy makes its own. Through a proxy plain http goes by CONNECT as well. */
export function suiteConnections(settings: UpstreamSettings): Connections {
  const connect = async (target: Target, how: Partial<ConnectOptions> = {}): Promise<Socket> => {
    try {
      return await connectUpstream(target, settings, { isOwnAddress: () => false, ...how });
    } catch (thrown) {
      throw inWords(thrown as NodeJS.ErrnoException, target);
    }
  };
  return {
    connect,
    agentFor: (target, pool) => agentOver(target, pool, (how) => connect(target, how)),
  };
}

/** What TLS and proxies say is for us to put in words; the rest is as clear in Node's own. */
function inWords(error: NodeJS.ErrnoException & { readonly via?: string }, { origin }: Target): Error {
  const { code = '', via } = error;
  if (via === undefined && failureCodeOf(code) !== 'tls') return error;
  return Object.assign(new Error(hopFailureOf(error, origin).message, { cause: error }), { code });
}
