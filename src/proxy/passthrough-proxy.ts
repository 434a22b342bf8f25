import type { IncomingMessage } from 'node:http';
import type { SecureContext } from 'node:tls';
import { BlindTunnels, type TunnelReason } from './blind-tunnel.ts';
import type { ClientRequest, ClientResponse } from './client-side.ts';
import { createForwarder } from './forward.ts';
import { type Destination, openForwardListener } from './forward-listener.ts';
import type { RefusedHandshake } from './front-door.ts';
import { blindObserver } from './hop-observer.ts';
import { dropLaneMarks, type MarkedHead } from './lane-marks.ts';
import { stopGraceMs } from './listener.ts';
import { OwnAddresses } from './own-addresses.ts';
import type { UpstreamSettings } from './upstream-settings.ts';
import { Upstreams } from './upstreams.ts';

export interface PassthroughOptions {
  readonly name: string;
  /** Address to listen on. */
  readonly host: string;
  readonly secureContextFor: (host: string) => Promise<SecureContext>;
  readonly onRefusedHandshake?: (refused: RefusedHandshake) => void;
  readonly answerTimeoutMs?: number;
  readonly settings?: UpstreamSettings;
  /** Globs for `host` or `host:port` that are not looked into. */
  readonly tunnelHosts?: readonly string[];
  readonly onTunnel?: (host: string, reason: TunnelReason) => void;
}

export interface PassthroughProxy {
  readonly url: string;
  /** Lets exchanges in flight finish for 5 s. Tells how many requests came by. */
  readonly stop: () => Promise<number>;
}

/**
 * A forward proxy that does with traffic what a recording one does, and stores nothing: a program that works with it
 * can be recorded. Throws LISTEN_FAILED.
 */
export async function startPassthroughProxy(options: PassthroughOptions): Promise<PassthroughProxy> {
  const { answerTimeoutMs, settings, tunnelHosts = [], onTunnel = () => {}, ...listening } = options;
  const own = new OwnAddresses();
  const isOwnAddress = (address: string, port: number): boolean => own.has(address, port);
  const upstreams = new Upstreams((target) =>
    createForwarder({
      target,
      host: 'client',
      isOwnAddress,
      ...(settings ? { settings } : {}),
      ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }),
    }),
  );
  let requestCount = 0;
  const serve = (request: ClientRequest, response: ClientResponse, { target, arrival }: Destination): void => {
    requestCount += 1;
    dropLaneMarks(request, 'forward', arrival);
    upstreams.forward(target, { request, response, observer: blindObserver });
  };
  const listener = await openForwardListener({
    ...listening,
    port: 0,
    isOwnAddress,
    tunnels: new BlindTunnels({ hosts: tunnelHosts, isOwnAddress, onTunnel, ...(settings ? { settings } : {}) }),
    onRequest: serve,
    onExpectContinue: serve,
    onUpgrade: ({ request, socket, head }, { target, arrival }) => {
      requestCount += 1;
      dropLaneMarks(request as IncomingMessage & MarkedHead, 'forward', arrival);
      upstreams.tunnel(target, { request, socket, head, observer: blindObserver });
    },
  });
  own.add(listener.address);
  return {
    url: listener.url,
    stop: async () => {
      await listener.stop(stopGraceMs);
      upstreams.close();
      return requestCount;
    },
  };
}
