import type { LiveFeed, LiveStatus } from '../model/live.ts';
import { Ledger, type LedgerSummary } from './ledger.ts';
import { type Listener, openListener } from './listener.ts';
import { type OwnAddress, OwnAddresses } from './own-addresses.ts';
import { isUpgradable } from './passed-headers.ts';
import { ReplayFeed } from './replay-feed.ts';
import { type HandlerOptions, ReplayHandler } from './replay-handler.ts';
import type { LayerSource } from './replay-source.ts';
import type { RouteResult, UpstreamRouteOptions } from './upstream-route.ts';

export interface ReplayOptions extends Omit<HandlerOptions, 'missRoute' | 'ledger' | 'feed'> {
  readonly host: string;
  /** One for each recorded target. */
  readonly listeners: readonly { readonly name: string; readonly port: number }[];
  /** The real servers to ask when a recording is missing, one for each listener, and where to keep what they say. */
  readonly upstream?: Omit<UpstreamRouteOptions, 'own'>;
}

/** What a replay did. */
export interface ReplayResult extends RouteResult {
  readonly ledger: LedgerSummary;
}

/** A listener as people and programs are told of it. */
export interface ReplayListener {
  readonly name: string;
  readonly kind: 'reverse';
  readonly url: string;
  /** The recorded upstream. */
  readonly target?: string;
}

export interface RunningReplay {
  readonly listeners: readonly ReplayListener[];
  readonly feed: LiveFeed;
  /** Stops accepting, lets answers in flight finish, and tells what the replay did. */
  readonly stop: () => Promise<ReplayResult>;
  /** Further addresses that must not be forwarded to, such as the review UI's. */
  readonly addOwnAddress: (address: OwnAddress) => void;
}

/** Serves recorded sessions, by default with no upstream. Throws PORT_IN_USE, LISTEN_FAILED or TARGET_IS_SELF. */
export async function startReplayProxy(options: ReplayOptions): Promise<RunningReplay> {
  const { upstream } = options;
  const own = new OwnAddresses();
  // Loaded only where it is wanted: a replay without a server should start at once.
  const route = upstream && new (await import('./upstream-route.ts')).UpstreamRoute({ ...upstream, own });
  const ledger = new Ledger();
  const listeners: ReplayListener[] = [];
  const feed = new ReplayFeed(() => statusOf(options.layers, listeners, ledger));
  const replay = new ReplayHandler({ ...options, ledger, feed, ...(route ? { missRoute: route } : {}) });
  const opened: Listener[] = [];
  try {
    for (const { name, port } of options.listeners) {
      const onRequest = replay.handlerOf(name);
      const listener = await openListener({
        name,
        host: options.host,
        port,
        onRequest,
        wantsUpgrade: isUpgradable,
        onUpgrade: replay.upgraderOf(name),
      });
      opened.push(listener);
      own.add(listener.address);
      const target = targetUrlOf(options.layers, name);
      listeners.push({ name, kind: 'reverse', url: listener.url, ...(target === undefined ? {} : { target }) });
    }
    for (const target of upstream?.targets ?? []) await own.refuse(target);
  } catch (thrown) {
    await Promise.all(opened.map((listener) => listener.stop(0)));
    throw thrown;
  }
  return {
    listeners,
    feed,
    addOwnAddress: (address) => own.add(address),
    stop: async () => {
      replay.cutOpenStreams();
      await Promise.all(opened.map((listener) => listener.stop()));
      feed.close();
      return { ...(await route?.stop()), ledger: ledger.summary(replay.unused()) };
    },
  };
}

function statusOf(layers: readonly LayerSource[], listeners: readonly ReplayListener[], ledger: Ledger): LiveStatus {
  const { reader, session } = layers[0]!;
  return {
    mode: 'replay',
    cassettePath: reader.path,
    session: session.name,
    targets: listeners.map(({ name, url, target }) => ({
      name,
      url,
      ...(target === undefined ? {} : { upstream: target }),
    })),
    exchanges: ledger.hits,
    misses: ledger.misses,
  };
}

function targetUrlOf(layers: readonly LayerSource[], name: string): string | undefined {
  return layers.flatMap(({ session }) => session.targets).find((target) => target.name === name)?.url;
}
