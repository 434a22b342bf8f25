import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { LiveFeed } from '../model/live.ts';
import { type CassetteLibrary, fileSignature } from './cassette-library.ts';
import { ServedLog } from './served-log.ts';

/**
 * What pages are told: only *that* something changed. They ask for the rows they lack by position, so an event lost
 * with a connection costs nothing and none needs to be kept.
 */
export type LiveEvent =
  | { readonly kind: 'cassette'; readonly name: string }
  | { readonly kind: 'cassettes' }
  | { readonly kind: 'served' }
  | { readonly kind: 'runs' };

/** Ten times a second reads as immediate and keeps a thousand exchanges per second from being a thousand events. */
const flushAfterMs = 100;
/** How often files are looked at while somebody watches. */
const lookEveryMs = 500;
/** Keeps idle connections from being cut, and tells a browser that lost us. */
const beatEveryMs = 15_000;

export interface LiveHubOptions {
  readonly library: CassetteLibrary;
  readonly runsFile: string;
  readonly feed: LiveFeed | undefined;
}

/** Tells connected pages about changes: at once those of the proxy in this process, within half a second those on disk. */
export class LiveHub {
  readonly served = new ServedLog();
  private readonly options: LiveHubOptions;
  private readonly listeners = new Set<(events: readonly LiveEvent[]) => void>();
  private readonly pending = new Map<string, LiveEvent>();
  private readonly signatures = new Map<string, string>();
  private unsubscribe: (() => void) | undefined;
  private flushing: NodeJS.Timeout | undefined;
  private looking: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(options: LiveHubOptions) {
    this.options = options;
  }

  publish(event: LiveEvent): void {
    if (this.listeners.size === 0) return;
    this.pending.set(JSON.stringify(event), event);
    this.flushing ??= setTimeout(() => {
      this.flushing = undefined;
      const events = [...this.pending.values()];
      this.pending.clear();
      for (const listener of this.listeners) listener(events);
    }, flushAfterMs);
  }

  /** The event stream of one browser. */
  stream(c: Context): Response {
    return streamSSE(c, async (stream) => {
      const queue: LiveEvent[] = [];
      let wake = Promise.withResolvers<void>();
      const stop = this.listen((events) => {
        queue.push(...events);
        wake.resolve();
      });
      stream.onAbort(() => wake.resolve());
      await stream.writeSSE({ event: 'hello', data: '{}', retry: 1_000 });
      const beat = setInterval(() => wake.resolve(), beatEveryMs);
      while (!stream.aborted && !this.closed) {
        await wake.promise;
        wake = Promise.withResolvers();
        const events = queue.splice(0);
        if (events.length > 0) await stream.writeSSE({ event: 'changes', data: JSON.stringify(events) });
        else await stream.write(': beat\n\n');
      }
      clearInterval(beat);
      stop();
    });
  }

  close(): void {
    this.closed = true;
    this.unsubscribe?.();
    clearTimeout(this.flushing);
    clearInterval(this.looking);
    for (const listener of this.listeners) listener([]);
    this.listeners.clear();
  }

  /** From the first page on: a replay that nobody watches tells nobody, which keeps it fast. */
  private subscribe(): void {
    const { feed, library } = this.options;
    this.unsubscribe ??= feed?.subscribe((exchanges) => {
      const { mode, cassettePath } = feed.status();
      if (mode === 'record') {
        const recorded = library.at(cassettePath);
        this.publish(recorded ? { kind: 'cassette', name: recorded.name } : { kind: 'cassettes' });
      } else {
        this.served.add(exchanges);
        this.publish({ kind: 'served' });
      }
    });
  }

  private listen(listener: (events: readonly LiveEvent[]) => void): () => void {
    this.listeners.add(listener);
    this.subscribe();
    if (this.looking === undefined) {
      this.look();
      this.looking = setInterval(() => this.publishChanges(), lookEveryMs);
    }
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      clearInterval(this.looking);
      this.looking = undefined;
    };
  }

  private publishChanges(): void {
    for (const event of this.look()) this.publish(event);
  }

  /** Looks at every file once; returns what changed since the last look. */
  private look(): LiveEvent[] {
    const changes: LiveEvent[] = [];
    const seen = new Map<string, string>();
    for (const { name, path } of this.options.library.list()) {
      const signature = fileSignature(path);
      seen.set(path, signature);
      const before = this.signatures.get(path);
      if (before === undefined) changes.push({ kind: 'cassettes' });
      else if (before !== signature) changes.push({ kind: 'cassette', name });
    }
    const runs = fileSignature(this.options.runsFile);
    seen.set('', runs);
    if (this.signatures.get('') !== runs) changes.push({ kind: 'runs' });
    if (seen.size < this.signatures.size) changes.push({ kind: 'cassettes' });
    this.signatures.clear();
    for (const [path, signature] of seen) this.signatures.set(path, signature);
    return changes;
  }
}
