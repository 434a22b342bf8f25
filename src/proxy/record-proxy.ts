import type { SecureContext } from 'node:tls';
import type { LiveFeed, LiveStatus } from '../model/live.ts';
import { BlindTunnels, type TunnelReason } from './blind-tunnel.ts';
import type { Arrival, ClientRequest, ClientResponse } from './client-side.ts';
import { createForwarder, type Forwarder } from './forward.ts';
import { type Destination, openForwardListener, type UpgradeRequest } from './forward-listener.ts';
import type { RefusedHandshake } from './front-door.ts';
import { blindObserver, type HopObserver } from './hop-observer.ts';
import { dropLaneMarks } from './lane-marks.ts';
import { type Listener, openListener, stopGraceMs } from './listener.ts';
import { mapToClient } from './map-to-client.ts';
import { type OwnAddress, OwnAddresses } from './own-addresses.ts';
import { isUpgradable, withoutProxyCredentials } from './passed-headers.ts';
import type { RecordFilter } from './record-filter.ts';
import type { Recorder, RecorderResult } from './recorder.ts';
import type { Refused } from './refused-request.ts';
import type { RewriteEnd } from './recorder-messages.ts';
import type { UpstreamSettings } from './upstream-settings.ts';
import { Upstreams } from './upstreams.ts';
import { originForm, type Target } from '../model/target.ts';

type HeadOfRequest = Pick<ClientRequest, 'method' | 'url' | 'httpVersion' | 'rawHeaders'>;

/** Where clients come in: for one server, or as the proxy they send every request to. */
export type RecordListener =
  | { readonly kind: 'reverse'; readonly target: Target; readonly port: number }
  | { readonly kind: 'forward'; readonly name: string; readonly port: number };

export interface RecordProxyOptions {
  /** The session begins with the targets of the reverse ones, in this order. */
  readonly listeners: readonly RecordListener[];
  /** Address to listen on. */
  readonly host: string;
  /** Of reverse listeners; a forward one never touches Host. */
  readonly upstreamHost: 'target' | 'client';
  /** `mapped`: redirects and cookies that name the target of a reverse listener lead the client back to us. */
  readonly clientHeaders: 'as-sent' | 'mapped';
  readonly lastByte: 'at-once' | 'stored';
  readonly filter: RecordFilter;
  readonly answerTimeoutMs?: number;
  /** How the real servers are reached; directly and verified by default. */
  readonly settings?: UpstreamSettings;
  readonly cassettePath: string;
  /** The certificate to show for a host; forward listeners need it. */
  readonly secureContextFor?: (host: string) => Promise<SecureContext>;
  /** Hosts whose connections a forward listener passes on without looking into them; globs for `host` or `host:port`. */
  readonly tunnelHosts?: readonly string[];
  /** Tells of connections that pass by unrecorded. */
  readonly onTunnel?: (host: string, reason: TunnelReason) => void;
  /** For reverse listeners, which speak TLS beside plain HTTP then. */
  readonly reverseTls?: (host: string) => Promise<SecureContext>;
  readonly onRefusedHandshake?: (refused: RefusedHandshake) => void;
  /** A request that two readers could understand differently, or that is no HTTP, was not passed on. */
  readonly onRefused?: (refused: Refused) => void;
  /** Called once all ports are ours, so that a start that fails leaves no trace in the cassette. */
  readonly startRecorder: () => Promise<Recorder>;
}

/** A listener of the proxy as people and programs are told of it. */
export interface ProxyListener {
  readonly name: string;
  readonly kind: 'reverse' | 'forward';
  readonly url: string;
  /** The one server behind a reverse listener. */
  readonly target?: string;
}

export interface RecordProxy {
  readonly listeners: readonly ProxyListener[];
  readonly recorder: Recorder;
  readonly feed: LiveFeed;
  /** Further addresses that must not be forwarded to, such as the review UI's. */
  readonly addOwnAddress: (address: OwnAddress) => void;
  /** Lets exchanges in flight finish for `graceMs` (5 s), then makes everything durable. */
  readonly stop: (graceMs?: number, rewrite?: RewriteEnd) => Promise<RecorderResult>;
}

/** How clients come to servers. */
type Way = { readonly kind: 'forward' } | { readonly kind: 'reverse'; readonly scheme: Arrival['scheme'] };

/** One server and how to get there. */
interface Route {
  readonly target: Target;
  /** Its place in the session. */
  readonly targetIndex: (recorder: Recorder) => number;
  readonly upstreams: Upstreams;
}

/**
 * Starts a recording proxy: its listeners are all in one session. Throws PORT_IN_USE, LISTEN_FAILED, TARGET_IS_SELF, and
 * what starting the recorder throws; then nothing is left open.
 */
export async function startRecordProxy(options: RecordProxyOptions): Promise<RecordProxy> {
  const own = new OwnAddresses();
  const started = Promise.withResolvers<Recorder>();
  // Rejected only together with this function.
  started.promise.catch(() => {});
  const listeners: Listener[] = [];
  const allUpstreams: Upstreams[] = [];
  let recorder: Recorder | undefined;

  const observerOf = (request: HeadOfRequest, route: Route): HopObserver => {
    const { method, url, httpVersion } = request;
    const { filter } = options;
    const target = originForm(url);
    if (!filter.admitsRequest({ host: route.target.authority, method, target })) return blindObserver;
    const admission = filter.admitsResponse && { admitsResponse: filter.admitsResponse };
    const rawHeaders = withoutProxyCredentials(url, request.rawHeaders);
    const asked = { method, url, httpVersion, rawHeaders };
    return recorder!.open(asked, { targetIndex: route.targetIndex(recorder!), ...admission }) ?? blindObserver;
  };
  const serve = (request: ClientRequest, response: ClientResponse, route: Route): void => {
    if (!recorder) {
      void started.promise.then(() => serve(request, response, route));
      return;
    }
    route.upstreams.forward(route.target, { request, response, observer: observerOf(request, route) });
  };
  const tunnel = ({ request, socket, head }: UpgradeRequest, route: Route): void => {
    if (!recorder) {
      socket.destroy();
      return;
    }
    const observer = observerOf(request as HeadOfRequest, route);
    route.upstreams.tunnel(route.target, { request, socket, head, observer });
  };
  const upstreamsOf = (way: Way): Upstreams => {
    const upstreams = new Upstreams((target) => forwarderOf(target, way, { own, options }));
    allUpstreams.push(upstreams);
    return upstreams;
  };
  const openReverse = (target: Target, port: number): Promise<Listener> => {
    const place = reverseTargets(options.listeners).indexOf(target);
    const routeOf = (scheme: Arrival['scheme']): Route => ({
      target,
      targetIndex: () => place,
      upstreams: upstreamsOf({ kind: 'reverse', scheme }),
    });
    const routes = { http: routeOf('http'), https: routeOf('https') };
    const { reverseTls, onRefusedHandshake } = options;
    const serveHere = (request: ClientRequest, response: ClientResponse, arrival: Arrival): void => {
      dropLaneMarks(request, 'reverse', arrival);
      serve(request, response, routes[arrival.scheme]);
    };
    return openListener({
      name: target.name,
      host: options.host,
      port,
      onRequest: serveHere,
      onExpectContinue: serveHere,
      wantsUpgrade: isUpgradable,
      onUpgrade: (request, socket, head, arrival) => {
        dropLaneMarks(request as HeadOfRequest, 'reverse', arrival);
        tunnel({ request, socket, head }, routes[arrival.scheme]);
      },
      ...(reverseTls ? { secureContextFor: reverseTls, scheme: 'https' } : {}),
      ...(onRefusedHandshake ? { onRefusedHandshake } : {}),
      ...(options.onRefused ? { onRefused: options.onRefused } : {}),
    });
  };
  const openForward = (name: string, port: number): Promise<Listener> => {
    const upstreams = upstreamsOf({ kind: 'forward' });
    const routeTo = (target: Target): Route => ({
      target,
      targetIndex: (running) => running.indexOf({ name: target.name, url: target.url }),
      upstreams,
    });
    const { host, settings, secureContextFor, tunnelHosts = [], onTunnel = () => {} } = options;
    const { onRefusedHandshake, onRefused } = options;
    const isOwnAddress = (address: string, ownPort: number): boolean => own.has(address, ownPort);
    const serveThere = (request: ClientRequest, response: ClientResponse, { target, arrival }: Destination): void => {
      dropLaneMarks(request, 'forward', arrival);
      serve(request, response, routeTo(target));
    };
    return openForwardListener({
      name,
      host,
      port,
      secureContextFor: secureContextFor!,
      onRequest: serveThere,
      onExpectContinue: serveThere,
      onUpgrade: (upgrade, { target, arrival }) => {
        dropLaneMarks(upgrade.request as HeadOfRequest, 'forward', arrival);
        tunnel(upgrade, routeTo(target));
      },
      isOwnAddress,
      tunnels: new BlindTunnels({ hosts: tunnelHosts, isOwnAddress, onTunnel, ...(settings ? { settings } : {}) }),
      ...(onRefusedHandshake ? { onRefusedHandshake } : {}),
      ...(onRefused ? { onRefused } : {}),
    });
  };

  const closeAll = async (graceMs: number, beforeCut?: () => void): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.stop(graceMs, beforeCut)));
    for (const upstreams of allUpstreams) upstreams.close();
  };
  const described: ProxyListener[] = [];
  try {
    for (const plan of options.listeners) {
      const listener =
        plan.kind === 'reverse' ? await openReverse(plan.target, plan.port) : await openForward(plan.name, plan.port);
      listeners.push(listener);
      own.add(listener.address);
      const { name, url } = listener;
      described.push({ name, kind: plan.kind, url, ...(plan.kind === 'reverse' ? { target: plan.target.url } : {}) });
    }
    for (const target of reverseTargets(options.listeners)) await own.refuse(target);
    recorder = await options.startRecorder();
  } catch (thrown) {
    started.reject(thrown);
    await closeAll(0);
    throw thrown;
  }
  started.resolve(recorder);

  const running = recorder;
  return {
    listeners: described,
    recorder: running,
    feed: feedOf(running, described, options.cassettePath),
    addOwnAddress: (address) => own.add(address),
    stop: async (graceMs = stopGraceMs, rewrite = 'swap') => {
      await closeAll(graceMs, () => {
        running.isInterrupting = true;
      });
      return running.stop(rewrite);
    },
  };
}

/** The servers a session with these listeners begins with. */
export function reverseTargets(listeners: readonly RecordListener[]): Target[] {
  return listeners.flatMap((listener) => (listener.kind === 'reverse' ? [listener.target] : []));
}

function forwarderOf(
  target: Target,
  way: Way,
  { own, options }: { readonly own: OwnAddresses; readonly options: RecordProxyOptions },
): Forwarder {
  const { answerTimeoutMs, settings } = options;
  return createForwarder({
    target,
    ...(settings ? { settings } : {}),
    host: way.kind === 'forward' ? 'client' : options.upstreamHost,
    lastByte: options.lastByte,
    isOwnAddress: (address, port) => own.has(address, port),
    ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }),
    ...(way.kind === 'reverse' && options.clientHeaders === 'mapped'
      ? { mapHeaders: (headers: string[], request: ClientRequest) => mapToClient(headers, request, { target, ...way }) }
      : {}),
  });
}

function feedOf(recorder: Recorder, listeners: readonly ProxyListener[], cassettePath: string): LiveFeed {
  return {
    status: () => ({
      mode: 'record',
      cassettePath,
      session: recorder.session,
      targets: listeners.map(({ name, url, target }) => ({
        name,
        url,
        ...(target === undefined ? {} : { upstream: target }),
      })),
      exchanges: recorder.storedCount,
      misses: 0,
      ...warningOf(recorder),
    }),
    subscribe: (onExchanges) => recorder.subscribe(onExchanges),
  };
}

function warningOf({ warning, mode }: Recorder): Pick<LiveStatus, 'warning'> {
  if (warning !== undefined) return { warning };
  return mode === 'passthrough' ? { warning: 'the recording is paused: traffic passes unrecorded' } : {};
}
