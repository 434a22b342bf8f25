import type { LiveFeed } from '../model/live.ts';
import type { LedgerSummary } from './ledger.ts';
import { type Listener, openListener } from './listener.ts';
import { ReplayFeed } from './replay-feed.ts';
import { type HandlerOptions, ReplayHandler } from './replay-handler.ts';
import type { LayerSource } from './replay-source.ts';

export interface ReplayOptions extends HandlerOptions {
  readonly host: string;
  /** One for each recorded target. */
  readonly listeners: readonly { readonly name: string; readonly port: number }[];
}

export interface RunningReplay {
  readonly listeners: readonly {
    readonly name: string;
    readonly kind: 'reverse';
    readonly url: string;
    /** The recorded upstream. */
    readonly target?: string;
  }[];
  readonly feed: LiveFeed;
  /** Stops accepting, lets answers in flight finish, and tells what the replay did. */
  readonly stop: () => Promise<LedgerSummary>;
}

/** Serves recorded sessions, with no upstream. Throws PORT_IN_USE or LISTEN_FAILED. */
export async function startReplayProxy(options: ReplayOptions): Promise<RunningReplay> {
  const replay = new ReplayHandler(options);
  const opened: Listener[] = [];
  try {
    for (const { name, port } of options.listeners) {
      const onRequest = replay.handlerOf(name);
      opened.push(await openListener({ name, host: options.host, port, onRequest }));
    }
  } catch (thrown) {
    await Promise.all(opened.map((listener) => listener.stop(0)));
    throw thrown;
  }
  const listeners = opened.map(({ name, url }) => {
    const target = targetUrlOf(options.layers, name);
    return { name, kind: 'reverse' as const, url, ...(target === undefined ? {} : { target }) };
  });
  const first = options.layers[0]!;
  const feed = new ReplayFeed(() => ({
    mode: 'replay',
    cassettePath: first.reader.path,
    session: first.session.name,
    targets: listeners.map(({ name, url, target }) => ({
      name,
      url,
      ...(target === undefined ? {} : { upstream: target }),
    })),
    exchanges: replay.ledger.hits,
    misses: replay.ledger.misses,
  }));
  replay.feed = feed;
  return {
    listeners,
    feed,
    stop: async () => {
      await Promise.all(opened.map((listener) => listener.stop()));
      feed.close();
      return replay.ledger.summary(replay.unused());
    },
  };
}

function targetUrlOf(layers: readonly LayerSource[], name: string): string | undefined {
  return layers.flatMap(({ session }) => session.targets).find((target) => target.name === name)?.url;
}
