import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { LiveFeed } from '../model/live.ts';
import type { ClientRequest, ClientResponse } from './client-side.ts';
import { createForwarder, type Forwarder } from './forward.ts';
import { answerProblem } from './hop-failure.ts';
import { blindObserver, type HopObserver } from './hop-observer.ts';
import { type Listener, openListener, stopGraceMs } from './listener.ts';
import { mapToClient } from './map-to-client.ts';
import { type OwnAddress, OwnAddresses } from './own-addresses.ts';
import { isUpgradable, refusalOf } from './passed-headers.ts';
import type { RecordFilter } from './record-filter.ts';
import type { Recorder, RecorderResult } from './recorder.ts';
import type { UpstreamSettings } from './upstream-settings.ts';
import { originForm, type Target } from '../model/target.ts';

export interface RecordProxyOptions {
  readonly targets: readonly { readonly target: Target; readonly port: number }[];
  /** Address to listen on. */
  readonly host: string;
  readonly upstreamHost: 'target' | 'client';
  /** `mapped`: redirects and cookies that name the target lead the client back to us. */
  readonly clientHeaders: 'as-sent' | 'mapped';
  readonly lastByte: 'at-once' | 'stored';
  readonly filter: RecordFilter;
  readonly answerTimeoutMs?: number;
  /** How the real servers are reached; directly and verified by default. */
  readonly settings?: UpstreamSettings;
  readonly cassettePath: string;
  /** Called once all ports are ours, so that a start that fails leaves no trace in the cassette. */
  readonly startRecorder: () => Promise<Recorder>;
}

/** A listener of the proxy as people and programs are told of it. */
export interface ProxyListener {
  readonly name: string;
  readonly kind: 'reverse';
  readonly url: string;
  readonly target: string;
}

export interface RecordProxy {
  readonly listeners: readonly ProxyListener[];
  readonly recorder: Recorder;
  readonly feed: LiveFeed;
  /** Further addresses that must not be forwarded to, such as the review UI's. */
  readonly addOwnAddress: (address: OwnAddress) => void;
  /** Lets exchanges in flight finish for `graceMs` (5 s), then makes everything durable. */
  readonly stop: (graceMs?: number) => Promise<RecorderResult>;
}

type Asked = Pick<ClientRequest, 'method' | 'url' | 'httpVersion' | 'rawHeaders'>;

/** One target and how to get there. */
interface Upstream {
  readonly target: Target;
  readonly index: number;
  readonly forwarder: Forwarder;
}

/**
 * Starts a recording reverse proxy: one listener for each target, all in one session. Throws PORT_IN_USE, LISTEN_FAILED,
 * TARGET_IS_SELF, and what starting the recorder throws; then nothing is left open.
 */
export async function startRecordProxy(options: RecordProxyOptions): Promise<RecordProxy> {
  const own = new OwnAddresses();
  const started = Promise.withResolvers<Recorder>();
  // Rejected only together with this function.
  started.promise.catch(() => {});
  const listeners: Listener[] = [];
  const upstreams: Upstream[] = [];
  let recorder: Recorder | undefined;

  const observerOf = (request: Asked, upstream: Upstream): HopObserver => {
    const { method, url } = request;
    const { filter } = options;
    const target = originForm(url);
    if (!filter.admitsRequest({ host: upstream.target.authority, method, target })) return blindObserver;
    const admission = filter.admitsResponse && { admitsResponse: filter.admitsResponse };
    return recorder!.open(request, { targetIndex: upstream.index, ...admission }) ?? blindObserver;
  };
  const serve = (request: ClientRequest, response: ClientResponse, upstream: Upstream): void => {
    if (!recorder) {
      void started.promise.then(() => serve(request, response, upstream));
      return;
    }
    const refusal = refusalOf(request);
    if (refusal) {
      // Nothing behind a head that can be read in two ways is to be trusted.
      response.endConnection();
      answerProblem(response, refusal.status, refusal);
      return;
    }
    upstream.forwarder.forward(request, response, observerOf(request, upstream));
  };
  const tunnel = (request: IncomingMessage, socket: Socket, head: Buffer, upstream: Upstream): void => {
    if (recorder && !refusalOf(request))
      upstream.forwarder.tunnel(request, socket, head, observerOf(request as Asked, upstream));
    else socket.destroy();
  };

  const closeAll = async (graceMs: number, beforeCut?: () => void): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.stop(graceMs, beforeCut)));
    for (const { forwarder } of upstreams) forwarder.close();
  };
  try {
    for (const [index, { target, port }] of options.targets.entries()) {
      const upstream: Upstream = { target, index, forwarder: forwarderOf(target, own, options) };
      upstreams.push(upstream);
      const listener = await openListener({
        name: target.name,
        host: options.host,
        port,
        onRequest: (request, response) => serve(request, response, upstream),
        onExpectContinue: (request, response) => serve(request, response, upstream),
        wantsUpgrade: isUpgradable,
        onUpgrade: (request, socket, head) => tunnel(request, socket, head, upstream),
      });
      listeners.push(listener);
      own.add(listener.address);
    }
    for (const { target } of options.targets) await own.refuse(target);
    recorder = await options.startRecorder();
  } catch (thrown) {
    started.reject(thrown);
    await closeAll(0);
    throw thrown;
  }
  started.resolve(recorder);

  const running = recorder;
  const described = listeners.map(({ name, url }, i) => ({
    name,
    kind: 'reverse' as const,
    url,
    target: options.targets[i]!.target.url,
  }));
  return {
    listeners: described,
    recorder: running,
    feed: feedOf(running, described, options.cassettePath),
    addOwnAddress: (address) => own.add(address),
    stop: async (graceMs = stopGraceMs) => {
      await closeAll(graceMs, () => {
        running.isInterrupting = true;
      });
      return running.stop();
    },
  };
}

function forwarderOf(target: Target, own: OwnAddresses, options: RecordProxyOptions): Forwarder {
  const { answerTimeoutMs, settings } = options;
  return createForwarder({
    target,
    ...(settings ? { settings } : {}),
    host: options.upstreamHost,
    lastByte: options.lastByte,
    isOwnAddress: (address, port) => own.has(address, port),
    ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }),
    ...(options.clientHeaders === 'mapped'
      ? { mapHeaders: (headers: string[], request: ClientRequest) => mapToClient(headers, request, target) }
      : {}),
  });
}

function feedOf(recorder: Recorder, listeners: readonly ProxyListener[], cassettePath: string): LiveFeed {
  return {
    status: () => ({
      mode: 'record',
      cassettePath,
      session: recorder.session,
      targets: listeners.map(({ name, url, target }) => ({ name, url, upstream: target })),
      exchanges: recorder.storedCount,
      misses: 0,
      ...(recorder.warning === undefined ? {} : { warning: recorder.warning }),
    }),
    subscribe: (onExchanges) => recorder.subscribe(onExchanges),
  };
}
