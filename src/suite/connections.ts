import type http from 'node:http';
import type net from 'node:net';
import type { Target } from '../model/target.ts';

/** How a run reaches its servers when it does not simply connect: whom it trusts, who it is, what proxy is in between. */
export interface Connections {
  readonly agentFor: (target: Target, pool: http.AgentOptions) => http.Agent;
  /** One connection, ready for a request. Rejects with what is wrong, in words. `alpn`: protocols to offer inside TLS. */
  readonly connect: (target: Target, how?: { readonly alpn: readonly string[] }) => Promise<net.Socket>;
}
